import { createHash } from "node:crypto";
import { z } from "zod";
import { UpstreamError } from "../../lib/errors.ts";
import type {
  DeleteAnswer,
  ListedManifest,
  ManifestContent,
  Newest,
  RegistryPurger,
  RegistryReader,
  RepositoryFacts,
} from "../../lib/ports.ts";

/** A registry manifest as it is pushed; `createdAt` is when. */
export interface Pushed {
  readonly mediaType: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly locked: boolean;
  readonly createdAt: string;
}

/** One that the registry holds. */
export interface Held extends Omit<Pushed, "tags"> {
  readonly digest: string;
  readonly tags: Map<string, string>;
  locked: boolean;
}

const PAGE_NEWEST = 100;

const Body = z.looseObject({ subject: z.object({ digest: z.string() }).nullish() });

export const toDigest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Registry manifests in memory, with the registry's own rules for a delete: locks, and referrers that go along. */
export class MemoryRegistry implements RegistryReader, RegistryPurger {
  readonly #repositories = new Map<string, Map<string, Held>>();

  push(repository: string, { tags, ...pushed }: Pushed): string {
    const digest = toDigest(pushed.text);
    const held = this.#repositories.get(repository) ?? new Map<string, Held>();
    this.#repositories.set(repository, held);
    if (!held.has(digest)) held.set(digest, { ...pushed, digest, tags: new Map() });
    for (const tag of tags) this.tag(repository, { tag, digest, at: pushed.createdAt });
    return digest;
  }

  tag(repository: string, { tag, digest, at }: { tag: string; digest: string; at: string }): void {
    for (const held of this.list(repository)) held.tags.delete(tag);
    this.find(repository, digest)?.tags.set(tag, at);
  }

  untag(repository: string, tag: string): void {
    for (const held of this.list(repository)) held.tags.delete(tag);
  }

  list(repository: string): readonly Held[] {
    return [...(this.#repositories.get(repository)?.values() ?? [])].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  find(repository: string, digest: string): Held | undefined {
    return this.#repositories.get(repository)?.get(digest);
  }

  announce(): void {
    // There are no tokens to be shared.
  }

  async *listRepositories(after = ""): AsyncGenerator<readonly string[]> {
    yield [...this.#repositories.keys()].filter((name) => name > after).sort();
  }

  async findRepository(repository: string): Promise<RepositoryFacts | undefined> {
    const held = this.#repositories.get(repository);
    return held && { manifestCount: held.size, deleteEnabled: true, writeEnabled: true };
  }

  async *listManifests(repository: string): AsyncGenerator<readonly ListedManifest[]> {
    if (!this.#repositories.has(repository)) throw notThere(`list ${repository}`);
    yield this.list(repository).map(toListed);
  }

  async readNewest(repository: string): Promise<Newest> {
    const held = this.list(repository).toSorted((a, b) => changedAt(b) - changedAt(a));
    return { manifests: held.slice(0, PAGE_NEWEST).map(toListed), isWhole: held.length < PAGE_NEWEST };
  }

  async readTagTimes(repository: string): Promise<ReadonlyMap<string, string>> {
    return new Map(this.list(repository).flatMap(({ tags }) => [...tags]));
  }

  async findManifest(repository: string, digest: string): Promise<ListedManifest | undefined> {
    const held = this.find(repository, digest);
    return held && toListed(held);
  }

  async findTag(repository: string, tag: string): Promise<string | undefined> {
    return this.list(repository).find(({ tags }) => tags.has(tag))?.digest;
  }

  async readBytes(repository: string, digest: string): Promise<ManifestContent> {
    const held = this.find(repository, digest);
    if (!held) throw notThere(`read bytes of ${repository}@${digest}`);
    return { mediaType: held.mediaType, bytes: new TextEncoder().encode(held.text) };
  }

  async deleteManifest(repository: string, digest: string): Promise<DeleteAnswer> {
    const held = this.find(repository, digest);
    if (!held) return { is: "alreadyGone" };
    if (held.locked) return { is: "locked" };
    this.remove(repository, digest);
    return { is: "deleted" };
  }

  /** With its referrers, at any depth, whatever their tags and locks; the last registry manifest takes the repository along. */
  remove(repository: string, digest: string): readonly string[] {
    const held = this.#repositories.get(repository);
    if (!held?.delete(digest)) return [];
    const referrers = [...held.values()].filter(({ text }) => subjectOf(text) === digest);
    const cascaded = referrers.flatMap((referrer) => this.remove(repository, referrer.digest));
    if (held.size === 0) this.#repositories.delete(repository);
    return [digest, ...cascaded];
  }
}

const changedAt = ({ createdAt, tags }: Held): number => Math.max(...[createdAt, ...tags.values()].map(Date.parse));

const subjectOf = (text: string): string | undefined => Body.parse(JSON.parse(text)).subject?.digest;

function toListed({ digest, mediaType, text, createdAt, tags, locked }: Held): ListedManifest {
  const names = [...tags.keys()].sort();
  return { digest, mediaType, size: text.length, createdAt, tags: names, deleteEnabled: !locked, writeEnabled: true };
}

const notThere = (operation: string): UpstreamError =>
  new UpstreamError({ service: "registry", operation, status: 404, isAbsence: true });
