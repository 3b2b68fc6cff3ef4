import { findStoreSettings } from "../config.ts";
import type { ArmId } from "../core/armId.ts";
import { DAY_MS } from "../core/duration.ts";
import type { PlanFact, WaitingFact } from "../core/explainState.ts";
import type { Graph } from "../core/graph.ts";
import type { HoldBook } from "../core/holdsOn.ts";
import { listHoldsOn } from "../core/holdsOn.ts";
import type { Mark } from "../core/marks.ts";
import type { DuePolicy } from "../core/planPurge.ts";
import { decideWaiting, planRepository } from "../core/planPurge.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";
import { readLastVersions } from "./readLastVersions.ts";

export interface MarkFacts {
  readonly graph: Graph;
  readonly holds: HoldBook;
  readonly mark: Mark;
  /** All marks of its repository, by digest. */
  readonly marks: ReadonlyMap<string, StoredMark>;
  readonly repository: Repository;
}

/** Why a purge now would not delete it; undefined where it is due. Unlike a purge it writes nothing. */
export async function findMarkState(deps: Deps, facts: MarkFacts): Promise<WaitingFact | undefined> {
  const { mark, marks, repository } = facts;
  const due: Mark[] = [];
  const policies = new Map<ArmId, DuePolicy | undefined>();
  for (const { mark: candidate } of marks.values()) {
    const { storeId } = candidate;
    if (!policies.has(storeId)) policies.set(storeId, await readPolicy(deps, facts, storeId));
    const waiting = decideWaiting(candidate, policies.get(storeId));
    if (waiting && candidate.digest === mark.digest) return waiting;
    if (!waiting) due.push(candidate);
  }
  const { waiting } = planRepository(repository.name, repository.manifests, due);
  return waiting.find(({ digest }) => digest === mark.digest);
}

async function readPolicy(
  deps: Deps,
  { graph, holds, mark: { registryId } }: MarkFacts,
  storeId: ArmId,
): Promise<DuePolicy | undefined> {
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
    graceMs: settings.graceMs,
    enforceDeadline: settings.mode === "enforce" ? deadline : undefined,
    maxAgeMs: deps.config.snapshot.maxAgeMs,
    holdOf: (subject) => listHoldsOn(holds, subject, now)[0],
    isLastVersion: await readLastVersions(deps, { storeId, registryId, keep: settings.keepLastVersions }),
  };
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
