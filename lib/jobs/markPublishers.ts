import type { ArmId } from "../core/armId.ts";
import { listPublisherFindings } from "../core/publisherFindings.ts";
import { partScope } from "../core/snapshotFindings.ts";
import type { Run } from "../stores/runStore.ts";
import type { Part } from "../stores/snapshotStore.ts";
import { GRAPH_PART, toUnknownPart } from "../stores/snapshotStore.ts";
import { lapseAdoptions } from "./adopt.ts";
import type { Deps } from "./deps.ts";
import type { PublisherGraph } from "./loadGraph.ts";
import { loadPublishers, publisherNamesOf } from "./loadGraph.ts";
import type { Marking } from "./marking.ts";
import { markRegistry } from "./markRegistry.ts";
import { observeRegistry } from "./observeRegistry.ts";
import { poisonScope } from "./poisonFindings.ts";
import { stopScope } from "./purgeManifests.ts";
import { assertNotStopped } from "./stages.ts";
import type { Tenant } from "./tenant.ts";

export interface TenantMarking {
  readonly marking: Marking;
  readonly tenant: Tenant;
}

/** A registry with the names of the publishers whose stores it backs, or backed. */
interface RegistryWork {
  readonly part: Part;
  readonly names: readonly string[];
}

/**
 * Publisher by publisher, so that no more than one is in memory: what is told of its resources, then the registries that back its
 * stores. Findings about resources come from a complete graph only, so that they do not flap.
 */
export async function markPublishers(deps: Deps, run: Run, { marking, tenant }: TenantMarking): Promise<void> {
  const work = await listWork(deps, { marking, tenant });
  const names = marking.graphComplete ? tenant.listPublisherNames() : [];
  const groups = new Set([...names.map((name) => [name]), ...work.map((registry) => registry.names)].map(toKey));
  const byKey = Map.groupBy(work, (registry) => toKey(registry.names));
  for (const key of [...groups].sort()) {
    await assertNotStopped(deps, run.id);
    await deps.runs.beat(run.id, deps.clock.now());
    const of = fromKey(key);
    const loaded = await loadPublishers(deps, { tenant, snapshotId: marking.header.id, names: of });
    await lapseAdoptions(deps, loaded.graph, marking.sight.at);
    const [publisher] = of;
    if (marking.graphComplete && of.length === 1 && publisher !== undefined)
      await observePublisher(marking, publisher, loaded);
    for (const { part } of byKey.get(key) ?? []) await markOne(deps, { run, marking, part, loaded });
  }
  const scopes = [
    ...names.map(scopeOf),
    ...marking.parts.map(({ name }) => partScope(name)),
    ...work.flatMap(({ part }) => listRegistryScopes(part.name)),
  ];
  if (marking.graphComplete) await resolveVanished(deps, marking, new Set(scopes));
}

const toKey = (names: readonly string[]): string => names.join("/");
const fromKey = (key: string): readonly string[] => key.split("/").filter(Boolean);

const scopeOf = (publisher: string): string => `publisher:${publisher}`;

async function observePublisher(marking: Marking, publisher: string, loaded: PublisherGraph): Promise<void> {
  const { sight } = marking;
  await marking.reconcile(scopeOf(publisher), listPublisherFindings(loaded.graph, loaded.needs, { publisher, sight }));
}

interface RegistryOrder {
  readonly run: Run;
  readonly marking: Marking;
  readonly part: Part;
  readonly loaded: PublisherGraph;
}

async function markOne(deps: Deps, { run, marking, part, loaded }: RegistryOrder): Promise<void> {
  await assertNotStopped(deps, run.id);
  await deps.runs.beat(run.id, deps.clock.now());
  const registryId = part.name;
  await deps.telemetry.span("markRegistry", { runId: run.id, registryId }, async () => {
    await markRegistry(deps, { marking, part, ...loaded });
    await observeRegistry(deps, marking, { registryId, graph: loaded.graph });
  });
}

/** Scopes of findings about one registry: its registry manifests, what is missing in it, itself, its purge, and what that hurt. */
const listRegistryScopes = (registryId: string): readonly string[] => [
  registryId,
  `artifacts:${registryId}`,
  `registry:${registryId}`,
  stopScope(registryId),
  `damage:${registryId}`,
  poisonScope("inventory-registry", registryId),
  poisonScope("purge-registry", registryId),
];

const IS_OF_ONE = /^(publisher:|artifacts:|registry:|purge:|damage:|snapshot:|poison:[a-z-]+:\/|\/subscriptions\/)/;

/** Of a publisher or a registry that nothing leads to any more there is nothing left to tell. */
async function resolveVanished(deps: Deps, marking: Marking, looked: ReadonlySet<string>): Promise<void> {
  for await (const scope of deps.findings.listScopes())
    if (IS_OF_ONE.test(scope) && !looked.has(scope)) await marking.reconcile(scope, []);
}

/**
 * Every registry of the snapshot, and those that it does not show at all: of these nothing is known, but the graph may still clear
 * their marks.
 */
async function listWork(deps: Deps, { marking, tenant }: TenantMarking): Promise<readonly RegistryWork[]> {
  const storesOf = new Map<string, ArmId[]>();
  const add = (registryId: string | undefined, storeId: ArmId): void => {
    if (registryId !== undefined) storesOf.set(registryId, [...(storesOf.get(registryId) ?? []), storeId]);
  };
  for (const { id, details } of tenant.stores.values()) if (details.of === "store") add(details.registryId, id);
  const shown = marking.parts.filter(({ name }) => name !== GRAPH_PART);
  const hidden = new Set<string>();
  for await (const { registryId, storeId } of deps.knowledge.listStores()) {
    add(registryId, storeId);
    if (!shown.some(({ name }) => name === registryId)) hidden.add(registryId);
  }
  const unknown = [...hidden].map((name) => toUnknownPart(name, { code: "partMissing", subject: name }));
  return [...shown, ...unknown].map((part) => ({ part, names: publisherNamesOf(storesOf.get(part.name) ?? []) }));
}
