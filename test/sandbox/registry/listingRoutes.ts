import { isDigest } from "../estate.ts";
import { NEED_CATALOG, needRepository } from "./access.ts";
import type { Reply } from "./http.ts";
import { artifactTypeOf, parseContent } from "./manifestContent.ts";
import { isIndexType, OCI_INDEX } from "./mediaTypes.ts";
import { cutPage, readPage, readPageRequest } from "./paging.ts";
import { badRequest } from "./registryError.ts";
import { readRepository, type RegistryState } from "./registryState.ts";
import type { ManifestRecord, Repository } from "./repository.ts";
import type { Route, RoutedRequest } from "./route.ts";

const PAGING = ["n", "last"];

/** What `/v2` lists: the ping, the catalogue, tags and referrers. */
export function createListingRoutes(state: RegistryState): readonly Route[] {
  return [
    {
      kind: "other",
      method: "GET",
      path: /^\/v2\/?$/,
      query: [],
      needs: () => [],
      handle: () => ({ status: 200, json: {} }),
    },
    {
      kind: "catalog",
      method: "GET",
      path: /^\/v2\/_catalog$/,
      query: PAGING,
      needs: () => NEED_CATALOG,
      handle: (request) => listCatalog(state, request),
    },
    {
      kind: "listTags",
      method: "GET",
      path: /^\/v2\/(?<name>.+)\/tags\/list$/,
      query: PAGING,
      needs: ({ name }) => needRepository(name, "pull"),
      handle: (request) => listTags(state, request),
    },
    {
      kind: "listReferrers",
      method: "GET",
      path: /^\/v2\/(?<name>.+)\/referrers\/(?<reference>[^/]+)$/,
      query: [...PAGING, "artifactType"],
      needs: ({ name }) => needRepository(name, "pull"),
      handle: (request) => listReferrers(state, request),
    },
  ];
}

function listCatalog({ store }: RegistryState, { query }: RoutedRequest): Reply {
  const page = readPageRequest(query);
  const found = store.repositoryNames(page.last, page.size + 1);
  const { keys, headers } = cutPage({ path: "/v2/_catalog", withOrder: false }, page, found);
  return { status: 200, headers, json: { repositories: keys } };
}

function listTags(state: RegistryState, { name, query }: RoutedRequest): Reply {
  const repository = readRepository(state, name);
  const { keys, headers } = readPage(
    { path: `/v2/${name}/tags/list`, withOrder: false, keys: repository.tagOrder, timeOf: () => undefined },
    readPageRequest(query),
  );
  return { status: 200, headers, json: { name, tags: keys } };
}

/** A digest that is not there has no referrers, which is no error. */
function listReferrers(state: RegistryState, { name, reference, query }: RoutedRequest): Reply {
  if (!isDigest(reference)) throw badRequest("DIGEST_INVALID", `invalid digest ${reference}`);
  const repository = readRepository(state, name);
  const page = readPageRequest(query);
  const artifactType = query.get("artifactType");
  const matching = describeReferrers(repository, reference).filter(
    (referrer) => artifactType === null || referrer.artifactType === artifactType,
  );
  const rest = matching.filter((referrer) => referrer.digest > (page.last ?? ""));
  const path = `/v2/${name}/referrers/${reference}`;
  const { keys, headers } = cutPage(
    { path, withOrder: false },
    page,
    rest.map((referrer) => referrer.digest),
  );
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: rest.slice(0, keys.length) };
  return {
    status: 200,
    headers: {
      ...headers,
      "Content-Type": OCI_INDEX,
      ...(artifactType === null ? {} : { "OCI-Filters-Applied": "artifactType" }),
    },
    json: index,
  };
}

interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string | undefined;
  readonly annotations: Record<string, string> | undefined;
}

function describeReferrers(repository: Repository, subject: string): Referrer[] {
  return repository.referrersOf(subject).flatMap((digest) => {
    const record = repository.manifests.get(digest);
    return record === undefined ? [] : [describeReferrer(record)];
  });
}

function describeReferrer({ mediaType, digest, bytes }: ManifestRecord): Referrer {
  const content = parseContent(bytes);
  const artifactType =
    content === undefined || isIndexType(mediaType) ? content?.artifactType : artifactTypeOf(content);
  return { mediaType, digest, size: bytes.length, artifactType, annotations: content?.annotations };
}
