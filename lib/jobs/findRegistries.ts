import type { ArmId } from "../core/armId.ts";
import { isNamed } from "../core/isNamed.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** The registries that a snapshot covers, and those that were purged before; sorted. */
export async function listRegistries(deps: Deps, header: SnapshotHeader): Promise<readonly ArmId[]> {
  const ids = new Set((header.expectedParts ?? []).filter((part) => part !== GRAPH_PART));
  for await (const { registryId } of deps.knowledge.listStores()) ids.add(registryId);
  return [...ids].sort();
}

/** Those of a name, or of an id, in any casing. */
export async function findRegistries(deps: Deps, header: SnapshotHeader, wanted: string): Promise<readonly ArmId[]> {
  return (await listRegistries(deps, header)).filter((id) => isNamed(id, wanted));
}
