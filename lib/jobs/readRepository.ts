import pMap from "p-map";
import type { IncompleteText } from "../core/completeness.ts";
import { decideStays } from "../core/protection.ts";
import { readEdges } from "../core/readEdges.ts";
import type { Edges, RegistryManifest, Repository } from "../core/registryManifest.ts";
import { isUntagged } from "../core/registryManifest.ts";
import { UpstreamError } from "../errors.ts";
import type { Journal, ListedManifest, RegistryReader, RepositoryFacts } from "../ports.ts";
import type { EdgeStore } from "../stores/edgeStore.ts";

const EDGE_CONCURRENCY = 8;
const EDGE_BATCH = 400;

export interface RepositorySource {
  readonly reader: RegistryReader;
  readonly edges: EdgeStore;
  /** Keeps the bytes of untagged registry manifests when they are read: a delete then need not read them again. */
  readonly journal: Pick<Journal, "saveBytes">;
  readonly registryId: string;
  /** The observer may have the right on some repositories only: one that it may not read is kept, and says nothing of others. */
  readonly refusalsAreSingle?: boolean;
}

/** What an earlier complete look saw of the repository; undefined where there was none. */
export type Earlier = (name: string) => Promise<Repository | undefined>;

/**
 * One repository as it is now. Where it holds an untagged registry manifest, edges are read, once in a digest's life; where
 * nothing tagged or locked keeps one of them, its count is checked against the registry's own, and tag times are read. What
 * cannot be read makes it `incomplete`, never smaller. A 401 or 403 is thrown: it concerns the whole registry, unless the source
 * says otherwise. Undefined where the registry does not know the repository.
 */
export async function readRepository(
  source: RepositorySource,
  name: string,
  earlier: Earlier,
): Promise<Repository | undefined> {
  try {
    const listed = await collect(source.reader.listManifests(name));
    const seen = await readWithEdges(source, name, listed);
    return holdsCandidate(seen) ? await readCandidates(source, { seen, first: listed, earlier }) : seen;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.isAbsence) return undefined;
    if ((error.status === 401 || error.status === 403) && !source.refusalsAreSingle) throw error;
    return {
      ...toRepository(source, name, { listed: [], locked: false }),
      incomplete: [`listingFailed: ${error.message}`],
    };
  }
}

/** Edges decide only about what is untagged. */
async function readWithEdges(
  source: RepositorySource,
  name: string,
  listed: readonly ListedManifest[],
): Promise<Repository> {
  const isNeeded = listed.some(({ tags }) => tags.length === 0);
  const edges = isNeeded ? await readAllEdges(source, name, listed) : undefined;
  return toRepository(source, name, { listed, locked: false, edges });
}

/** An untagged registry manifest that nothing in the repository keeps: whether something is hidden then decides about it. */
function holdsCandidate({ manifests }: Repository): boolean {
  const free = new Set(manifests.filter((each) => isUntagged(each) && !each.locked).map(({ digest }) => digest));
  return decideStays(manifests, free).size < free.size;
}

interface FirstLook {
  readonly seen: Repository;
  readonly first: readonly ListedManifest[];
  readonly earlier: Earlier;
}

async function readCandidates(source: RepositorySource, { seen, first, earlier }: FirstLook): Promise<Repository> {
  const { name } = seen;
  const facts = await source.reader.findRepository(name);
  // A hidden index would unprotect its children: on a difference read once more, then keep the repository.
  const listed = isCounted(facts, first) ? first : await collect(source.reader.listManifests(name));
  const recount = isCounted(facts, listed) ? facts : await source.reader.findRepository(name);
  const incomplete: IncompleteText[] = isCounted(recount, listed)
    ? []
    : [
        `countMismatch: ${countDigests(listed)} of ${listed.length} rows listed, ${recount?.manifestCount ?? "an unknown number"} counted`,
      ];
  const before = (await earlier(name))?.manifests ?? [];
  const tagTimes = await readTagTimes(source, name, { listed, before });
  const lastTags = new Map(before.map((manifest) => [manifest.digest, listLastTags(manifest)]));
  const { manifests } = listed === first ? seen : await readWithEdges(source, name, listed);
  const locked = !(recount?.deleteEnabled && recount.writeEnabled);
  return {
    ...seen,
    locked,
    manifests: manifests.map((manifest) => withTags(manifest, { tagTimes, lastTags })),
    incomplete,
  };
}

