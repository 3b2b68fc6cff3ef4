import type { Graph } from "./graph.ts";
import type { ArmId } from "./armId.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import { pathPrefixOf, storeOf } from "./knowledge.ts";
import type { Needs } from "./needs.ts";

/** What a repository path means in the stores of one registry. */
export type PathMeaning =
  /** Some artifact manifest, present or past, or a legacy reference names the whole path: shared, out of scope at any depth. */
  | { readonly is: "legacy" }
  /** `<artifactManifest>/<artifact>`, and each of these artifact manifests lists the artifact. */
  | { readonly is: "listed"; readonly artifactManifests: readonly KnownArtifactManifest[]; readonly artifact: string }
  /** The prefix is an artifact manifest that does not list the rest. */
  | { readonly is: "notListed"; readonly artifactManifests: readonly KnownArtifactManifest[] }
  | { readonly is: "unattributed" };

export interface PathIndex {
  /** Artifact manifests, present or past, whose artifacts list could not be read in full. */
  readonly unreadable: readonly KnownArtifactManifest[];
  meaningOf(repository: string): PathMeaning;
}

/**
 * Indexes the paths that `storeIds`, the stores of one registry, can explain. Comparison is case-insensitive (how AOSM
 * lower-cases is not documented) and by whole segments: `cnf` does not explain `cnf2/nginx`.
 */
export function createPathIndex(graph: Graph, needs: Needs, storeIds: readonly ArmId[]): PathIndex {
  const ofRegistry = [...graph.artifactManifests.values()]
    .filter((manifest) => storeIds.includes(storeOf(manifest)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const byPrefix = Map.groupBy(ofRegistry, pathPrefixOf);
  const legacy = new Set(ofRegistry.flatMap(({ artifacts }) => artifacts.map(({ name }) => name.toLowerCase())));
  for (const storeId of storeIds) for (const name of needs.legacyNames(storeId)) legacy.add(name);
  return {
    unreadable: ofRegistry.filter(({ unreadable }) => unreadable),
    meaningOf: (repository) => meaningOf(repository.toLowerCase(), { byPrefix, legacy, adopted: graph.adopted }),
  };
}

interface Index {
  readonly byPrefix: ReadonlyMap<string, readonly KnownArtifactManifest[]>;
  readonly legacy: ReadonlySet<string>;
  readonly adopted: ReadonlyMap<ArmId, unknown>;
}

function meaningOf(path: string, { byPrefix, legacy, adopted }: Index): PathMeaning {
  if (legacy.has(path)) return { is: "legacy" };
  const named: KnownArtifactManifest[] = [];
  const listing: KnownArtifactManifest[] = [];
  let artifact = "";
  for (const [prefix, rest] of splits(path)) {
    for (const manifest of byPrefix.get(prefix) ?? []) {
      named.push(manifest);
      if (!adopted.has(manifest.id) && !lists(manifest, rest)) continue;
      listing.push(manifest);
      artifact = rest;
    }
  }
  if (named.length === 0) return { is: "unattributed" };
  // Two artifact manifests may claim one path (names may contain a slash): unless all list it, none is known to own it.
  return listing.length === named.length
    ? { is: "listed", artifactManifests: listing, artifact }
    : { is: "notListed", artifactManifests: named };
}

/** Every way to cut a path at a slash: `a/b/c` into `a` + `b/c` and `a/b` + `c`. */
function* splits(path: string): Generator<readonly [string, string]> {
  for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1))
    yield [path.slice(0, slash), path.slice(slash + 1)];
}

function lists(manifest: KnownArtifactManifest, artifact: string): boolean {
  return manifest.artifacts.some(({ name }) => name.toLowerCase() === artifact);
}
