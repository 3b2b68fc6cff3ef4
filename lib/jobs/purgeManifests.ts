import type { ArmId } from "../core/armId.ts";
import type { ObservedFinding } from "../core/findings.ts";
import { SafetyStopError } from "../errors.ts";
import type { Override, Plan } from "../stores/planStore.ts";
import type { Run } from "../stores/runStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import { assertFresh } from "./assertFresh.ts";
import { resolveMended } from "./damage.ts";
import type { Deps } from "./deps.ts";
import type { RegistryPlan } from "./planRegistry.ts";
import { effectiveMode, planRegistry, readPolicies } from "./planRegistry.ts";
import { finishPurge } from "./finishPurge.ts";
import { settleEarlierIntents } from "./settleIntents.ts";
import { tellPlanned } from "./tellPlanned.ts";

/** Message of the queue `purge-registry`. */
export interface PurgeMessage {
  readonly runId: string;
  readonly planId: string;
  readonly registryId: string;
  /** The last repository that an earlier invocation finished. */
  readonly after?: string | undefined;
}

/** Scope of what stopped the purge of a registry: resolved by one that ends well, or when there is nothing left to purge. */
export const stopScope = (registryId: string): string => `purge:${registryId}`;

/** Findings that every plan answers anew. */
const PLAN_SCOPE = "plan";

/**
 * Plans every registry of the newest processed snapshot, stores the plan, and in enforce mode sends one message per registry.
 * In report mode it stops after the plan: there is no other difference.
 */
export async function purgeManifests(deps: Deps, run: Run): Promise<void> {
  if (run.planId !== undefined) return sendPlanned(deps, run.id, run.planId);
  const unsettled = await settleEarlierIntents(deps, run);
  await resolveMended(deps);
  const header = await readProcessed(deps);
  const policies = await readPolicies(deps, run, header);
  const override = await readOverride(deps, run);
  const boundTo = run.boundTo === undefined ? undefined : await readBoundItems(deps, run.boundTo, override);
  const parts = await deps.snapshots.listParts(header.id);
  const planned: RegistryPlan[] = [];
  for (const registryId of (header.expectedParts ?? []).filter((name) => name !== GRAPH_PART)) {
    const counts = parts.find(({ name }) => name === registryId)?.counts;
    const request = { run, header, policies, registryId, counts, boundTo, override };
    const span = { runId: run.id, registryId };
    planned.push(await deps.telemetry.span("planRegistry", span, () => planRegistry(deps, request)));
  }
  const plan = toPlan(deps, { run, header, planned });
  await tellPlanned(deps, plan, planned);
  await storePlan(deps, plan, planned);
  await observeTrips(deps, run, { planned, unsettled });
  await deps.runs.update(run.id, (stored) => ({ ...stored, planId: plan.id }));
  deps.log.info("purge planned", {
    planId: plan.id,
    mode: plan.mode,
    items: planned.reduce((sum, { items }) => sum + items.length, 0),
  });
  await sendPlanned(deps, run.id, plan.id);
}

/** A run makes one plan: executed again, it only sends again what is not settled yet. */
async function sendPlanned(deps: Deps, runId: string, planId: string): Promise<void> {
  for (const { registryId, state } of await deps.plans.listRegistries(planId)) {
    if (state !== "planned") continue;
    const message: PurgeMessage = { runId, planId, registryId };
    await deps.queues.send("purge-registry", message);
  }
  await finishPurge(deps, runId, planId);
}

/** The newest sealed snapshot, which marking must have processed, with a complete graph that is young enough. */
async function readProcessed(deps: Deps): Promise<SnapshotHeader> {
  assertFresh(deps, (await deps.snapshots.findComplete(GRAPH_PART))?.header);
  for await (const header of deps.snapshots.list()) {
    if (header.state !== "sealed") continue;
    if (header.processedAt === undefined)
      throw new SafetyStopError(`snapshot ${header.id} has not been processed by marking`);
    return header;
  }
  throw new SafetyStopError("there is no sealed snapshot");
}

