import type { ArmId } from "../core/armId.ts";
import { publisherOf } from "../core/armId.ts";
import { listStoreIds } from "../core/backingRegistry.ts";
import { toIso } from "../core/duration.ts";
import { compactKnown, compactResource, TextPool } from "../core/compact.ts";
import type { GraphFamily } from "../core/graphQueries.ts";
import type { TagHolds } from "../core/holdsOn.ts";
import { toTagHolds } from "../core/holdsOn.ts";
import type { Known } from "../core/knowledge.ts";
import { isNews, learn } from "../core/knowledge.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import { isVersion } from "../core/resources.ts";
import type { RegistryContext } from "../core/verdicts.ts";
import { SafetyStopError } from "../errors.ts";
import { keyOrderOf } from "../stores/buckets.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import { assertFresh } from "./assertFresh.ts";
import type { Deps } from "./deps.ts";
import { gatherPublisher, listKnownUnder, publisherNamesOf, toContext, toPublisherGraph } from "./loadGraph.ts";
import { mergeByKey, nothing } from "../stores/mergeByKey.ts";
import { readStores } from "./readStores.ts";
import { Tenant } from "./tenant.ts";

export interface FreshContext {
  readonly context: RegistryContext;
  /** As ARM has them now. */
  readonly stores: ReadonlyMap<ArmId, Resource>;
  /** By tag on stores and artifact manifests, as ARM has them now and as earlier looks remember them. */
  readonly tagHolds: TagHolds;
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
  const { registryId } = order;
  const views = await readViews(deps, order.snapshotId);
  const stores = await readFreshStores(deps, views, registryId);
  const publisherIds = new Set([...stores.keys()].flatMap((id) => publisherOf(id) ?? []));
  const texts = new TextPool();
  const versions = await listVersions(deps, publisherIds, texts);
  const tenant = await readFreshTenant(deps, views, { publisherIds, versions });
  const resources = await gatherResources(deps, views, { tenant, stores, texts });
  for (const { id, kind } of resources.values())
    if (isVersion(kind) && publisherIds.has(publisherOf(id) ?? "")) resources.delete(id);
  for (const resource of [...versions, ...stores.values()]) resources.set(resource.id, resource);
  await refreshArtifactManifests(deps, resources, order.items);
  for (const storeId of stores.keys()) await addArtifactManifests(deps, { storeId, resources, texts });
  const known = await remember(deps, { tenant, resources, publishers: listPublishers(tenant, stores), texts });
  const loaded = await toPublisherGraph(deps, { tenant, resources: resources.values(), known });
  const context = toContext(deps, { ...loaded, registryId });
  return { stores, context, tagHolds: toTagHolds(context.graph, [...stores.keys()], stores) };
}

/** Ids of snapshots: the newest complete graph's, and on top the plan's, which may lack resources but never takes them away. */
interface Views {
  readonly complete: string | undefined;
  readonly planned: string;
}

async function readViews(deps: Deps, planned: string): Promise<Views> {
  const complete = await deps.snapshots.findComplete(GRAPH_PART);
  assertFresh(deps, complete?.header);
  return { complete: complete?.header.id === planned ? undefined : complete?.header.id, planned };
}

async function* listBoth(deps: Deps, { complete, planned }: Views, family: GraphFamily): AsyncGenerator<Resource> {
  const before = complete === undefined ? nothing<Resource>() : deps.snapshots.listResources(complete, family);
  const keyOf = ({ id }: Resource): string => keyOrderOf(id);
  const both = mergeByKey(before, deps.snapshots.listResources(planned, family), { left: keyOf, right: keyOf });
  for await (const { left, right } of both) {
    const resource = right ?? left;
    if (resource) yield resource;
  }
}

async function readFreshStores(deps: Deps, views: Views, registryId: ArmId): Promise<ReadonlyMap<ArmId, Resource>> {
  const seen: Resource[] = [];
  for await (const resource of listBoth(deps, views, "structure"))
    if (resource.kind === "artifactStore") seen.push(resource);
  const stores = await readStores(deps, registryId, listStoreIds(seen, registryId));
  if (stores && stores.size > 0) return stores;
  throw new SafetyStopError(`an artifact store of ${registryId} does not answer, or is backed by another registry now`);
}

interface FreshVersions {
  readonly publisherIds: ReadonlySet<ArmId>;
  /** Of these publishers, as the resource provider lists them. */
  readonly versions: readonly Resource[];
}

