import { HOUR_MS, toIso } from "../core/duration.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { FrozenError, SafetyStopError, UpstreamError } from "../errors.ts";
import type { Lease } from "../ports.ts";
import type { Plan, PlannedRegistry } from "../stores/planStore.ts";
import { countDeleted } from "./countDeleted.ts";
import type { Site } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";
import { finishPurge } from "./finishPurge.ts";
import { readFreshContext } from "./freshContext.ts";
import { toJournalFile } from "./journalFile.ts";
import type { PurgeMessage } from "./purgeManifests.ts";
import { stopScope } from "./purgeManifests.ts";
import { purgeLease } from "./leaseNames.ts";
import { MAX_WAIT_MS, Pace } from "./pace.ts";
import type { Remaining } from "./repositoryWalk.ts";
import { RepositoryWalk } from "./repositoryWalk.ts";
import { readTarget } from "./registryTarget.ts";
import { settleIntents } from "./settleIntents.ts";
import { assertNotStopped } from "./stages.ts";
import { describeFreeze, findFreeze } from "./stopSwitch.ts";

const BUSY_MS = 60_000;

/** A plan is acted on the night it is made. */
const MAX_PLAN_AGE_MS = 12 * HOUR_MS;

/**
 * Works off one registry of a plan under a lease, re-verifying everything first. Killed anywhere, the message comes back: what is
 * gone is skipped, what was only intended is decided anew. Out of time or rate, it hands the rest to a new message.
 */
export async function purgeRegistry(deps: Deps, message: PurgeMessage): Promise<void> {
  const plan = await deps.plans.find(message.planId);
  const registry = (await deps.plans.listRegistries(message.planId)).find(
    ({ registryId }) => registryId === message.registryId,
  );
  if (!plan || registry?.state !== "planned") return finishPurge(deps, message.runId, message.planId);
  await deps.runs.beat(message.runId, deps.clock.now());
  const lease = await deps.leases.acquire(purgeLease(deps, message.registryId));
  if (!lease) return deps.queues.send("purge-registry", message, BUSY_MS);
  const { runId, registryId } = message;
  try {
    await deps.telemetry.span("purgeRegistry", { runId, registryId }, () => work(deps, { message, plan, lease }));
  } finally {
    await lease.release();
  }
}

interface Shift {
  readonly message: PurgeMessage;
  readonly plan: Plan;
  readonly lease: Lease;
}

async function work(deps: Deps, shift: Shift): Promise<void> {
  const { message } = shift;
  try {
    const handover = await deleteAll(deps, shift);
    if (handover) return await deps.queues.send("purge-registry", handover.message, handover.delayMs);
    await settle(deps, message, { state: "done", notes: [] });
  } catch (error) {
    // A stop for safety is an end state, not a failure to retry; so is a registry or ARM that does not answer: tomorrow looks anew.
    if (
      !(error instanceof SafetyStopError) &&
      !(error instanceof UpstreamError && (error.service === "registry" || error.service === "ARM"))
    )
      throw error;
    if (error instanceof FrozenError) return settle(deps, message, { state: "frozen", notes: [error.message] });
    deps.log.error("purge of a registry stopped", { registryId: message.registryId, why: error.message });
    const finding = {
      kind: "purgeStopped" as const,
      subject: message.registryId,
      scope: stopScope(message.registryId),
      evidence: [{ text: error.message }],
    };
    await deps.findings.observe(finding, toIso(deps.clock.now().getTime()));
    await settle(deps, message, { state: "stopped", notes: [error.message] });
  }
}

interface Handover {
  readonly message: PurgeMessage;
  readonly delayMs: number;
}

/** Undefined when the registry is done; otherwise the message that goes on, and when. */
async function deleteAll(deps: Deps, shift: Shift): Promise<Handover | undefined> {
  const { message, plan } = shift;
  const until = deps.clock.now().getTime() + deps.config.timeBudgetMs;
  let rest = await readRemaining(deps, message);
  if (rest.byRepository.size === 0) return undefined;
  const site = await openSite(deps, shift);
  if ((await settleIntents(deps, site, Date.parse(plan.at))) > 0) rest = await readRemaining(deps, message);
  const waitMs = site.pace.waitOf(1);
  if (waitMs > MAX_WAIT_MS) return { message, delayMs: waitMs };
  const fresh = await readFreshContext(deps, {
    registryId: message.registryId,
    snapshotId: plan.snapshotId,
    items: [...rest.byRepository.values()].flat(),
  });
  const order = { ...rest, fresh, snapshotId: plan.snapshotId, until };
  const walk = new RepositoryWalk(deps, { ...site, tagHolds: fresh.tagHolds }, order);
  const finished = await saving(site, () => walk.run((notes) => note(deps, message, notes)));
  const names = [...rest.byRepository.keys()];
  const open = names.findIndex((name) => !finished.has(name));
  if (open < 0) return undefined;
  return { message: { ...message, after: names[open - 1] ?? message.after }, delayMs: site.pace.waitOf(1) };
}

