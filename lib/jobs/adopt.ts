import { findStoreSettings } from "../config.ts";
import type { Adoption } from "../core/adoption.ts";
import type { ArmId } from "../core/armId.ts";
import { listLapsed, refuseAdoption } from "../core/decideAdoption.ts";
import { toIso } from "../core/duration.ts";
import type { Graph } from "../core/graph.ts";
import { createNeeds } from "../core/needs.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { findProcessed } from "./findProcessed.ts";
import { readPublishers } from "./loadGraph.ts";

export type AdoptionRequest = Pick<Adoption, "storeId" | "prefix" | "by" | "reason">;

export type AdoptAnswer =
  | { readonly is: "adopted"; readonly adoption: IdentifiedAdoption }
  | { readonly is: "notEnrolled" }
  | { readonly is: "refused"; readonly why: string };

export interface IdentifiedAdoption extends Adoption {
  readonly id: string;
}

/** Stores the adoption only where a complete view of the tenant shows that nothing else owns the prefix. */
export async function adopt(deps: Deps, request: AdoptionRequest): Promise<AdoptAnswer> {
  if (!findStoreSettings(deps.config, request.storeId)) return { is: "notEnrolled" };
  const why = await refuse(deps, request);
  if (why !== undefined) return { is: "refused", why };
  const adoption: Adoption = { ...request, at: toIso(deps.clock.now().getTime()), lapsedAt: undefined };
  if (await deps.adoptions.create(adoption)) return { is: "adopted", adoption: identify(deps, adoption) };
  return { is: "refused", why: `${request.prefix} is adopted already` };
}

async function refuse(deps: Deps, { storeId, prefix }: AdoptionRequest): Promise<string | undefined> {
  const header = await findProcessed(deps);
  if (!header) return "no snapshot has been processed yet: start a run of the stages snapshot and mark";
  const graphPart = (await deps.snapshots.listParts(header.id)).find(({ name }) => name === GRAPH_PART);
  if (!graphPart?.complete)
    return `the graph of snapshot ${header.id} is not complete, so nobody can tell what owns the prefix: see GET /api/snapshots/${header.id}`;
  const storeIds = await listSiblings(deps, header, storeId);
  if (storeIds.length === 0)
    return `snapshot ${header.id} does not show the artifact store ${storeId}, or no registry backs it`;
  const { graph } = await readPublishers(deps, header, storeIds);
  // Narrow: a chart is then known by its name too, where it protects its whole store otherwise.
  const needs = createNeeds(graph, { isNarrow: () => true });
  return refuseAdoption({ graph, needs, storeIds, storeId, prefix });
}

/** The stores of the registry that backs `storeId`, itself among them; none where it is not there. */
async function listSiblings(deps: Deps, header: SnapshotHeader, storeId: ArmId): Promise<readonly ArmId[]> {
  const registryIds = new Map<ArmId, ArmId>();
  for await (const { id, details } of deps.snapshots.listResources(header.id, "structure")) {
    if (details.of === "store" && details.registryId !== undefined) registryIds.set(id, details.registryId);
  }
  const registryId = registryIds.get(storeId);
  return registryId === undefined ? [] : [...registryIds].filter(([, id]) => id === registryId).map(([id]) => id);
}

/** Sorted by store and prefix; those that lapsed are included. */
export async function listAdoptions(deps: Deps): Promise<readonly IdentifiedAdoption[]> {
  const adoptions = await Array.fromAsync(deps.adoptions.list());
  return adoptions.map((adoption) => identify(deps, adoption));
}

/** False where there is none. What lies under the prefix is unattributed again from the next complete snapshot on. */
export async function removeAdoption(deps: Deps, id: string): Promise<boolean> {
  const adoption = (await listAdoptions(deps)).find((candidate) => candidate.id === id);
  return adoption !== undefined && deps.adoptions.remove(adoption.storeId, adoption.prefix);
}

/** Ends for good what is over by this graph, which may be of some publishers only. Returns what it ended; repeating it ends nothing. */
export async function lapseAdoptions(deps: Deps, graph: Graph, at: string): Promise<readonly Adoption[]> {
  const ended: Adoption[] = [];
  for (const adoption of listLapsed(graph, await Array.fromAsync(deps.adoptions.list()))) {
    if (await deps.adoptions.lapse(adoption.storeId, adoption.prefix, at)) ended.push({ ...adoption, lapsedAt: at });
  }
  return ended;
}

const ID_CHARS = 24;

const identify = ({ hash }: Deps, adoption: Adoption): IdentifiedAdoption => ({
  id: hash(`${adoption.storeId}\n${adoption.prefix}`).slice(0, ID_CHARS),
  ...adoption,
});
