import { readAttributes } from "./attributes.ts";
import type { Reply } from "./http.ts";
import { refuseLockedTag } from "./locks.ts";
import { viewTag } from "./metadataViews.ts";
import { readPage, readPageRequest } from "./paging.ts";
import { tagUnknown } from "./registryError.ts";
import { readRepository, type RegistryState } from "./registryState.ts";
import type { Repository, TagRecord } from "./repository.ts";
import type { RoutedRequest } from "./route.ts";

/** All tags of the repository, or those of one digest, which come in one page. */
export function listTags(state: RegistryState, { name, query }: RoutedRequest): Reply {
  const repository = readRepository(state, name);
  const digest = query.get("digest") ?? "";
  const { keys, headers } =
    digest === ""
      ? readPage(
          {
            path: `/acr/v1/${encodeURIComponent(name)}/_tags`,
            withOrder: true,
            keys: repository.tagOrder,
            timeOf: (tag) => repository.tags.get(tag)?.updatedAt,
          },
          readPageRequest(query),
        )
      : { keys: [...(repository.manifests.get(digest)?.tags ?? [])].sort(), headers: {} };
  const tags = keys.map((tag) => viewTag(readTag(repository, tag)));
  return { status: 200, headers, json: { registry: state.loginServer, imageName: name, tags } };
}

export function getTag(state: RegistryState, { name, reference }: RoutedRequest): Reply {
  const tag = viewTag(readTag(readRepository(state, name), reference));
  return { status: 200, json: { registry: state.loginServer, imageName: name, tag } };
}

export function updateTag(state: RegistryState, request: RoutedRequest): Reply {
  const tag = readTag(readRepository(state, request.name), request.reference);
  tag.attributes = readAttributes(request.body, tag.attributes);
  return getTag(state, request);
}

/** What the tag names stays. */
export function deleteTag(state: RegistryState, { name, reference }: RoutedRequest): Reply {
  const repository = readRepository(state, name);
  const tag = readTag(repository, reference);
  refuseLockedTag(repository, tag);
  repository.removeTag(reference, state.clock.now());
  return { status: 202, headers: { "X-Ms-Int-Docker-Content-Digest": tag.digest } };
}

function readTag(repository: Repository, name: string): TagRecord {
  const tag = repository.tags.get(name);
  if (tag === undefined) throw tagUnknown();
  return tag;
}
