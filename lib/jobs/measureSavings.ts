import type { ArmId } from "../core/armId.ts";
import type { PlanItem } from "../core/planPurge.ts";
import type { Savings } from "../core/savings.ts";
import { keyOf } from "../core/savings.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

export interface SavedInReplicas {
  readonly bytes: number;
  readonly isUpperBound: boolean;
  ofItem(item: Pick<PlanItem, "repository" | "digest">): number;
}

interface Place {
  readonly header: SnapshotHeader;
  readonly registryId: ArmId;
}

/** What the plan frees in every replica, by the snapshot. Each replica stores, and is billed, on its own. */
export async function measureSavings(deps: Deps, place: Place, savings: Savings): Promise<SavedInReplicas> {
  if (savings.isEmpty()) return { bytes: 0, isUpperBound: false, ofItem: () => 0 };
  const { header, registryId } = place;
  for await (const repository of deps.snapshots.listRepositories(header.id, registryId))
    savings.addRepository(repository);
  if (!(await isSeenWhole(deps, place))) savings.addUnknown();
  const { bytes, isUpperBound, byItem } = savings.measure();
  const replicas = await countReplicas(deps, place);
  return {
    bytes: bytes * replicas,
    isUpperBound,
    ofItem: ({ repository, digest }) => (byItem.get(keyOf(repository, digest)) ?? 0) * replicas,
  };
}

/** False where the snapshot has any reason to miss something of the registry, such as a catalogue that may not be read. */
async function isSeenWhole(deps: Deps, { header, registryId }: Place): Promise<boolean> {
  const parts = await deps.snapshots.listParts(header.id);
  return parts.find(({ name }) => name === registryId)?.reasons.length === 0;
}

/** Regions that hold the registry, its home among them, whether or not that is listed as a replication. */
async function countReplicas(deps: Deps, { header, registryId }: Place): Promise<number> {
  const regions = new Set<string>();
  const registry = await deps.snapshots.findResource(header.id, "registry", registryId);
  const nested = await Array.fromAsync(deps.snapshots.listUnder(header.id, "structure", registryId));
  const replications = nested.filter(({ kind }) => kind === "replication");
  for (const { location } of registry ? [registry, ...replications] : replications)
    regions.add(location.replaceAll(" ", "").toLowerCase());
  return Math.max(1, regions.size);
}