/** What is known of a version is added with it: references of both count, also where they reach into other stores. */
async function readFreshTenant(deps: Deps, views: Views, { publisherIds, versions }: FreshVersions): Promise<Tenant> {
  const tenant = new Tenant();
  for await (const resource of listBoth(deps, views, "structure")) tenant.addStructure(resource);
  const fresh = new Map(versions.map((resource) => [resource.id, resource]));
  const keys = { left: ({ id }: Resource) => keyOrderOf(id), right: ({ id }: Known) => keyOrderOf(id) };
  const known = deps.knowledge.list("versions");
  for await (const { left, right } of mergeByKey(listBoth(deps, views, "versions"), known, keys)) {
    const id = left?.id ?? right?.id ?? "";
    const now = publisherIds.has(publisherOf(id) ?? "") ? fresh.get(id) : left;
    if (now ?? right) tenant.addVersion(now, right);
    fresh.delete(id);
  }
  for (const resource of fresh.values()) tenant.addVersion(resource, undefined);
  for await (const resource of listBoth(deps, views, "consumers")) tenant.addConsumer(resource);
  return tenant;
}

interface FreshTenant {
  readonly tenant: Tenant;
  readonly stores: ReadonlyMap<ArmId, Resource>;
}

const listPublishers = (tenant: Tenant, stores: ReadonlyMap<ArmId, Resource>): readonly ArmId[] =>
  publisherNamesOf([...stores.keys()]).flatMap((name) => tenant.listPublishers(name));

/** What the snapshots show of the publishers, and of versions that reach into their stores. */
async function gatherResources(
  deps: Deps,
  views: Views,
  { tenant, stores, texts }: FreshTenant & { readonly texts: TextPool },
): Promise<Map<ArmId, Resource>> {
  const resources = new Map<ArmId, Resource>();
  for (const [id, { resource }] of tenant.reaching) if (resource) resources.set(id, resource);
  for (const snapshotId of views.complete === undefined ? [views.planned] : [views.complete, views.planned]) {
    for (const publisherId of listPublishers(tenant, stores))
      await gatherPublisher(deps, snapshotId, { publisherId, resources, texts });
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
async function addArtifactManifests(deps: Deps, { storeId, resources, texts }: FreshListing): Promise<void> {
  for await (const raw of deps.arm.listChildren(storeId, "artifactManifests")) {
    const resource = compactResource(readOrStop(raw), texts);
    resources.set(resource.id, resource);
  }
}

interface FreshListing {
  readonly storeId: ArmId;
  readonly resources: Map<ArmId, Resource>;
  readonly texts: TextPool;
}

const VERSION_LISTS = [
  ["networkFunctionDefinitionGroups", "networkFunctionDefinitionVersions"],
  ["networkServiceDesignGroups", "networkServiceDesignVersions"],
] as const;

async function listVersions(
  deps: Deps,
  publisherIds: ReadonlySet<ArmId>,
  texts: TextPool,
): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (const publisher of [...publisherIds].sort()) {
    for (const [groups, versions] of VERSION_LISTS) {
      for await (const group of deps.arm.listChildren(publisher, groups))
        for await (const version of deps.arm.listChildren(readOrStop(group).id, versions))
          found.push(compactResource(readOrStop(version), texts));
    }
  }
  return found;
}

interface Remembered {
  readonly tenant: Tenant;
  readonly resources: Map<ArmId, Resource>;
  readonly publishers: readonly ArmId[];
  readonly texts: TextPool;
}

/** What was seen now counts now, and is remembered: a reference that is gone tomorrow may still be what a consumer runs on. */
async function remember(deps: Deps, { tenant, resources, publishers, texts }: Remembered): Promise<readonly Known[]> {
  const known = new Map<ArmId, Known>();
  for (const [id, reaching] of tenant.reaching) if (reaching.known) known.set(id, reaching.known);
  for (const publisherId of publishers)
    for await (const entry of listKnownUnder(deps, { publisherId, resources, texts })) known.set(entry.id, entry);
  const at = toIso(deps.clock.now().getTime());
  const learned: Known[] = [];
  for (const resource of resources.values()) {
    const before = known.get(resource.id);
    const entry = learn(resource, before, { at, complete: false });
    if (!entry) continue;
    known.set(entry.id, compactKnown(entry, resource, texts));
    if (isNews(entry, before)) learned.push(entry);
  }
  await deps.knowledge.putAll(learned);
  return [...known.values()];
}

function readOrStop(raw: unknown): Resource {
  const read = readResource(raw);
  if ("resource" in read) return read.resource;
  throw new SafetyStopError(`ARM returned ${read.unreadable}`);
}
