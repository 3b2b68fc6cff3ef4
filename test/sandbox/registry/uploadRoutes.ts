import { isDigest } from "../estate.ts";
import { findMissing, needRepository, type Grant } from "./access.ts";
import type { Reply } from "./http.ts";
import { digestOf } from "./manifestContent.ts";
import { badRequest, disallowed } from "./registryError.ts";
import type { RegistryState } from "./registryState.ts";
import type { Route, RoutedRequest } from "./route.ts";
import { toBlob } from "./shortForm.ts";
import { Uploads } from "./uploads.ts";

const START = /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/;
const UPLOAD = /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/;
const STATE = ["_nouploadcache", "_state"];

/** `/v2/<name>/blobs/uploads`: in one piece, in chunks, or mounted from another repository. */
export function createUploadRoutes(state: RegistryState): readonly Route[] {
  const uploads = new Uploads();
  const base = { query: STATE, needs: ({ name }: RoutedRequest) => needRepository(name, "pull", "push") };
  return [
    {
      ...base,
      kind: "startUpload",
      method: "POST",
      path: START,
      query: ["mount", "from", "digest"],
      handle: (request, grants) => mount(state, request, grants) ?? start(state, uploads, request),
    },
    { ...base, kind: "getUpload", method: "GET", path: UPLOAD, handle: (request) => report(uploads, request, 204) },
    { ...base, kind: "patchUpload", method: "PATCH", path: UPLOAD, handle: (request) => append(uploads, request) },
    {
      ...base,
      kind: "putUpload",
      method: "PUT",
      path: UPLOAD,
      query: [...STATE, "digest"],
      handle: (request) => finish(state, uploads, request),
    },
    { ...base, kind: "cancelUpload", method: "DELETE", path: UPLOAD, handle: (request) => cancel(uploads, request) },
  ];
}

/** Undefined where there is nothing to mount, or no right to read it: then it becomes an ordinary upload. */
function mount(state: RegistryState, request: RoutedRequest, grants: readonly Grant[]): Reply | undefined {
  refuseLockedRepository(state, request.name);
  const digest = request.query.get("mount") ?? "";
  const from = request.query.get("from") ?? "";
  const mayRead = findMissing(needRepository(from, "pull"), grants).length === 0;
  return mayRead && state.store.blobs.mount(digest, from, request.name)
    ? createdReply(request.name, digest)
    : undefined;
}

function start(state: RegistryState, uploads: Uploads, request: RoutedRequest): Reply {
  const digest = request.query.get("digest");
  if (digest !== null) return store(state, request.name, { bytes: request.body, digest });
  return report(uploads, { ...request, reference: uploads.start(request.name) }, 202);
}

function refuseLockedRepository({ store }: RegistryState, name: string): void {
  if (store.findRepository(name)?.attributes.writeEnabled === false) throw disallowed();
}

function append(uploads: Uploads, request: RoutedRequest): Reply {
  uploads.append(request.reference, request.name, {
    bytes: request.body,
    contentRange: request.headers["content-range"],
  });
  return report(uploads, request, 202);
}

function finish(state: RegistryState, uploads: Uploads, request: RoutedRequest): Reply {
  if (request.body.length > 0) append(uploads, request);
  const bytes = uploads.finish(request.reference, request.name);
  return store(state, request.name, { bytes, digest: request.query.get("digest") ?? "" });
}

function cancel(uploads: Uploads, { reference, name }: RoutedRequest): Reply {
  uploads.finish(reference, name);
  return { status: 204 };
}

function store(state: RegistryState, repository: string, upload: { bytes: Buffer; digest: string }): Reply {
  if (!isDigest(upload.digest) || digestOf(upload.bytes) !== upload.digest)
    throw badRequest("DIGEST_INVALID", `provided digest ${upload.digest} did not match uploaded content`);
  state.store.blobs.add(repository, upload.digest, toBlob(upload.bytes));
  return createdReply(repository, upload.digest);
}

function createdReply(repository: string, digest: string): Reply {
  return {
    status: 201,
    headers: { Location: `/v2/${repository}/blobs/${digest}`, "Docker-Content-Digest": digest },
  };
}

/** Where to go on, and how much has arrived: `0-0` also stands for nothing. */
function report(uploads: Uploads, { reference, name }: RoutedRequest, status: number): Reply {
  const size = uploads.size(reference, name);
  return {
    status,
    headers: {
      Location: `/v2/${name}/blobs/uploads/${reference}?_nouploadcache=false&_state=${size}`,
      Range: `0-${Math.max(size - 1, 0)}`,
      "Docker-Upload-Uuid": reference,
    },
  };
}
