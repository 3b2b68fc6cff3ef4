import { NEED_CATALOG, needRepository, type Permission } from "./access.ts";
import type { Reply } from "./http.ts";
import * as locks from "./locks.ts";
import { viewManifest, viewRepository, viewSingleManifest } from "./metadataViews.ts";
import { cutPage, readPage, readPageRequest } from "./paging.ts";
import { readAttributes } from "./attributes.ts";
import { manifestUnknown, unsupported } from "./registryError.ts";
import { deleteManifest, readRepository, type RegistryState } from "./registryState.ts";
import type { ManifestRecord, Repository } from "./repository.ts";
import type { Route, RoutedRequest } from "./route.ts";
import { deleteTag, getTag, listTags, updateTag } from "./tagMetadata.ts";

const REPOSITORY = /^\/acr\/v1\/(?<name>.+)$/;
const TAGS = /^\/acr\/v1\/(?<name>.+)\/_tags$/;
const TAG = /^\/acr\/v1\/(?<name>.+)\/_tags\/(?<reference>[^/]+)$/;
const MANIFESTS = /^\/acr\/v1\/(?<name>.+)\/_manifests$/;
const MANIFEST = /^\/acr\/v1\/(?<name>.+)\/_manifests\/(?<reference>[^/]+)$/;
const PAGING = ["n", "last", "orderby"];

interface Entry {
  readonly kind: string;
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: RegExp;
  readonly query?: readonly string[];
  readonly permission: Permission;
  readonly handle: (state: RegistryState, request: RoutedRequest) => Reply;
}

/** Most specific paths first. */
const ENTRIES: readonly Entry[] = [
  {
    kind: "listTags",
    method: "GET",
    path: TAGS,
    query: [...PAGING, "digest"],
    permission: "metadata_read",
    handle: listTags,
  },
  { kind: "getTagProperties", method: "GET", path: TAG, permission: "metadata_read", handle: getTag },
  { kind: "updateTagProperties", method: "PATCH", path: TAG, permission: "metadata_write", handle: updateTag },
  { kind: "deleteTag", method: "DELETE", path: TAG, permission: "delete", handle: deleteTag },
  {
    kind: "listManifests",
    method: "GET",
    path: MANIFESTS,
    query: PAGING,
    permission: "metadata_read",
    handle: listManifests,
  },
  { kind: "getManifestProperties", method: "GET", path: MANIFEST, permission: "metadata_read", handle: getManifest },
  {
    kind: "updateManifestProperties",
    method: "PATCH",
    path: MANIFEST,
    permission: "metadata_write",
    handle: updateManifest,
  },
  { kind: "getRepository", method: "GET", path: REPOSITORY, permission: "metadata_read", handle: getRepository },
  {
    kind: "updateRepository",
    method: "PATCH",
    path: REPOSITORY,
    permission: "metadata_write",
    handle: updateRepository,
  },
  { kind: "deleteRepository", method: "DELETE", path: REPOSITORY, permission: "delete", handle: deleteRepository },
];

/** The registry's own API, `/acr/v1`. */
export function createMetadataRoutes(state: RegistryState): readonly Route[] {
  return [
    {
      kind: "catalog",
      method: "GET",
      path: /^\/acr\/v1\/_catalog$/,
      query: PAGING,
      needs: () => NEED_CATALOG,
      handle: (request) => listCatalog(state, request),
    },
    ...["GET", "POST"].map((method) => ({ ...SOFT_DELETED, method })),
    ...ENTRIES.map(({ permission, handle, query = [], ...entry }) => ({
      ...entry,
      query,
      needs: ({ name }: RoutedRequest) => needRepository(name, permission),
      handle: (request: RoutedRequest) => handle(state, request),
    })),
  ];
}

const SOFT_DELETED = {
  kind: "other",
  path: /^\/acr\/v1\/_deleted\//,
  query: [...PAGING, "force"],
  needs: "anonymous",
  handle: (): never => {
    throw unsupported("soft-deleted artifacts");
  },
} as const;

function listCatalog({ store }: RegistryState, { query }: RoutedRequest): Reply {
  const page = readPageRequest(query);
  if (page.order !== "key") throw unsupported("orderby for the catalogue");
  const { keys, headers } = cutPage(
    { path: "/acr/v1/_catalog", withOrder: true },
    page,
    store.repositoryNames(page.last, page.size + 1),
  );
  return { status: 200, headers, json: { repositories: keys } };
}

function listManifests(state: RegistryState, { name, query }: RoutedRequest): Reply {
  const repository = readRepository(state, name);
  const { keys, headers } = readPage(
    {
      path: `/acr/v1/${encodeURIComponent(name)}/_manifests`,
      withOrder: true,
      keys: repository.manifestOrder,
      timeOf: (digest) => repository.manifests.get(digest)?.createdAt,
    },
    readPageRequest(query),
  );
  const manifests = keys.map((digest) => viewManifest(readManifest(repository, digest)));
  return { status: 200, headers, json: { registry: state.loginServer, imageName: name, manifests } };
}

function getRepository(state: RegistryState, { name }: RoutedRequest): Reply {
  return { status: 200, json: viewRepository(state.loginServer, readRepository(state, name)) };
}

function updateRepository(state: RegistryState, request: RoutedRequest): Reply {
  const repository = readRepository(state, request.name);
  repository.attributes = readAttributes(request.body, repository.attributes);
  return getRepository(state, request);
}

function deleteRepository(state: RegistryState, { name }: RoutedRequest): Reply {
  const repository = readRepository(state, name);
  locks.refuseLockedRepository(repository);
  const tagsDeleted = [...repository.tags.keys()].sort();
  const manifestsDeleted = [...repository.manifests.keys()].sort();
  for (const digest of manifestsDeleted) deleteManifest(state, repository, digest);
  state.store.removeRepository(name);
  return { status: 202, json: { manifestsDeleted, tagsDeleted } };
}

function getManifest(state: RegistryState, { name, reference }: RoutedRequest): Reply {
  const manifest = viewSingleManifest(readManifest(readRepository(state, name), reference));
  return { status: 200, json: { registry: state.loginServer, imageName: name, manifest } };
}

function updateManifest(state: RegistryState, request: RoutedRequest): Reply {
  const record = readManifest(readRepository(state, request.name), request.reference);
  record.attributes = readAttributes(request.body, record.attributes);
  return getManifest(state, request);
}

function readManifest(repository: Repository, digest: string): ManifestRecord {
  const record = repository.manifests.get(digest);
  if (record === undefined) throw manifestUnknown(digest);
  return record;
}
