import type { ArmId } from "../core/armId.ts";
import { parentOf } from "../core/armId.ts";
import type { Hold, HoldScope } from "../core/hold.ts";
import type { TagHolds } from "../core/holdsOn.ts";
import { listHoldsOn } from "../core/holdsOn.ts";
import type { Mark } from "../core/marks.ts";
import type { Deps } from "./deps.ts";

/** What a hold covers of what is on its way out now. */
export interface Covered {
  /** Registry manifests that have a mark, or were sighted once. */
  readonly marked: number;
  /** There was more to look at than one request does. */
  readonly isLowerBound: boolean;
}

/** How far one request looks. */
export interface Reach {
  readonly marks: number;
  /** Each costs a few round trips, also without a mark. */
  readonly registries: number;
}

const REACH: Reach = { marks: 10_000, registries: 30 };

/** Counts by the rules of a purge, and no further than `reach`. Throws where a mark cannot be read. */
export async function countCovered(
  deps: Pick<Deps, "marks" | "knowledge">,
  hold: Hold,
  reach = REACH,
): Promise<Covered> {
  const book = { tags: await readSiblings(deps, hold.scope), holds: [hold] };
  const registries = await listRegistries(deps, hold.scope);
  let [marked, looked] = [0, 0];
  for (const registryId of registries.slice(0, reach.registries)) {
    for await (const mark of listMarks(deps, hold.scope, registryId)) {
      if (looked === reach.marks) return { marked, isLowerBound: true };
      looked += 1;
      if (listHoldsOn(book, mark, Date.parse(hold.at)).length > 0) marked += 1;
    }
  }
  return { marked, isLowerBound: registries.length > reach.registries };
}

/** The store that a scope is, or is in. */
const storeOf = (scope: HoldScope): ArmId | undefined =>
  scope.of === "store" ? scope.id : scope.of === "artifactManifest" ? parentOf(scope.id) : undefined;

/** A path of another store's artifact manifest may belong to one of the same name in the store that is held. */
async function readSiblings({ knowledge }: Pick<Deps, "knowledge">, scope: HoldScope): Promise<TagHolds> {
  const storeId = storeOf(scope);
  const ids = new Set<ArmId>();
  if (storeId !== undefined) for await (const { id } of knowledge.listUnder("artifactManifests", storeId)) ids.add(id);
  return {
    storeIds: storeId === undefined ? [] : [storeId],
    isKnown: (id) => ids.has(id),
    ofStore: () => undefined,
    ofArtifactManifest: () => undefined,
  };
}

/** Those in which something may be marked that it covers; none for a store that was never enrolled. */
async function listRegistries({ knowledge }: Pick<Deps, "knowledge">, scope: HoldScope): Promise<readonly ArmId[]> {
  if (scope.of === "repository") return [scope.registryId];
  const registries = new Set<ArmId>();
  for await (const { storeId, registryId } of knowledge.listStores())
    if (scope.of === "digest" || storeId === storeOf(scope)) registries.add(registryId);
  return [...registries].sort();
}

async function* listMarks({ marks }: Pick<Deps, "marks">, scope: HoldScope, registryId: ArmId): AsyncGenerator<Mark> {
  if (scope.of === "repository")
    for (const { mark } of (await marks.ofRepository(registryId, scope.repository)).values()) yield mark;
  else for await (const { mark } of marks.list(registryId)) yield mark;
}
