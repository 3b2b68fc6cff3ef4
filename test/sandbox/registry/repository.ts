import { UNLOCKED, type AllAttributes } from "./attributes.ts";
import { OrderedKeys, type KeyAt } from "./orderedKeys.ts";

/** A registry manifest as one repository holds it. Times are milliseconds since the epoch. */
export interface ManifestRecord {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** When it was pushed, which is also its `lastUpdateTime`: untagging, tagging and locking do not move it. */
  readonly createdAt: number;
  readonly imageSize: number;
  readonly configMediaType: string | undefined;
  readonly platform: { readonly architecture: string; readonly os: string } | undefined;
  readonly subject: string | undefined;
  readonly tags: Set<string>;
  attributes: AllAttributes;
}

export interface TagRecord {
  readonly name: string;
  /** When the name was first used; survives a move to another digest. */
  readonly createdAt: number;
  digest: string;
  updatedAt: number;
  attributes: AllAttributes;
}

/** One repository: registry manifests, tags and which referrers hang on which subject. It knows no rule about locks or rights. */
export class Repository {
  readonly name: string;
  createdAt: number;
  updatedAt: number;
  attributes: AllAttributes = UNLOCKED;
  readonly manifests = new Map<string, ManifestRecord>();
  readonly tags = new Map<string, TagRecord>();
  /** When those that lost their last tag lost it. */
  readonly untaggedAt = new Map<string, number>();
  readonly manifestOrder = new OrderedKeys(() => this.#manifestKeys());
  readonly tagOrder = new OrderedKeys(() => this.#tagKeys());
  readonly #referrers = new Map<string, Set<string>>();

  constructor(name: string, at: number) {
    this.name = name;
    this.createdAt = at;
    this.updatedAt = at;
  }

  addManifest(record: ManifestRecord): void {
    this.manifests.set(record.digest, record);
    this.manifestOrder.add({ key: record.digest, at: record.createdAt });
    this.createdAt = Math.min(this.createdAt, record.createdAt);
    this.#touch(record.createdAt);
    if (record.subject === undefined) return;
    const referrers = this.#referrers.get(record.subject) ?? new Set<string>();
    this.#referrers.set(record.subject, referrers.add(record.digest));
  }

  /** Its tags go with it; referrers are the caller's business. */
  removeManifest(record: ManifestRecord, at: number): void {
    for (const tag of record.tags) this.removeTag(tag, at);
    this.manifests.delete(record.digest);
    this.untaggedAt.delete(record.digest);
    this.manifestOrder.remove({ key: record.digest, at: record.createdAt });
    this.#touch(at);
    if (record.subject === undefined) return;
    const referrers = this.#referrers.get(record.subject);
    referrers?.delete(record.digest);
    if (referrers?.size === 0) this.#referrers.delete(record.subject);
  }

  /** Points the tag at `record`, away from whatever it named. */
  setTag(name: string, record: ManifestRecord, at: number): void {
    const known = this.tags.get(name);
    if (known !== undefined) {
      this.#loseTag(known, at);
      this.tagOrder.remove({ key: name, at: known.updatedAt });
    }
    const tag = known ?? { name, createdAt: at, digest: "", updatedAt: at, attributes: UNLOCKED };
    tag.digest = record.digest;
    tag.updatedAt = at;
    this.tags.set(name, tag);
    this.tagOrder.add({ key: name, at });
    record.tags.add(name);
    this.untaggedAt.delete(record.digest);
    this.#touch(at);
  }

  /** What the tag named stays; an unknown tag is no error. */
  removeTag(name: string, at: number): void {
    const tag = this.tags.get(name);
    if (tag === undefined) return;
    this.tags.delete(name);
    this.tagOrder.remove({ key: name, at: tag.updatedAt });
    this.#loseTag(tag, at);
    this.#touch(at);
  }

  /** Sorted digests of the registry manifests whose `subject` is `digest`, whether or not that is there. */
  referrersOf(digest: string): readonly string[] {
    return [...(this.#referrers.get(digest) ?? [])].sort();
  }

  /** What a tag or a digest names. */
  find(reference: string): ManifestRecord | undefined {
    return this.manifests.get(reference.includes(":") ? reference : (this.tags.get(reference)?.digest ?? ""));
  }

  #loseTag({ name, digest }: TagRecord, at: number): void {
    const tags = this.manifests.get(digest)?.tags;
    tags?.delete(name);
    if (tags?.size === 0) this.untaggedAt.set(digest, at);
  }

  #touch(at: number): void {
    this.updatedAt = Math.max(this.updatedAt, at);
  }

  *#manifestKeys(): Iterable<KeyAt> {
    for (const record of this.manifests.values()) yield { key: record.digest, at: record.createdAt };
  }

  *#tagKeys(): Iterable<KeyAt> {
    for (const tag of this.tags.values()) yield { key: tag.name, at: tag.updatedAt };
  }
}
