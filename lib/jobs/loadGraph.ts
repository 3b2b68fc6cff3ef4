import type { ArmId } from "../core/armId.ts";
import { createPathIndex } from "../core/artifactPath.ts";
import type { Graph } from "../core/graph.ts";
import { listStoresOf, toGraph } from "../core/graph.ts";
import type { Known } from "../core/knowledge.ts";
import { learn } from "../core/knowledge.ts";
import type { Needs } from "../core/needs.ts";
import type { Resource } from "../core/resources.ts";
import type { RegistryContext, StorePolicy } from "../core/verdicts.ts";
import { findStoreSettings } from "../config.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** The snapshot's graph with everything remembered from earlier ones. Learning from a complete snapshot is stored. */
export async function loadGraph(deps: Deps, header: SnapshotHeader, complete: boolean): Promise<Graph> {
  const known = new Map<ArmId, Known>();
  for await (const entry of deps.knowledge.list()) known.set(entry.id, entry);
  const resources: Resource[] = [];
  const learned: Known[] = [];
  for await (const resource of deps.snapshots.listResources(header.id)) {
    resources.push(resource);
    const entry = learn(resource, known.get(resource.id), { at: header.readAt, complete });
    if (!entry) continue;
    known.set(entry.id, entry);
    learned.push(entry);
  }
  await deps.knowledge.putAll(learned);
  return toGraph(resources, known.values());
}

/** What the rules look at for one registry. */
export function toContext(
  deps: Deps,
  { graph, needs, registryId }: { graph: Graph; needs: Needs; registryId: ArmId },
): RegistryContext {
  const storeIds = listStoresOf(graph, registryId).map(({ id }) => id);
  return {
    graph,
    needs,
    storeIds,
    paths: createPathIndex(graph, needs, storeIds),
    policyOf: (storeId) => toPolicy(deps, storeId),
  };
}

function toPolicy(deps: Deps, storeId: ArmId): StorePolicy | undefined {
  return findStoreSettings(deps.config, storeId);
}
