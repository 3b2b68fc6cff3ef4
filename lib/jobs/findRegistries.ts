import type { ArmId } from "../core/armId.ts";
import { nameOf } from "../core/armId.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** The registries that a snapshot covers, and those that were purged before, by name in any casing; sorted. */
export async function findRegistries(deps: Deps, header: SnapshotHeader, name: string): Promise<readonly ArmId[]> {
  const ids = new Set((header.expectedParts ?? []).filter((part) => part !== GRAPH_PART));
  for await (const { registryId } of deps.knowledge.listStores()) ids.add(registryId);
  return [...ids].filter((id) => nameOf(id) === name.toLowerCase()).sort();
}
