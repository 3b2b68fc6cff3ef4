import type { ArmId } from "../core/armId.ts";
import { publisherOf } from "../core/armId.ts";
import { toIso } from "../core/duration.ts";
import { toGraph } from "../core/graph.ts";
import type { Known } from "../core/knowledge.ts";
import { learn } from "../core/knowledge.ts";
import { createNeeds } from "../core/needs.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import { isVersion } from "../core/resources.ts";
import type { RegistryContext } from "../core/verdicts.ts";
import { SafetyStopError } from "../errors.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { toContext } from "./loadGraph.ts";
import { assertFresh } from "./assertFresh.ts";
import { readStores } from "./readStores.ts";

export interface FreshContext {
  readonly context: RegistryContext;
  /** As ARM has them now. */
  readonly stores: ReadonlyMap<ArmId, Resource>;
}

/**
 * The rules' view of one registry from strongly consistent reads: stores and artifact manifests by GET, versions of the
 * publishers listed through the resource provider. Consumers come from the snapshot: only AOSM's own references block a delete
 * in AOSM, and consumers of every version that was ever seen already protect. Anything unclear stops the registry.
 */
export async function readFreshContext(
  deps: Deps,
  order: { readonly registryId: ArmId; readonly snapshotId: string; readonly items: readonly PlanItem[] },
): Promise<FreshContext> {
  const { registryId, snapshotId, items } = order;
  const resources = await readSeen(deps, snapshotId);
  const storeIds = [...resources.values()]
    .filter(({ details }) => details.of === "store" && details.registryId === registryId)
    .map(({ id }) => id);
  const stores = await readStores(deps, registryId, storeIds);
  if (!stores || stores.size === 0)
    throw new SafetyStopError(
      `an artifact store of ${registryId} does not answer, or is backed by another registry now`,
    );
  for (const store of stores.values()) resources.set(store.id, store);
  await refreshArtifactManifests(deps, resources, items);
  for (const storeId of stores.keys()) await addArtifactManifests(deps, resources, storeId);
  await refreshVersions(deps, resources, [...stores.keys()]);
  const known = await remember(deps, resources.values());
  const graph = toGraph(resources.values(), known);
  return { stores, context: toContext(deps, { graph, needs: createNeeds(graph), registryId }) };
}

/** The newest complete graph, and on top what the plan's snapshot saw: an incomplete one may lack consumers, never take them away. */
async function readSeen(deps: Deps, snapshotId: string): Promise<Map<ArmId, Resource>> {
  const complete = await deps.snapshots.findComplete(GRAPH_PART);
  assertFresh(deps, complete?.header);
  const resources = new Map<ArmId, Resource>();
  for (const id of new Set([complete?.header.id ?? snapshotId, snapshotId])) {
    for await (const resource of deps.snapshots.listResources(id)) resources.set(resource.id, resource);
  }
  return resources;
}

/** Only a 404 that names the resource makes it absent; a re-created one is present again and keeps what is in it. */
async function refreshArtifactManifests(
  deps: Deps,
  resources: Map<ArmId, Resource>,
  items: readonly PlanItem[],
): Promise<void> {
  for (const id of [...new Set(items.map(({ artifactManifestId }) => artifactManifestId))].sort()) {
    const answer = await deps.arm.getResource(id);
    if (answer.is === "unknown") throw new SafetyStopError(`ARM does not say whether ${id} exists: ${answer.why}`);
    if (answer.is === "absent") resources.delete(id);
    else resources.set(id, readOrStop(answer.resource));
  }
}

/** One that was created since the snapshot may own a path of the plan, or list it without a prefix. */
async function addArtifactManifests(deps: Deps, resources: Map<ArmId, Resource>, storeId: ArmId): Promise<void> {
  for (const raw of await deps.arm.listChildren(storeId, "artifactManifests")) {
    const resource = readOrStop(raw);
    resources.set(resource.id, resource);
  }
}

const VERSION_LISTS = [
  ["networkFunctionDefinitionGroups", "networkFunctionDefinitionVersions"],
  ["networkServiceDesignGroups", "networkServiceDesignVersions"],
] as const;

async function refreshVersions(deps: Deps, resources: Map<ArmId, Resource>, storeIds: readonly ArmId[]): Promise<void> {
  const publishers = new Set(storeIds.flatMap((id) => publisherOf(id) ?? []));
  for (const publisher of [...publishers].sort()) {
    for (const { id, kind } of resources.values()) {
      if (isVersion(kind) && publisherOf(id) === publisher) resources.delete(id);
    }
    for (const [groups, versions] of VERSION_LISTS) {
      for (const group of await deps.arm.listChildren(publisher, groups)) {
        for (const version of await deps.arm.listChildren(readOrStop(group).id, versions)) {
          const resource = readOrStop(version);
          resources.set(resource.id, resource);
        }
      }
    }
  }
}

/** What was seen now counts now, and is remembered: a reference that is gone tomorrow may still be what a consumer runs on. */
async function remember(deps: Deps, resources: Iterable<Resource>): Promise<readonly Known[]> {
  const known = new Map<ArmId, Known>();
  for await (const entry of deps.knowledge.list()) known.set(entry.id, entry);
  const at = toIso(deps.clock.now().getTime());
  const learned: Known[] = [];
  for (const resource of resources) {
    const before = known.get(resource.id);
    const entry = learn(resource, before, { at, complete: false });
    if (!entry) continue;
    known.set(entry.id, entry);
    if (!before || JSON.stringify({ ...before, lastSeenAt: at }) !== JSON.stringify({ ...entry, lastSeenAt: at }))
      learned.push(entry);
  }
  await deps.knowledge.putAll(learned);
  return [...known.values()];
}

function readOrStop(raw: unknown): Resource {
  const read = readResource(raw);
  if ("resource" in read) return read.resource;
  throw new SafetyStopError(`ARM returned ${read.unreadable}`);
}
