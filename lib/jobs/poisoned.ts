import { describeBody } from "../core/describeBody.ts";
import type { Plan } from "../stores/planStore.ts";
import { toUnknownPart } from "../stores/snapshotStore.ts";
import { countDeleted } from "./countDeleted.ts";
import type { Deps } from "./deps.ts";
import { finishPurge } from "./finishPurge.ts";
import { inventoryLease, purgeLease } from "./leaseNames.ts";
import type { WorkQueue } from "./poisonFindings.ts";
import { observeGivenUp, poisonScope, whyGivenUp } from "./poisonFindings.ts";
import type { PurgeMessage } from "./purgeManifests.ts";
import { sealIfReady } from "./sealSnapshot.ts";
import type { StageMessage } from "./stages.ts";
import { failRun } from "./stages.ts";
import type { InventoryMessage } from "./takeSnapshot.ts";

/** Another worker holds the registry, or one that died held it a moment ago. */
const BUSY_MS = 60_000;

/**
 * Nobody lists the registry any more: of its part nothing is known, so that the snapshot can be sealed. A part that came in all
 * the same, and a sealed snapshot, stay as they are. Safe to repeat.
 */
export async function giveUpInventory(deps: Deps, message: InventoryMessage): Promise<void> {
  const queue = "inventory-registry";
  const { registryId, runId, snapshotId } = message;
  const evidence = [
    { text: "run", subject: runId },
    { text: "the part is unknown in", snapshotId },
  ];
  await observeGivenUp(deps, { queue, scope: poisonScope(queue, registryId), subject: registryId, evidence });
  const lease = await deps.leases.acquire(inventoryLease(deps, registryId));
  if (!lease) return deps.queues.send("inventory-registry-poison", message, BUSY_MS);
  try {
    await putUnknownPart(deps, message);
  } finally {
    await lease.release();
  }
  await sealIfReady(deps, snapshotId);
}

async function putUnknownPart(deps: Deps, { registryId, snapshotId }: InventoryMessage): Promise<void> {
  const header = await deps.snapshots.find(snapshotId);
  if (header?.state !== "open" || !header.expectedParts?.includes(registryId)) return;
  if ((await deps.snapshots.listParts(snapshotId)).some(({ name }) => name === registryId)) return;
  const detail = whyGivenUp("inventory-registry");
  await deps.snapshots.putPart(
    snapshotId,
    toUnknownPart(registryId, { code: "partMissing", subject: registryId, detail }),
  );
}

/** Nobody works off the registry any more: it is `stopped` in the plan, with what was deleted until then. Safe to repeat. */
export async function giveUpPurge(deps: Deps, message: PurgeMessage): Promise<void> {
  const queue = "purge-registry";
  const { registryId, runId, planId } = message;
  const evidence = [
    { text: "run", subject: runId },
    { text: "plan", subject: planId },
  ];
  await observeGivenUp(deps, { queue, scope: poisonScope(queue, registryId), subject: registryId, evidence });
  const plan = await deps.plans.find(planId);
  if (plan?.runId !== runId) return;
  const lease = await deps.leases.acquire(purgeLease(deps, registryId));
  if (!lease) return deps.queues.send("purge-registry-poison", message, BUSY_MS);
  try {
    await stopRegistry(deps, plan, registryId);
  } finally {
    await lease.release();
  }
  await finishPurge(deps, runId, planId);
}

async function stopRegistry(deps: Deps, { id, runId, at }: Plan, registryId: string): Promise<void> {
  const figures = await countDeleted(deps, { runId, registryId }, Date.parse(at));
  const why = whyGivenUp("purge-registry");
  await deps.plans.updateRegistry(id, registryId, (row) =>
    row.state === "planned" ? { ...row, ...figures, state: "stopped", notes: [...row.notes, why] } : row,
  );
}

/** The stage that the message asked for is not executed: its run has failed, unless it went on or ended all the same. Safe to repeat. */
export async function giveUpStage(deps: Deps, { runId, stage }: StageMessage): Promise<void> {
  const queue = "run-stage";
  const evidence = [{ text: "stage", subject: stage }];
  await observeGivenUp(deps, { queue, scope: poisonScope(queue, stage), subject: runId, evidence });
  const run = await deps.runs.find(runId);
  if (run?.state === "running" && run.currentStage === stage) await failRun(deps, runId, new Error(whyGivenUp(queue)));
}

/** A message of a form that nobody knows: which run it belonged to is not known, so none is touched. */
export async function reportUnreadable(deps: Deps, queue: WorkQueue, body: unknown): Promise<void> {
  const subject = `${queue} ${deps.hash(JSON.stringify(body) ?? "").slice(0, 12)}`;
  const evidence = [{ text: "it cannot be read:", subject: describeBody(body) }];
  await observeGivenUp(deps, { queue, scope: poisonScope(queue), subject, evidence });
}