/** The word that is on record for this very run; undefined where it asks for none. */
async function readOverride(deps: Deps, run: Run): Promise<Override | undefined> {
  if (!run.override) return undefined;
  const plan = run.boundTo === undefined ? undefined : await deps.plans.find(run.boundTo);
  if (plan?.override?.runId === run.id) return plan.override;
  throw new SafetyStopError(`plan ${run.boundTo ?? ""} is not overridden for run ${run.id}`);
}

/** What the run may delete at most: all of the plan or, where that is overridden, what the breaker stopped of it. */
async function readBoundItems(
  deps: Deps,
  planId: string,
  override: Override | undefined,
): Promise<ReadonlySet<string>> {
  const bound = new Set<string>();
  if (!(await deps.plans.find(planId))) throw new SafetyStopError(`there is no plan ${planId}`);
  for (const { registryId, state } of await deps.plans.listRegistries(planId)) {
    if (override && state !== "breakerTripped") continue;
    for await (const { repository, digest } of deps.plans.listItems(planId, registryId))
      bound.add(`${registryId} ${repository}@${digest}`);
  }
  return bound;
}

/** The id is a hash of everything that will be deleted, the policy and the snapshot: the same plan has the same id. */
function toPlan(
  deps: Deps,
  { run, header, planned }: { run: Run; header: SnapshotHeader; planned: readonly RegistryPlan[] },
): Plan {
  const mode = effectiveMode(deps.config.mode, run.mode);
  const content = {
    runId: run.id,
    snapshotId: header.id,
    mode,
    stores: deps.config.stores,
    breaker: deps.config.breaker,
    items: planned.map(({ row, items }) => [
      row.registryId,
      items.map(({ repository, digest, how }) => `${repository}@${digest} ${how}`).sort(),
    ]),
  };
  return {
    id: deps.hash(JSON.stringify(content)).slice(0, 20),
    runId: run.id,
    at: run.at,
    snapshotId: header.id,
    mode,
  };
}

/** Registries come last: a plan without them is not acted on. */
async function storePlan(deps: Deps, plan: Plan, planned: readonly RegistryPlan[]): Promise<void> {
  await deps.plans.put(plan);
  for (const { row, items, waiting } of planned) {
    await deps.plans.putItems(plan.id, row.registryId, items);
    await deps.plans.putWaiting(plan.id, row.registryId, waiting);
    await deps.plans.createRegistry(plan.id, row);
  }
}

interface Observed {
  readonly planned: readonly RegistryPlan[];
  /** Registries of which it is not known what an earlier purge did. */
  readonly unsettled: ReadonlySet<ArmId>;
}

async function observeTrips(deps: Deps, run: Run, { planned, unsettled }: Observed): Promise<void> {
  for (const { row } of planned) {
    const finding = toFinding(row);
    if (finding) await deps.findings.observe(finding, run.at);
  }
  // A plan that was cut down to another one says nothing of the rest.
  if (run.boundTo !== undefined) return;
  await deps.findings.resolve(PLAN_SCOPE, run.at, () => true);
  // Where nothing is left to purge, whatever stopped an earlier purge is over.
  for (const { row } of planned)
    if (row.state === "done" && !unsettled.has(row.registryId))
      await deps.findings.resolve(stopScope(row.registryId), run.at, () => true);
}

function toFinding({ registryId, state, notes }: RegistryPlan["row"]): ObservedFinding | undefined {
  const finding = { subject: registryId, scope: PLAN_SCOPE, evidence: notes.map((text) => ({ text })) };
  if (state === "breakerTripped") return { kind: "breakerTripped", ...finding };
  return state === "stopped" ? { kind: "purgeStopped", ...finding, scope: stopScope(registryId) } : undefined;
}
