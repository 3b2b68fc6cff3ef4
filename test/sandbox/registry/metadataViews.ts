import { parseContent } from "./manifestContent.ts";
import type { ManifestRecord, Repository, TagRecord } from "./repository.ts";

/** ISO 8601 with the seven digits that the service sends. */
function toTimestamp(at: number): string {
  return new Date(at).toISOString().replace("Z", "0000Z");
}

/** Bodies of `/acr/v1`. Members that are undefined are absent on the wire. */
export function viewRepository(registry: string, repository: Repository): object {
  return {
    registry,
    imageName: repository.name,
    createdTime: toTimestamp(repository.createdAt),
    lastUpdateTime: toTimestamp(repository.updatedAt),
    manifestCount: repository.manifests.size,
    tagCount: repository.tags.size,
    changeableAttributes: repository.attributes,
  };
}

/** An entry of a listing: `tags` is absent where there is none, and children are never told. */
export function viewManifest(record: ManifestRecord): object {
  return {
    digest: record.digest,
    imageSize: record.imageSize,
    createdTime: toTimestamp(record.createdAt),
    lastUpdateTime: toTimestamp(record.createdAt),
    ...record.platform,
    mediaType: record.mediaType,
    configMediaType: record.configMediaType,
    tags: record.tags.size === 0 ? undefined : [...record.tags].sort(),
    changeableAttributes: record.attributes,
  };
}

/** What a request for one registry manifest adds: the children of an index. */
export function viewSingleManifest(record: ManifestRecord): object {
  const children = parseContent(record.bytes)?.manifests ?? [];
  const references = children.map(({ digest, platform }) => ({
    digest,
    architecture: platform?.architecture,
    os: platform?.os,
  }));
  return { ...viewManifest(record), references: references.length === 0 ? undefined : references };
}

export function viewTag(tag: TagRecord): object {
  return {
    name: tag.name,
    digest: tag.digest,
    createdTime: toTimestamp(tag.createdAt),
    lastUpdateTime: toTimestamp(tag.updatedAt),
    signed: false,
    changeableAttributes: tag.attributes,
  };
}
