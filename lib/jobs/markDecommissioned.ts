import type { Graph } from "../core/graph.ts";
import { createNeeds } from "../core/needs.ts";
import { HOUR_MS } from "../core/duration.ts";
import { SafetyStopError } from "../errors.ts";
import type { Run } from "../stores/runStore.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART, toUnknownPart } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { dropOldSnapshots } from "./dropOldSnapshots.ts";
import { listGraphFindings, listPartFindings, SNAPSHOT_SCOPE } from "./graphFindings.ts";
import { loadGraph } from "./loadGraph.ts";
import { markRegistry } from "./markRegistry.ts";
import { sealWithMissingParts } from "./sealSnapshot.ts";
import { assertNotStopped, finishStage } from "./stages.ts";

/** A part that has not come in by then is not waited for any longer. */
const SEAL_AFTER_MS = HOUR_MS;

export interface MarkTotals {
  sighted: number;
  marked: number;
  cleared: number;
  opened: number;
  resolved: number;
}

/** Turns the newest snapshot into findings, marks and unmarks. Processing it again changes nothing. */
export async function markDecommissioned(deps: Deps, run: Run): Promise<void> {
  const header = await readNewest(deps);
  const parts = await deps.snapshots.listParts(header.id);
  const graphComplete = parts.some(({ name, complete }) => name === GRAPH_PART && complete);
  const graph = await loadGraph(deps, header, graphComplete);
  const needs = createNeeds(graph);
  const totals: MarkTotals = { sighted: 0, marked: 0, cleared: 0, opened: 0, resolved: 0 };
  await observeAll(deps, { header, graph, parts, graphComplete, totals });
  const believed = new Map<string, (subject: string) => boolean>();
  for (const part of await listRegistryParts(deps, parts)) {
    await assertNotStopped(deps, run.id);
    await deps.runs.beat(run.id, deps.clock.now());
    believed.set(part.name, await markRegistry(deps, { header, part, graph, needs, graphComplete, totals }));
  }
  totals.resolved += await resolveOver(deps, header, { graphComplete, believed });
  await deps.snapshots.update(header.id, (stored) =>
    stored.processedAt ? undefined : { ...stored, processedAt: deps.clock.now().toISOString() },
  );
  await dropOldSnapshots(deps, header);
  deps.log.info("snapshot processed", { snapshotId: header.id, ...totals });
  await finishStage(deps, run.id, { stage: "mark", result: { snapshotId: header.id, ...totals } });
}

interface Believed {
  readonly graphComplete: boolean;
  /** By registry: of which subjects the absence of a finding may be believed. */
  readonly believed: ReadonlyMap<string, (subject: string) => boolean>;
}

/** Resolves, in one walk over the findings, what this snapshot could have shown and did not. */
async function resolveOver(deps: Deps, header: SnapshotHeader, { graphComplete, believed }: Believed): Promise<number> {
  const resolved = await deps.findings.resolve(header.readAt, ({ scope, subject }) => {
    if (scope === SNAPSHOT_SCOPE) return true;
    return scope === GRAPH_PART ? graphComplete : (believed.get(scope)?.(subject) ?? false);
  });
  return resolved.length;
}

/** The newest snapshot; one that still waits for a part is sealed without it once that took too long. */
async function readNewest(deps: Deps): Promise<SnapshotHeader> {
  for await (const header of deps.snapshots.list()) {
    if (header.state === "sealed") return header;
    if (deps.clock.now().getTime() - Date.parse(header.readAt) < SEAL_AFTER_MS)
      throw new SafetyStopError(`snapshot ${header.id} is still being taken`);
    await sealWithMissingParts(deps, header);
    return { ...header, state: "sealed" };
  }
  throw new SafetyStopError("there is no snapshot yet: run the snapshot stage first");
}

/** Registries that the snapshot does not show at all count as parts of which nothing is known: the graph may still clear their marks. */
async function listRegistryParts(deps: Deps, parts: readonly Part[]): Promise<readonly Part[]> {
  const shown = parts.filter(({ name }) => name !== GRAPH_PART);
  const hidden: Part[] = [];
  for await (const { registryId } of deps.knowledge.listStores()) {
    if ([...shown, ...hidden].some(({ name }) => name === registryId)) continue;
    hidden.push(toUnknownPart(registryId, { code: "partMissing", subject: registryId }));
  }
  return [...shown, ...hidden];
}

interface Observed {
  readonly header: SnapshotHeader;
  readonly graph: Graph;
  readonly parts: readonly Part[];
  readonly graphComplete: boolean;
  readonly totals: MarkTotals;
}

/** Findings about the snapshot itself and about the graph; the latter only from a complete one, so that they do not flap. */
async function observeAll(deps: Deps, { header, graph, parts, graphComplete, totals }: Observed): Promise<void> {
  const observed = [...listPartFindings(parts), ...(graphComplete ? listGraphFindings(graph) : [])];
  for (const finding of observed) if ((await deps.findings.observe(finding, header.readAt)).opened) totals.opened += 1;
}
