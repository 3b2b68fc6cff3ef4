import pMap from "p-map";
import type { IncompleteText } from "../core/completeness.ts";
import { readEdges } from "../core/readEdges.ts";
import type { Edges, RegistryManifest, Repository } from "../core/registryManifest.ts";
import { UpstreamError } from "../errors.ts";
import type { ListedManifest, RegistryReader, RepositoryFacts } from "../ports.ts";
import type { EdgeStore } from "../stores/edgeStore.ts";

const EDGE_CONCURRENCY = 8;
const EDGE_BATCH = 400;

export interface RepositorySource {
  readonly reader: RegistryReader;
  readonly edges: EdgeStore;
  readonly registryId: string;
}

/**
 * One repository as it is now. Where it holds an untagged registry manifest, its count is checked against the registry's own,
 * and edges and tag times are read, edges once in a digest's life. What cannot be read makes it `incomplete`, never smaller.
 * A 401 or 403 is thrown: it concerns the whole registry.
 */
export async function readRepository(source: RepositorySource, name: string): Promise<Repository> {
  try {
    const listed = await collect(source.reader.listManifests(name));
    if (!listed.some(({ tags }) => tags.length === 0)) return toRepository(source, name, { listed, locked: false });
    return await readCandidates(source, name, listed);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.status === 401 || error.status === 403) throw error;
    return {
      ...toRepository(source, name, { listed: [], locked: false }),
      incomplete: [`listingFailed: ${error.message}`],
    };
  }
}

async function readCandidates(
  source: RepositorySource,
  name: string,
  first: readonly ListedManifest[],
): Promise<Repository> {
  const facts = await source.reader.findRepository(name);
  // A hidden index would unprotect its children: on a difference read once more, then keep the repository.
  const listed = isCounted(facts, first) ? first : await collect(source.reader.listManifests(name));
  const recount = isCounted(facts, listed) ? facts : await source.reader.findRepository(name);
  const incomplete: IncompleteText[] = isCounted(recount, listed)
    ? []
    : [
        `countMismatch: ${countDigests(listed)} of ${listed.length} rows listed, ${recount?.manifestCount ?? "an unknown number"} counted`,
      ];
  const tagTimes = await source.reader.readTagTimes(name);
  const edges = await readAllEdges(source, name, listed);
  const locked = !(recount?.deleteEnabled && recount.writeEnabled);
  return { ...toRepository(source, name, { listed, locked, edges, tagTimes }), incomplete };
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
    async ({ digest, mediaType = "" }): Promise<readonly [string, Edges]> => {
      const known = await source.edges.find(digest, mediaType);
      if (known) return [digest, known];
      const { bytes, mediaType: served } = await source.reader.readBytes(repository, digest);
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
  readonly edges?: ReadonlyMap<string, Edges>;
  readonly tagTimes?: ReadonlyMap<string, string>;
}

function toRepository(
  { registryId }: RepositorySource,
  name: string,
  { listed, locked, edges, tagTimes }: Contents,
): Repository {
  const manifests = listed.map((manifest): RegistryManifest => ({
    digest: manifest.digest,
    mediaType: manifest.mediaType,
    size: manifest.size,
    createdAt: manifest.createdAt,
    tags: manifest.tags.map((tag) => ({ name: tag, movedAt: tagTimes?.get(tag) })),
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
