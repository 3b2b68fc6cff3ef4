import { isDigest } from "../estate.ts";
import { needRepository } from "./access.ts";
import type { Blob } from "./blobStore.ts";
import type { Reply } from "./http.ts";
import { badRequest, blobUnknown, disallowed } from "./registryError.ts";
import { type RegistryState } from "./registryState.ts";
import type { Route, RoutedRequest } from "./route.ts";
import type { Storage } from "./storage.ts";

const PATH = /^\/v2\/(?<name>.+)\/blobs\/(?<reference>[^/]+)$/;

/** `/v2/<name>/blobs/<digest>`: a blob's bytes come from storage, where the client is sent without its token. */
export function createBlobRoutes(state: RegistryState, storage: Storage): readonly Route[] {
  const base = { path: PATH, query: [], needs: ({ name }: RoutedRequest) => needRepository(name, "pull") };
  return [
    { ...base, kind: "headBlob", method: "HEAD", handle: (request) => headBlob(state, request) },
    { ...base, kind: "getBlob", method: "GET", handle: (request) => getBlob(state, request, storage) },
    {
      ...base,
      kind: "deleteBlob",
      method: "DELETE",
      needs: ({ name }) => needRepository(name, "delete"),
      handle: (request) => deleteBlob(state, request),
    },
  ];
}

function headBlob(state: RegistryState, request: RoutedRequest): Reply {
  const { size } = readBlob(state, request);
  return {
    status: 200,
    headers: {
      "Content-Length": String(size),
      "Content-Type": "application/octet-stream",
      "Docker-Content-Digest": request.reference,
    },
  };
}

/** A blob that the estate gives no bytes for can be asked about, not pulled. */
function getBlob(state: RegistryState, request: RoutedRequest, storage: Storage): Reply {
  if (readBlob(state, request).read === undefined) throw blobUnknown(request.reference);
  return {
    status: 307,
    headers: { Location: storage.addressOf(request.reference), "Docker-Content-Digest": request.reference },
  };
}

function deleteBlob(state: RegistryState, { name, reference }: RoutedRequest): Reply {
  if (state.store.findRepository(name)?.attributes.writeEnabled === false) throw disallowed();
  if (!state.store.blobs.remove(name, reference)) throw blobUnknown(reference);
  return { status: 202, headers: { "Docker-Content-Digest": reference } };
}

function readBlob(state: RegistryState, { name, reference }: RoutedRequest): Blob {
  if (!isDigest(reference)) throw badRequest("DIGEST_INVALID", `invalid digest ${reference}`);
  const blob = state.store.blobs.find(name, reference);
  if (blob === undefined) throw blobUnknown(reference);
  return blob;
}
