import type { IncompleteText } from "../core/completeness.ts";
import { decideStays } from "../core/protection.ts";
import type { Edges, RegistryManifest, Repository } from "../core/registryManifest.ts";
import { isUntagged } from "../core/registryManifest.ts";
import { UpstreamError } from "../errors.ts";
import type { ListedManifest, RepositoryFacts } from "../ports.ts";
import type { EdgeSource } from "./readAllEdges.ts";
import { readEdgesSoFar } from "./readAllEdges.ts";
import { readTagTimes, withTags } from "./readTags.ts";

export interface RepositorySource extends EdgeSource {
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
    if (!seen.manifests.some(isUntagged)) return seen;
    const before = (await earlier(name))?.manifests ?? [];
    if (holdsCandidate(seen)) return await readCandidates(source, { seen, first: listed, before });
    return { ...seen, manifests: withTags(seen.manifests, { before }) };
  } catch (error) {
    // What storage did not answer says nothing of the registry.
    if (!(error instanceof UpstreamError) || error.service !== "registry") throw error;
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
  const edges = isNeeded ? await readEdgesSoFar(source, name, listed) : undefined;
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
  readonly before: readonly RegistryManifest[];
}

async function readCandidates(source: RepositorySource, { seen, first, before }: FirstLook): Promise<Repository> {
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
  const tagTimes = await readTagTimes(source.reader, name, { listed, before });
  const { manifests } = listed === first ? seen : await readWithEdges(source, name, listed);
  const locked = !(recount?.deleteEnabled && recount.writeEnabled);
  return {
    ...seen,
    locked,
    manifests: withTags(manifests, { tagTimes, before }),
    incomplete,
  };
}

/** A row that came twice would hide one that did not come. */
const countDigests = (listed: readonly ListedManifest[]): number => new Set(listed.map(({ digest }) => digest)).size;

const isCounted = (facts: RepositoryFacts | undefined, listed: readonly ListedManifest[]): boolean =>
  facts?.manifestCount === listed.length && countDigests(listed) === listed.length;

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
