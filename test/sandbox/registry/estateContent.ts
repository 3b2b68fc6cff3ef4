import { toInstant, type EstateManifest, type EstateRegistry } from "../estate.ts";
import { Aliases } from "./aliases.ts";
import { changeAttributes } from "./attributes.ts";
import type { ContentStore } from "./contentStore.ts";
import { listBlobs, parseContent, type Descriptor } from "./manifestContent.ts";
import { isIndexType, OCI_IMAGE } from "./mediaTypes.ts";
import type { ManifestRecord } from "./repository.ts";
import { buildManifest, nameEntry, type BuiltManifest, type RawManifest } from "./shortForm.ts";

interface Entry {
  readonly repository: string;
  readonly manifest: EstateManifest;
}

/** What a child or subject that no repository holds is described as; it never existed or is long gone. */
const MISSING = { mediaType: OCI_IMAGE, size: 500 };

/** Turns estate entries into stored content. */
export class EstateContent {
  readonly aliases: Aliases;
  readonly #store: ContentStore;
  /** What has an alias, by digest: for descriptors in other repositories than the one it was pushed to. */
  readonly #known = new Map<string, Descriptor>();

  constructor(registry: string, store: ContentStore) {
    this.aliases = new Aliases(registry);
    this.#store = store;
  }

  /** Stores everything, whatever its order in the file. Throws on an unknown alias, a cycle, or a tag that two entries claim. */
  load(registry: EstateRegistry, startsAt: string): void {
    for (const repository of registry.repositories) refuseDoubleTags(repository.name, repository.manifests);
    const entries = registry.repositories.flatMap(({ name, manifests }) =>
      manifests.map((manifest): Entry => ({ repository: name, manifest })),
    );
    for (const entry of sortTargetsFirst(entries))
      this.push(entry.repository, entry.manifest, toInstant(entry.manifest.pushedAt, startsAt));
    for (const { name, attributes } of registry.repositories) {
      const repository = this.#store.ensureRepository(name, Date.parse(startsAt));
      repository.attributes = changeAttributes(repository.attributes, attributes);
    }
  }

  /** Returns the digest. */
  push(repository: string, manifest: EstateManifest, at: number): string {
    const built =
      "manifest" in manifest
        ? buildRaw(manifest)
        : buildManifest(manifest, (reference) => this.#describe(repository, reference));
    for (const [digest, blob] of built.blobs) this.#store.blobs.add(repository, digest, blob);
    const record = this.#store.push({ ...built, repository, tags: manifest.tags, at });
    record.attributes = changeAttributes(record.attributes, manifest.attributes);
    this.#remember(manifest, record);
    return record.digest;
  }

  #remember(manifest: EstateManifest, record: ManifestRecord): void {
    if (manifest.alias === undefined) return;
    this.aliases.add(manifest.alias, record.digest);
    this.#known.set(record.digest, toDescriptor(record));
  }

  #describe(repository: string, reference: string): Descriptor {
    const digest = this.aliases.resolve(reference);
    const record = this.#store.findRepository(repository)?.manifests.get(digest);
    if (record !== undefined) return toDescriptor(record);
    return this.#known.get(digest) ?? { ...MISSING, digest };
  }
}

function toDescriptor({ mediaType, digest, bytes }: ManifestRecord): Descriptor {
  const artifactType = isIndexType(mediaType) ? undefined : parseContent(bytes)?.artifactType;
  return { mediaType, digest, size: bytes.length, ...(artifactType === undefined ? {} : { artifactType }) };
}

/** Blobs of real manifest JSON exist with the sizes that it gives, without bytes. */
function buildRaw(entry: RawManifest): BuiltManifest {
  const bytes = Buffer.from(JSON.stringify(entry.manifest));
  const blobs = listBlobs(parseContent(bytes)).map(({ digest, size }) => [digest, { size }] as const);
  return { bytes, mediaType: entry.mediaType, blobs: new Map(blobs) };
}

function refuseDoubleTags(repository: string, manifests: readonly EstateManifest[]): void {
  const owners = new Map<string, string>();
  for (const manifest of manifests) {
    for (const tag of manifest.tags) {
      const owner = owners.get(tag);
      if (owner !== undefined)
        throw new Error(`The tag ${tag} of ${repository} is claimed twice: ${owner}; ${nameEntry(manifest)}`);
      owners.set(tag, nameEntry(manifest));
    }
  }
}

/** Entries after what they point at. An alias that no entry has is left for the store to judge. */
function sortTargetsFirst(entries: readonly Entry[]): Iterable<Entry> {
  const byAlias = new Map(entries.map((entry) => [entry.manifest.alias, entry]));
  const sorted = new Set<Entry>();
  const visit = (entry: Entry, path: readonly Entry[]): void => {
    if (sorted.has(entry)) return;
    if (path.includes(entry))
      throw new Error(`Registry manifests point at each other: ${[...path, entry].map(nameOf).join(" -> ")}`);
    for (const target of listTargets(entry.manifest)) {
      const next = byAlias.get(target);
      if (next !== undefined) visit(next, [...path, entry]);
    }
    sorted.add(entry);
  };
  for (const entry of entries) visit(entry, []);
  return sorted;
}

const nameOf = (entry: Entry): string => entry.manifest.alias ?? entry.repository;

function listTargets(manifest: EstateManifest): readonly string[] {
  if ("manifest" in manifest) return [];
  const subject = manifest.subject === undefined ? [] : [manifest.subject];
  return [...subject, ...(manifest.children ?? []).map((child) => child.ref)];
}
