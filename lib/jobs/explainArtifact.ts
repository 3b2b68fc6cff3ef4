import { findStoreSettings } from "../config.ts";
import type { ArmId } from "../core/armId.ts";
import { typeOf } from "../core/armId.ts";
import type { ArtifactExplanation } from "../core/explainArtifact.ts";
import { explainArtifact } from "../core/explainArtifact.ts";
import type { ChainEdge } from "../core/explainChain.ts";
import type { EdgeFacts } from "../core/explainEdges.ts";
import { listEdges, withFields } from "../core/explainEdges.ts";
import { explainKeep, listOwners } from "../core/explainKeep.ts";
import type { Hold, HoldSubject } from "../core/hold.ts";
import type { HoldBook } from "../core/holdsOn.ts";
import { listHoldsOn, toTagHolds } from "../core/holdsOn.ts";
import type { KeepReason } from "../core/keepReasons.ts";
import { storeOf } from "../core/knowledge.ts";
import type { Mark } from "../core/marks.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { Resource } from "../core/resources.ts";
import { isConsumer, toResourceKind } from "../core/resources.ts";
import type { RegistryContext } from "../core/verdicts.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { readPublishers, toContext } from "./loadGraph.ts";
import { findMarkState, findNewestDeletion, findNewestPlan } from "./markState.ts";
import { viewSnapshot } from "./viewSnapshot.ts";

export interface ArtifactAddress {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
}

/** Why the registry manifest stays or goes, by the snapshot of `header`; undefined where nothing is known of it. Writes nothing. */
export async function explainStoredArtifact(
  deps: Deps,
  header: SnapshotHeader,
  address: ArtifactAddress,
): Promise<ArtifactExplanation | undefined> {
  const stored = await readStored(deps, header, address);
  const { repository, manifest, mark, marks, deletion } = stored;
  if (!manifest && !deletion && !mark) return undefined;
  const context = await readContext(deps, header, address.registryId);
  const keeping = manifest ? explainKeep(context, repository, manifest) : { class: undefined, keep: [] };
  const edges = await addFields(deps, header, listEdges(toEdgeFacts(context, stored, keeping.keep)));
  const holds = await readHolds(deps, context);
  const waiting = mark && (await findMarkState(deps, { graph: context.graph, holds, mark, marks, repository }));
  return explainArtifact({
    ...address,
    ...keeping,
    ...(await viewSnapshot(deps, header, { registryId: address.registryId, repository: stored.listed })),
    manifest,
    edges,
    deletion,
    digestHold: findDigestHold(holds, address.digest),
    mark,
    holds: listHoldsOn(holds, toSubject(context, address, mark), deps.clock.now().getTime()),
    waiting,
    plan: mark && (await findNewestPlan(deps, address.registryId)),
    histories: await deps.history.findAll(edges.map(({ from }) => from).filter((id) => id.startsWith("/"))),
    isEnforced: isEnforced(deps, mark?.storeId ?? context.storeIds[0]),
  });
}

interface StoredArtifact {
  /** As the snapshot holds it; undefined where it does not. */
  readonly listed: Repository | undefined;
  /** The same; empty where the snapshot does not hold it. */
  readonly repository: Repository;
  readonly digest: string;
  readonly manifest: RegistryManifest | undefined;
  readonly mark: Mark | undefined;
  readonly marks: ReadonlyMap<string, StoredMark>;
  readonly deletion: Deletion | undefined;
}

async function readStored(deps: Deps, header: SnapshotHeader, address: ArtifactAddress): Promise<StoredArtifact> {
  const { registryId, repository: name, digest } = address;
  const listed = await deps.snapshots.findRepository(header.id, registryId, name);
  const marks = await deps.marks.ofRepository(registryId, name);
  return {
    listed,
    repository: listed ?? { registryId, name, locked: false, manifests: [], incomplete: [] },
    digest,
    manifest: listed?.manifests.find((candidate) => candidate.digest === digest),
    marks,
    mark: marks.get(digest)?.mark,
    deletion: await findNewestDeletion(deps, address),
  };
}

const toEdgeFacts = (
  { graph, paths }: RegistryContext,
  { repository, digest, manifest, mark, deletion }: StoredArtifact,
  keep: readonly KeepReason[],
): EdgeFacts => ({
  graph,
  meaning: paths.meaningOf(repository.name),
  repository: repository.name,
  digest,
  manifest,
  keep,
  rememberedAt: mark?.lastConfirmedAt ?? deletion?.intentAt,
});

const isEnforced = (deps: Deps, storeId: ArmId | undefined): boolean =>
  storeId !== undefined && findStoreSettings(deps.config, storeId)?.mode === "enforce";

/** The rules' view of the registry, as the snapshot and memory have it. */
async function readContext(deps: Deps, header: SnapshotHeader, registryId: ArmId): Promise<RegistryContext> {
  const storeIds: ArmId[] = [];
  for await (const { id, details } of deps.snapshots.listResources(header.id, "structure"))
    if (details.of === "store" && details.registryId === registryId) storeIds.push(id);
  return toContext(deps, { ...(await readPublishers(deps, header, storeIds)), registryId });
}

const readHolds = async (deps: Deps, { graph, storeIds }: RegistryContext): Promise<HoldBook> => ({
  tags: toTagHolds(graph, storeIds),
  holds: await Array.fromAsync(deps.holds.list()),
});

/** A scope has one hold at most. */
const findDigestHold = ({ holds }: HoldBook, digest: string): Hold | undefined =>
  holds.find(({ scope }) => scope.of === "digest" && scope.digest === digest);

/** As its mark has it; otherwise as its path says. */
function toSubject({ paths }: RegistryContext, address: ArtifactAddress, mark: Mark | undefined): HoldSubject {
  const [owner] = listOwners(paths.meaningOf(address.repository));
  return {
    ...address,
    artifactManifestId: mark?.artifactManifestId ?? owner?.id,
    storeId: mark?.storeId ?? (owner && storeOf(owner)),
  };
}

async function addFields(
  deps: Deps,
  header: SnapshotHeader,
  edges: readonly ChainEdge[],
): Promise<readonly ChainEdge[]> {
  const consumers = new Map<ArmId, Resource>();
  for (const id of new Set(edges.map(({ from }) => from))) {
    const kind = id.startsWith("/") ? toResourceKind(typeOf(id)) : undefined;
    if (kind === undefined || !isConsumer(kind)) continue;
    const consumer = await deps.snapshots.findResource(header.id, kind, id);
    if (consumer) consumers.set(id, consumer);
  }
  return withFields(edges, consumers);
}
