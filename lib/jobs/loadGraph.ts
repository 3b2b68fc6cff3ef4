import type { ArmId } from "../core/armId.ts";
import { nameOf, publisherOf } from "../core/armId.ts";
import { createPathIndex } from "../core/artifactPath.ts";
import { listStoreIds } from "../core/backingRegistry.ts";
import { compactKnown, compactResource, TextPool } from "../core/compact.ts";
import type { Graph } from "../core/graph.ts";
import { createGraph } from "../core/graph.ts";
import type { GraphFamily } from "../core/graphQueries.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import type { Known } from "../core/knowledge.ts";
import type { Needs } from "../core/needs.ts";
import { createNeeds } from "../core/needs.ts";
import type { Resource } from "../core/resources.ts";
import type { RegistryContext } from "../core/verdicts.ts";
import { findStoreSettings } from "../config.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import type { Tenant } from "./tenant.ts";
import { readTenant } from "./walkTenant.ts";

export interface PublisherGraph {
  readonly graph: Graph;
  readonly needs: Needs;
}

/** The publishers of these stores, with what consumers of the whole tenant ask for; writes nothing. */
export async function readPublishers(
  deps: Deps,
  header: SnapshotHeader,
  storeIds: readonly ArmId[],
): Promise<PublisherGraph> {
  const tenant = await readTenant(deps, header.id);
  return loadPublishers(deps, { tenant, snapshotId: header.id, names: publisherNamesOf(storeIds) });
}

/** Lower-case, sorted. */
export function publisherNamesOf(ids: readonly ArmId[]): readonly string[] {
  const names = ids.flatMap((id) => {
    const publisherId = publisherOf(id);
    return publisherId === undefined ? [] : [nameOf(publisherId)];
  });
  return [...new Set(names)].sort();
}

export interface PublisherOrder {
  readonly tenant: Tenant;
  readonly snapshotId: string;
  readonly names: readonly string[];
}

/** What the snapshot shows and memory holds of the publishers of these names, and of all that reaches into their stores. */
export async function loadPublishers(deps: Deps, order: PublisherOrder): Promise<PublisherGraph> {
  const { tenant } = order;
  const resources = new Map<ArmId, Resource>();
  const known = new Map<ArmId, Known>();
  const texts = new TextPool();
  for (const [id, reaching] of tenant.reaching) {
    if (reaching.resource) resources.set(id, reaching.resource);
    if (reaching.known) known.set(id, reaching.known);
  }
  for (const publisherId of order.names.flatMap((name) => tenant.listPublishers(name))) {
    const gathering = { publisherId, resources, texts };
    await gatherPublisher(deps, order.snapshotId, gathering);
    for await (const entry of listKnownUnder(deps, gathering)) known.set(entry.id, entry);
  }
  return toPublisherGraph(deps, { tenant, resources: resources.values(), known: known.values() });
}

export interface Gathered {
  readonly tenant: Tenant;
  readonly resources: Iterable<Resource>;
  readonly known: Iterable<Known>;
}

export async function toPublisherGraph(deps: Deps, { tenant, resources, known }: Gathered): Promise<PublisherGraph> {
  const adoptions = await Array.fromAsync(deps.adoptions.list());
  const graph = createGraph({ resources, known, adoptions, demands: tenant.consumers, uses: tenant.consumers });
  const isNarrow = (storeId: ArmId): boolean =>
    findStoreSettings(deps.config, storeId)?.legacyProtection === "artifact";
  return { graph, needs: createNeeds(graph, { isNarrow }) };
}

/** Consumers are in no publisher. */
const OF_PUBLISHERS: readonly GraphFamily[] = GRAPH_FAMILIES.filter((family) => family !== "consumers");

export interface Gathering {
  readonly publisherId: ArmId;
  /** By id: what is found is put here, over what was found before. */
  readonly resources: Map<ArmId, Resource>;
  readonly texts: TextPool;
}

/** All that a snapshot shows of a publisher. Row by row: all rows beside what is read of them would need twice the memory. */
export async function gatherPublisher(deps: Deps, snapshotId: string, gathering: Gathering): Promise<void> {
  const { publisherId, resources, texts } = gathering;
  await Promise.all(
    OF_PUBLISHERS.map(async (family) => {
      for await (const resource of deps.snapshots.listUnder(snapshotId, family, publisherId))
        resources.set(resource.id, compactResource(resource, texts));
    }),
  );
}

const KNOWN_FAMILIES = ["structure", "artifactManifests", "versions"] as const;

/** All that is remembered of a publisher whose resources are gathered. */
export async function* listKnownUnder(deps: Deps, { publisherId, resources, texts }: Gathering): AsyncGenerator<Known> {
  for (const family of KNOWN_FAMILIES)
    for await (const known of deps.knowledge.listUnder(family, publisherId))
      yield compactKnown(known, resources.get(known.id), texts);
}

/** What the rules look at for one registry. */
export function toContext(
  deps: Deps,
  { graph, needs, registryId }: PublisherGraph & { readonly registryId: ArmId },
): RegistryContext {
  const storeIds = listStoreIds(graph.stores.values(), registryId);
  return {
    graph,
    needs,
    storeIds,
    paths: createPathIndex(graph, needs, storeIds),
    policyOf: (storeId) => findStoreSettings(deps.config, storeId),
  };
}