/** Whatever ends the work: the next worker is to know how fast the registry lets itself be deleted from. */
async function saving<T>({ pace }: Pick<Site, "pace">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await pace.save();
  }
}

/** The plan's items by repository, in plan order after `message.after`, without those that this run has already settled. */
async function readRemaining(deps: Deps, { runId, planId, registryId, after }: PurgeMessage): Promise<Remaining> {
  const settled = new Map<string, Set<string>>();
  const now = deps.clock.now().getTime();
  for await (const deletion of deps.deletions.listSince(registryId, now - MAX_PLAN_AGE_MS, now)) {
    if (deletion.runId === runId && deletion.outcome !== undefined && deletion.outcome !== "kept")
      settled.set(deletion.repository, (settled.get(deletion.repository) ?? new Set()).add(deletion.digest));
  }
  const byRepository = new Map<string, PlanItem[]>();
  for await (const item of deps.plans.listItems(planId, registryId)) {
    const items = byRepository.get(item.repository) ?? [];
    if (!settled.get(item.repository)?.has(item.digest)) items.push(item);
    byRepository.set(item.repository, items);
  }
  const names = [...byRepository.keys()];
  const rest = names.slice(after === undefined ? 0 : names.indexOf(after) + 1);
  return {
    byRepository: new Map(
      // One that is settled is visited all the same: a worker that ended may not have looked whether that hurt anything.
      rest.map((name) => [name, byRepository.get(name) ?? []] as const),
    ),
    settled,
  };
}

async function openSite(deps: Deps, { message, plan, lease }: Shift): Promise<Omit<Site, "tagHolds">> {
  const { registryId, runId, planId } = message;
  const found = await readTarget(deps, registryId);
  if ("unusable" in found) throw new SafetyStopError(`the registry cannot be used: ${found.unusable}`);
  return {
    runId,
    planId,
    registryId,
    reader: deps.openRegistry(found.target),
    purger: deps.openPurger(found.target),
    pace: await Pace.open(deps, registryId),
    journalFile: toJournalFile({ id: runId, at: plan.at }, registryId),
    async checkStillAllowed() {
      if (!lease.isHeld()) throw new Error(`the lease on ${registryId} was lost`);
      if (deps.config.mode !== "enforce" || plan.mode !== "enforce") throw new SafetyStopError("the mode is report");
      if (deps.clock.now().getTime() - Date.parse(plan.at) > MAX_PLAN_AGE_MS)
        throw new SafetyStopError(`plan ${planId} is too old`);
      await assertNotStopped(deps, runId);
      const freeze = await findFreeze(deps);
      if (freeze) throw new FrozenError(describeFreeze(freeze));
    },
  };
}

async function note(deps: Deps, { planId, registryId }: PurgeMessage, notes: readonly string[]): Promise<void> {
  if (notes.length === 0) return;
  await deps.plans.updateRegistry(planId, registryId, (row) => ({
    ...row,
    notes: [...new Set([...row.notes, ...notes])],
  }));
}

/** End state with the figures that the records show, not those that a worker remembers. */
async function settle(
  deps: Deps,
  { runId, planId, registryId }: PurgeMessage,
  end: { readonly state: PlannedRegistry["state"]; readonly notes: readonly string[] },
): Promise<void> {
  const now = deps.clock.now().getTime();
  const { deleted, deletedBytes } = await countDeleted(deps, { runId, registryId }, now - MAX_PLAN_AGE_MS);
  if (end.state === "done") await deps.findings.resolve(stopScope(registryId), toIso(now), () => true);
  const why = end.notes.join("; ");
  await deps.telemetry.event("registryPurged", {
    runId,
    planId,
    registryId,
    state: end.state,
    deleted,
    deletedBytes,
    why,
  });
  await deps.plans.updateRegistry(planId, registryId, (row) => ({
    ...row,
    state: end.state,
    deleted,
    deletedBytes,
    notes: [...row.notes, ...end.notes],
  }));
  deps.log.info("registry purged", { registryId, state: end.state, deleted, deletedBytes });
  await finishPurge(deps, runId, planId);
}
