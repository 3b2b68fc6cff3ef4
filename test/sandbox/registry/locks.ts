import type { AllAttributes } from "./attributes.ts";
import { disallowed } from "./registryError.ts";
import type { ManifestRecord, Repository, TagRecord } from "./repository.ts";

const mayDelete = (attributes: AllAttributes): boolean => attributes.deleteEnabled && attributes.writeEnabled;

/** Its own lock, a lock on any of its tags, or a repository without writing; `deleteEnabled` of the repository does not count. */
export function refuseLockedManifest(repository: Repository, record: ManifestRecord): void {
  const tagsAreFree = [...record.tags].every((tag) => isFree(repository.tags.get(tag)));
  if (!repository.attributes.writeEnabled || !mayDelete(record.attributes) || !tagsAreFree) throw disallowed();
}

export function refuseLockedTag(repository: Repository, tag: TagRecord): void {
  if (!repository.attributes.writeEnabled || !isFree(tag)) throw disallowed();
}

/** Whole repositories go only with nothing in them locked. */
export function refuseLockedRepository(repository: Repository): void {
  if (!mayDelete(repository.attributes)) throw disallowed();
  for (const record of repository.manifests.values()) refuseLockedManifest(repository, record);
}

/** A push that would change something without `writeEnabled`: the repository, the registry manifest itself or what the tag names. */
export function refuseLockedPush(repository: Repository | undefined, digest: string, tag: string | undefined): void {
  const attributes = [
    repository?.attributes,
    repository?.manifests.get(digest)?.attributes,
    tag === undefined ? undefined : repository?.tags.get(tag)?.attributes,
  ];
  if (attributes.some((each) => each?.writeEnabled === false)) throw disallowed();
}

/** What a pull of something with `readEnabled` false is answered is not documented: this is a guess. */
export function refuseUnreadable(repository: Repository, record: ManifestRecord, reference: string): void {
  const attributes = [repository.attributes, record.attributes, repository.tags.get(reference)?.attributes];
  if (attributes.some((each) => each?.readEnabled === false)) throw disallowed();
}

const isFree = (tag: TagRecord | undefined): boolean => tag === undefined || mayDelete(tag.attributes);