interface TagFacts {
  readonly tagTimes: ReadonlyMap<string, string>;
  /** By digest. */
  readonly lastTags: ReadonlyMap<string, readonly string[]>;
}

const withTags = (manifest: RegistryManifest, { tagTimes, lastTags }: TagFacts): RegistryManifest => ({
  ...manifest,
  tags: manifest.tags.map(({ name }) => ({ name, movedAt: tagTimes.get(name) })),
  lastTags: isUntagged(manifest) ? (lastTags.get(manifest.digest) ?? []) : [],
});

const listLastTags = ({ tags, lastTags }: RegistryManifest): readonly string[] =>
  tags.length > 0 ? tags.map(({ name }) => name) : lastTags;

interface Listing {
  readonly listed: readonly ListedManifest[];
  readonly before: readonly RegistryManifest[];
}

/**
 * By tag. Where every tag names the digest that it named before, what was read then is enough: the tag may have moved away and
 * back since, but an earlier time only lets less count as superseded.
 */
async function readTagTimes(
  { reader }: RepositorySource,
  name: string,
  { listed, before }: Listing,
): Promise<ReadonlyMap<string, string>> {
  const tagged = listed.flatMap(({ digest, tags }) => tags.map((tag) => ({ digest, tag })));
  if (tagged.length === 0) return new Map();
  const known = new Map<string, string>();
  for (const { digest, tags } of before)
    for (const { name: tag, movedAt } of tags) if (movedAt !== undefined) known.set(`${digest} ${tag}`, movedAt);
  const times = tagged.map(({ digest, tag }) => [tag, known.get(`${digest} ${tag}`)] as const);
  const whole = times.flatMap(([tag, movedAt]) => (movedAt === undefined ? [] : [[tag, movedAt] as const]));
  return whole.length === times.length ? new Map(whole) : reader.readTagTimes(name);
}

/** A row that came twice would hide one that did not come. */
const countDigests = (listed: readonly ListedManifest[]): number => new Set(listed.map(({ digest }) => digest)).size;

const isCounted = (facts: RepositoryFacts | undefined, listed: readonly ListedManifest[]): boolean =>
  facts?.manifestCount === listed.length && countDigests(listed) === listed.length;

/** Edges by digest, from the store or the bytes; a registry manifest without a media type has none. */
export async function readAllEdges(
  source: RepositorySource,
  repository: string,
  listed: readonly ListedManifest[],
): Promise<ReadonlyMap<string, Edges>> {
  const fresh: { digest: string; mediaType: string; edges: Edges }[] = [];
  const entries = await pMap(
    listed.filter((manifest) => manifest.mediaType !== undefined),
    async ({ digest, mediaType = "", tags }): Promise<readonly [string, Edges]> => {
      const known = await source.edges.find(digest, mediaType);
      if (known) return [digest, known];
      const content = await source.reader.readBytes(repository, digest);
      if (tags.length === 0) await source.journal.saveBytes(digest, content);
      const { bytes, mediaType: served } = content;
      const edges = served === mediaType ? readEdges(mediaType, bytes) : readEdges("", bytes);
      fresh.push({ digest, mediaType, edges });
      // What was read is kept, even where the work on a large repository is cut off.
      if (fresh.length >= EDGE_BATCH) await source.edges.putAll(fresh.splice(0));
      return [digest, edges];
    },
    { concurrency: EDGE_CONCURRENCY },
  );
  await source.edges.putAll(fresh);
  return new Map(entries);
}

interface Contents {
  readonly listed: readonly ListedManifest[];
  readonly locked: boolean;
  readonly edges?: ReadonlyMap<string, Edges> | undefined;
}

function toRepository({ registryId }: RepositorySource, name: string, { listed, locked, edges }: Contents): Repository {
  const manifests = listed.map((manifest): RegistryManifest => ({
    digest: manifest.digest,
    mediaType: manifest.mediaType,
    size: manifest.size,
    createdAt: manifest.createdAt,
    tags: manifest.tags.map((tag) => ({ name: tag, movedAt: undefined })),
    lastTags: [],
    locked: !(manifest.deleteEnabled && manifest.writeEnabled),
    edges: edges?.get(manifest.digest),
  }));
  return { registryId, name, locked, manifests, incomplete: [] };
}

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
