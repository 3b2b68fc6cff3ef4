import { isDigest } from "../estate.ts";
import { needRepository } from "./access.ts";
import type { Reply } from "./http.ts";
import * as locks from "./locks.ts";
import { validatePush } from "./manifestPush.ts";
import { manifestUnknown, RegistryError, unsupported } from "./registryError.ts";
import { deleteManifest, readRepository, type RegistryState } from "./registryState.ts";
import type { ManifestRecord } from "./repository.ts";
import type { Route, RoutedRequest } from "./route.ts";

const PATH = /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/;

/** `/v2/<name>/manifests/<reference>`. */
export function createManifestRoutes(state: RegistryState): readonly Route[] {
  const base = { path: PATH, query: [] };
  const pull = {
    ...base,
    needs: ({ name }: RoutedRequest) => needRepository(name, "pull"),
    handle: (request: RoutedRequest) => getManifest(state, request),
  };
  return [
    { ...pull, kind: "getManifest", method: "GET" },
    { ...pull, kind: "headManifest", method: "HEAD" },
    {
      ...base,
      kind: "putManifest",
      method: "PUT",
      needs: ({ name }) => needRepository(name, "pull", "push"),
      handle: (request) => putManifest(state, request),
    },
    {
      ...base,
      kind: "deleteManifest",
      method: "DELETE",
      needs: ({ name }) => needRepository(name, "delete"),
      handle: (request) => removeManifest(state, request),
    },
  ];
}

function getManifest(state: RegistryState, request: RoutedRequest): Reply {
  const repository = readRepository(state, request.name);
  const record = repository.find(request.reference);
  if (record === undefined) throw manifestUnknown(request.reference);
  locks.refuseUnreadable(repository, record, request.reference);
  refuseUnaccepted(record, request.headers.accept);
  return {
    status: 200,
    headers: {
      "Content-Type": record.mediaType,
      "Docker-Content-Digest": record.digest,
      ETag: JSON.stringify(record.digest),
    },
    bytes: record.bytes,
  };
}

/** A client that lists what it understands gets nothing else. */
function refuseUnaccepted(record: ManifestRecord, accept: string | undefined): void {
  const accepted = (accept ?? "*/*").split(",").map((range) => range.split(";")[0]?.trim());
  if (accepted.some((range) => range === record.mediaType || range === "*/*" || range === "application/*")) return;
  throw new RegistryError(
    { status: 404, code: "MANIFEST_UNKNOWN" },
    `${record.mediaType} found, but the Accept header does not allow it`,
  );
}

function putManifest(state: RegistryState, request: RoutedRequest): Reply {
  const { digest, mediaType, tag, subject } = validatePush(state.store, request);
  locks.refuseLockedPush(state.store.findRepository(request.name), digest, tag);
  state.store.push({
    repository: request.name,
    bytes: request.body,
    mediaType,
    tags: tag === undefined ? [] : [tag],
    at: state.clock.now(),
  });
  return {
    status: 201,
    headers: {
      "Docker-Content-Digest": digest,
      Location: `/v2/${request.name}/manifests/${digest}`,
      ...(subject === undefined ? {} : { "OCI-Subject": subject }),
    },
  };
}

/** By digest only: what the service answers to a tag here is not known. */
function removeManifest(state: RegistryState, { name, reference }: RoutedRequest): Reply {
  if (!isDigest(reference)) throw unsupported("deleting a registry manifest by tag");
  const repository = readRepository(state, name);
  const record = repository.manifests.get(reference);
  if (record === undefined) throw manifestUnknown(reference);
  locks.refuseLockedManifest(repository, record);
  deleteManifest(state, repository, reference);
  return { status: 202, headers: { "x-ms-ratelimit-remaining-calls-per-second": "8.000000" } };
}
