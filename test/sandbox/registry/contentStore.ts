import { z } from "zod";
import { UNLOCKED } from "./attributes.ts";
import { BlobStore } from "./blobStore.ts";
import { digestOf, listBlobs, parseContent, parseJson, sumSizes, type Descriptor } from "./manifestContent.ts";
import { OrderedKeys } from "./orderedKeys.ts";
import { Repository, type ManifestRecord } from "./repository.ts";

const Platform = z.object({ architecture: z.string(), os: z.string() });

/** One registry manifest to store. `at` is milliseconds since the epoch. */
export interface Push {
  readonly repository: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly tags: readonly string[];
  readonly at: number;
}

/** `cascadedFrom` is the subject that took the referrer with it. */
export interface Removal {
  readonly digest: string;
  readonly cascadedFrom?: string;
}

/** Everything that one registry holds, in memory. It obeys at once: rights, locks and faults are decided before it is called. */
export class ContentStore {
  readonly blobs = new BlobStore();
  readonly #repositories = new Map<string, Repository>();
  readonly #names = new OrderedKeys(() => [...this.#repositories.keys()].map((key) => ({ key, at: 0 })));

  /** At most `count` names after `last`, in order of name. */
  repositoryNames(last?: string, count = Infinity): readonly string[] {
    return this.#names.page("key", last === undefined ? undefined : { key: last, at: 0 }, count);
  }

  findRepository(name: string): Repository | undefined {
    return this.#repositories.get(name);
  }

  /** The repository, made where it is missing. */
  ensureRepository(name: string, at: number): Repository {
    const known = this.#repositories.get(name);
    if (known !== undefined) return known;
    const repository = new Repository(name, at);
    this.#repositories.set(name, repository);
    this.#names.add({ key: name, at: 0 });
    return repository;
  }

  /** Stores a registry manifest and points the tags at it. One that is already there keeps its time and attributes. */
  push(push: Push): ManifestRecord {
    const repository = this.ensureRepository(push.repository, push.at);
    const digest = digestOf(push.bytes);
    const record = repository.manifests.get(digest) ?? this.#addManifest(repository, digest, push);
    for (const tag of push.tags) repository.setTag(tag, record, push.at);
    return record;
  }

  /**
   * Removes the registry manifest, its tags and, at any depth, its referrers, whether tagged or locked themselves: what the
   * service does with a locked referrer is not documented, and this is the answer that hurts most. Children of an index stay.
   * The last registry manifest takes the repository with it.
   */
  remove(repository: Repository, digest: string, at: number): Removal[] {
    const removals: Removal[] = [];
    const pending: Removal[] = [{ digest }];
    for (const removal of pending) {
      const record = repository.manifests.get(removal.digest);
      if (record === undefined) continue;
      const referrers = repository.referrersOf(removal.digest);
      pending.push(...referrers.map((referrer) => ({ digest: referrer, cascadedFrom: removal.digest })));
      this.#removeManifest(repository, record, at);
      removals.push(removal);
    }
    if (repository.manifests.size === 0) this.removeRepository(repository.name);
    return removals;
  }

  removeRepository(name: string): void {
    this.#repositories.delete(name);
    this.#names.remove({ key: name, at: 0 });
    this.blobs.removeRepository(name);
  }

  #addManifest(repository: Repository, digest: string, push: Push): ManifestRecord {
    const content = parseContent(push.bytes);
    const record: ManifestRecord = {
      digest,
      mediaType: push.mediaType,
      bytes: push.bytes,
      createdAt: push.at,
      imageSize: content === undefined ? push.bytes.length : sumSizes(content),
      configMediaType: content?.config?.mediaType,
      platform: content?.config === undefined ? undefined : this.#readPlatform(repository.name, content.config),
      subject: content?.subject?.digest,
      tags: new Set(),
      attributes: UNLOCKED,
    };
    repository.addManifest(record);
    for (const blob of listBlobs(content)) this.blobs.use(repository.name, blob.digest);
    return record;
  }

  #removeManifest(repository: Repository, record: ManifestRecord, at: number): void {
    repository.removeManifest(record, at);
    for (const blob of listBlobs(parseContent(record.bytes))) this.blobs.release(repository.name, blob.digest);
  }

  /** What the configuration says that the image runs on; a chart's says nothing. */
  #readPlatform(repository: string, config: Descriptor): ManifestRecord["platform"] {
    const bytes = this.blobs.find(repository, config.digest)?.read?.();
    if (bytes === undefined) return undefined;
    return Platform.safeParse(parseJson(bytes)).data;
  }
}
