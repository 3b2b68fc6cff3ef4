import { toIso } from "../core/duration.ts";
import { toInstantId } from "../core/instantId.ts";
import type { Resource } from "../core/resources.ts";
import { findStoreSettings } from "../config.ts";
import type { Run } from "../stores/runStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { scanGraph } from "./scanGraph.ts";
import { sealIfReady } from "./sealSnapshot.ts";

const MINUTE_MS = 60_000;

/** Message of the queue `inventory-registry`. */
export interface InventoryMessage {
  readonly runId: string;
  readonly snapshotId: string;
  readonly registryId: string;
  /** Where an earlier invocation ran out of time: the last repository that is stored. */
  readonly after?: string | undefined;
}

/**
 * Reads the publisher graph and sends one message per backing registry of an enrolled store. The part that comes in last seals
 * the snapshot. Repeating it for the same run rewrites the same rows.
 */
export async function takeSnapshot(deps: Deps, run: Run): Promise<void> {
  const id = toInstantId(new Date(run.at));
  const readAt = toIso(Math.ceil(deps.clock.now().getTime() / MINUTE_MS) * MINUTE_MS);
  const header: SnapshotHeader = {
    id,
    at: run.at,
    readAt,
    runId: run.id,
    state: "open",
    expectedParts: undefined,
    processedAt: undefined,
  };
  await deps.snapshots.create(header);
  const { part, stores } = await scanGraph(deps, id);
  const registryIds = listEnrolledRegistries(deps, stores);
  await deps.snapshots.putPart(id, part);
  await deps.snapshots.update(id, (stored) =>
    stored.state === "open" ? { ...stored, expectedParts: [GRAPH_PART, ...registryIds] } : undefined,
  );
  for (const registryId of registryIds) {
    const message: InventoryMessage = { runId: run.id, snapshotId: id, registryId };
    await deps.queues.send("inventory-registry", message);
  }
  deps.log.info("graph read", { snapshotId: id, complete: part.complete, registries: registryIds.length });
  await sealIfReady(deps, id);
}

function listEnrolledRegistries(deps: Deps, stores: readonly Resource[]): readonly string[] {
  const registryIds = stores
    .filter(({ id }) => findStoreSettings(deps.config, id) !== undefined)
    .flatMap(({ details }) => (details.of === "store" && details.registryId !== undefined ? [details.registryId] : []));
  return [...new Set(registryIds)].sort();
}
