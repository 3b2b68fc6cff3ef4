import type { Adoption } from "./adoption.ts";
import { adoptedManifestId } from "./adoption.ts";
import type { ArmId } from "./armId.ts";
import type { Graph } from "./graph.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import { pathPrefixOf, storeOf } from "./knowledge.ts";
import type { Needs } from "./needs.ts";

/** What is to be adopted, and where. */
export interface AdoptionCase extends Pick<Adoption, "storeId" | "prefix"> {
  /** The stores of the same registry, `storeId` among them: a path may belong to any of them. */
  readonly storeIds: readonly ArmId[];
  readonly graph: Graph;
  readonly needs: Needs;
}

const SEGMENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const MAX_SEGMENT = 255;

/** True for one path segment of a repository name, as the OCI distribution specification has it. */
export const isPathSegment = (text: string): boolean => text.length <= MAX_SEGMENT && SEGMENT.test(text);

/** Why the prefix may not be adopted, in words; undefined where nothing speaks against it. */
export function refuseAdoption(facts: AdoptionCase): string | undefined {
  const { graph, storeIds, storeId, prefix } = facts;
  if (graph.adopted.has(adoptedManifestId({ storeId, prefix }))) return `${prefix} is adopted already`;
  const ofRegistry = listManifests(graph, storeIds);
  const owner = ofRegistry.find((manifest) => pathPrefixOf(manifest) === prefix);
  if (owner) return describeOwner(graph, owner);
  const unlearned = storeIds
    .map((id) => adoptedManifestId({ storeId: id, prefix }))
    .find((id) => graph.present.has(id));
  if (unlearned !== undefined)
    return `the artifact manifest ${unlearned} exists: what lies under the prefix is its own`;
  return refuseLegacy(facts, ofRegistry);
}

/** Those that exist or existed; what an adoption stands for is none. */
const listManifests = (graph: Graph, storeIds: readonly ArmId[]): readonly KnownArtifactManifest[] =>
  [...graph.artifactManifests.values()]
    .filter((manifest) => storeIds.includes(storeOf(manifest)) && !graph.adopted.has(manifest.id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const describeOwner = (graph: Graph, { id, lastSeenAt }: KnownArtifactManifest): string =>
  graph.present.has(id)
    ? `the artifact manifest ${id} exists: what lies under the prefix is its own`
    : `the artifact manifest ${id} was there until ${lastSeenAt}: what it listed is decommissioned without being adopted`;

function refuseLegacy(
  { needs, storeIds, prefix }: AdoptionCase,
  ofRegistry: readonly KnownArtifactManifest[],
): string | undefined {
  const listing = ofRegistry.find(({ artifacts }) => artifacts.some(({ name }) => isAtOrBelow(name, prefix)));
  if (listing) return `${prefix} is a legacy path: the artifact manifest ${listing.id} lists it without a prefix`;
  const named = storeIds.flatMap((id) => [...needs.legacyNames(id)]).find((name) => isAtOrBelow(name, prefix));
  if (named !== undefined) return `${prefix} is a legacy path: a legacy reference names ${named}`;
  const unreadable = ofRegistry.find((manifest) => manifest.unreadable);
  return (
    unreadable && `the list of the artifact manifest ${unreadable.id} cannot be read in full, so it may name the path`
  );
}

/** By whole segments: `cnf2/nginx` is not below `cnf`. */
function isAtOrBelow(path: string, prefix: string): boolean {
  const lower = path.toLowerCase();
  return lower === prefix || lower.startsWith(`${prefix}/`);
}

/** The adoptions that are over, because an artifact manifest of that name exists or has been seen. */
export function listLapsed(graph: Graph, adoptions: Iterable<Adoption>): readonly Adoption[] {
  return [...adoptions].filter((adoption) => {
    if (adoption.lapsedAt !== undefined) return false;
    const id = adoptedManifestId(adoption);
    return graph.present.has(id) || (graph.artifactManifests.has(id) && !graph.adopted.has(id));
  });
}
