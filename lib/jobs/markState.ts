import { findStoreSettings } from "../config.ts";
import type { ArmId } from "../core/armId.ts";
import { DAY_MS } from "../core/duration.ts";
import type { PlanFact, WaitingFact } from "../core/explainState.ts";
import type { Graph } from "../core/graph.ts";
import { holdOf } from "../core/knowledge.ts";
import type { Mark } from "../core/marks.ts";
import type { DuePolicy } from "../core/planPurge.ts";
import { decideWaiting, planRepository } from "../core/planPurge.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { TagHold } from "../core/resources.ts";
import { longerHold } from "../core/tagHold.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";

export interface MarkFacts {
  readonly graph: Graph;
  readonly mark: Mark;
  /** All marks of its repository, by digest. */
  readonly marks: ReadonlyMap<string, StoredMark>;
  readonly repository: Repository;
}

/** Why a purge now would not delete it; undefined where it is due. Unlike a purge it writes nothing. */
export async function findMarkState(deps: Deps, facts: MarkFacts): Promise<WaitingFact | undefined> {
  const { graph, mark, marks, repository } = facts;
  const due: Mark[] = [];
  for (const { mark: candidate } of marks.values()) {
    const waiting = decideWaiting(candidate, await readPolicy(deps, graph, candidate.storeId));
    if (waiting && candidate.digest === mark.digest) return waiting;
    if (!waiting) due.push(candidate);
  }
  const { waiting } = planRepository(repository.name, repository.manifests, due);
  return waiting.find(({ digest }) => digest === mark.digest);
}

async function readPolicy(deps: Deps, graph: Graph, storeId: ArmId): Promise<DuePolicy | undefined> {
  const settings = findStoreSettings(deps.config, storeId);
  // A store that the snapshot does not show is as good as not enrolled.
  if (!settings || !graph.stores.has(storeId)) return undefined;
  const now = deps.clock.now().getTime();
  const facts = await deps.knowledge.findStore(storeId);
  // A purge begins the window of enforce; before the first one it has not begun.
  const deadline = facts?.enforceDeadline === undefined ? now + settings.graceMs : Date.parse(facts.enforceDeadline);
  return {
    now,
    purgeSuperseded: settings.purgeSuperseded,
    enforceDeadline: settings.mode === "enforce" ? deadline : undefined,
    maxAgeMs: deps.config.snapshot.maxAgeMs,
    holdOf: (artifactManifestId) => findHold(graph, storeId, artifactManifestId),
  };
}

/** As the snapshot shows and memory has them: a hold stays in force until its date, also when what carried it is gone. */
function findHold(graph: Graph, storeId: ArmId, artifactManifestId: ArmId): TagHold | undefined {
  const known = graph.artifactManifests.get(artifactManifestId);
  const holds = [graph.stores.get(storeId)?.hold, known && holdOf(known), graph.present.get(artifactManifestId)?.hold];
  return holds.reduce<TagHold | undefined>((longest, hold) => longerHold(longest, hold), undefined);
}

/** A purge every night, and as many runs of other stages: weeks of them. */
const MAX_RUNS = 200;

/** What the newest plan says of a registry; plans that were bound to another one looked at a part of it only. */
export async function findNewestPlan(deps: Deps, registryId: ArmId): Promise<PlanFact | undefined> {
  let count = 0;
  for await (const { planId, boundTo, at } of deps.runs.list()) {
    count += 1;
    if (count > MAX_RUNS) return undefined;
    if (planId === undefined || boundTo !== undefined) continue;
    const registries = await deps.plans.listRegistries(planId);
    const found = registries.find((registry) => registry.registryId === registryId);
    return found && { planId, at, state: found.state, notes: found.notes };
  }
  return undefined;
}

/** How far back deletions are looked for: as long as most histories reach. */
const DELETIONS_SINCE_MS = 90 * DAY_MS;

/** The newest delete that was meant for the registry manifest, in the last ninety days. */
export async function findNewestDeletion(
  deps: Deps,
  {
    registryId,
    repository,
    digest,
  }: { readonly registryId: string; readonly repository: string; readonly digest: string },
): Promise<Deletion | undefined> {
  const now = deps.clock.now().getTime();
  let newest: Deletion | undefined;
  for await (const deletion of deps.deletions.listSince(registryId, now - DELETIONS_SINCE_MS, now)) {
    if (deletion.repository !== repository || deletion.digest !== digest) continue;
    if (newest === undefined || deletion.intentAt >= newest.intentAt) newest = deletion;
  }
  return newest;
}
