import { HOUR_MS } from "../core/duration.ts";
import { SafetyStopError } from "../errors.ts";
import { FINDING_KIND_NAMES, FINDING_KINDS } from "../core/findings.ts";
import type { Pruned } from "../stores/findingStore.ts";
import type { Run } from "../stores/runStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { dropOldSnapshots } from "./dropOldSnapshots.ts";
import { checkEnrolment } from "./enrolment.ts";
import { pruneHolds } from "./holds.ts";
import { indexTenant } from "./indexTenant.ts";
import { Marking } from "./marking.ts";
import { markPublishers } from "./markPublishers.ts";
import { pruneHistory } from "./pruneHistory.ts";
import { sealWithMissingParts } from "./sealSnapshot.ts";
import { observeHolds } from "./observeHolds.ts";
import { observeSnapshot } from "./observeSnapshot.ts";
import { finishStage } from "./stages.ts";

/** A part that has not come in by then is not waited for any longer. */
const SEAL_AFTER_MS = HOUR_MS;

/** Turns the newest snapshot into changes, findings, marks and unmarks. Processing it again changes nothing. */
export async function markDecommissioned(deps: Deps, run: Run): Promise<void> {
  const header = await readNewest(deps);
  await catchUp(deps, header);
  const marking = new Marking(deps, { header, parts: await deps.snapshots.listParts(header.id) });
  await observeSnapshot(deps, marking);
  await observeHolds(deps, marking);
  const tenant = await indexTenant(deps, marking);
  await checkEnrolment(deps, marking, tenant);
  await markPublishers(deps, run, { marking, tenant });
  await setProcessed(deps, header.id);
  await dropOldSnapshots(deps, header);
  await pruneHistory(deps, header);
  const oldest = new Date(Date.parse(header.at) - deps.config.snapshot.retentionMs);
  tellOpen(deps, (await deps.findings.prune(oldest)).open);
  await pruneHolds(deps, oldest);
  const { totals } = marking;
  deps.log.info("snapshot processed", { snapshotId: header.id, ...totals });
  await finishStage(deps, run.id, { stage: "mark", result: { snapshotId: header.id, ...totals } });
}

/** Every kind, those without a finding too: a picture would go on with its last value. */
function tellOpen({ telemetry }: Deps, open: Pruned["open"]): void {
  for (const kind of FINDING_KIND_NAMES) {
    const { severity } = FINDING_KINDS[kind];
    telemetry.measure("openFindings", open.get(kind) ?? 0, { kind, severity });
  }
}

/**
 * What only a snapshot that marking never came to has shown is learned first, oldest first: a version may have been edited, and
 * its artifact manifest deleted, between two nights that were processed.
 */
async function catchUp(deps: Deps, newest: SnapshotHeader): Promise<void> {
  const skipped: { readonly header: SnapshotHeader; readonly late: boolean }[] = [];
  let late = false;
  for await (const header of deps.snapshots.list()) {
    if (header.processedAt !== undefined) late = true;
    else if (header.id < newest.id) skipped.unshift({ header, late });
  }
  for (const { header, late: isLate } of skipped) {
    if (header.state === "open" && !isOverdue(deps, header)) continue;
    if (header.state === "open") await sealWithMissingParts(deps, header);
    await indexTenant(
      deps,
      new Marking(deps, { header, parts: await deps.snapshots.listParts(header.id), late: isLate }),
    );
    await setProcessed(deps, header.id);
  }
}

const isOverdue = (deps: Deps, { readAt }: SnapshotHeader): boolean =>
  deps.clock.now().getTime() - Date.parse(readAt) >= SEAL_AFTER_MS;

async function setProcessed(deps: Deps, snapshotId: string): Promise<void> {
  const processedAt = deps.clock.now().toISOString();
  await deps.snapshots.update(snapshotId, (stored) => (stored.processedAt ? undefined : { ...stored, processedAt }));
}

/** The newest snapshot; one that still waits for a part is sealed without it once that took too long. */
async function readNewest(deps: Deps): Promise<SnapshotHeader> {
  for await (const header of deps.snapshots.list()) {
    if (header.state === "sealed") return header;
    if (!isOverdue(deps, header)) throw new SafetyStopError(`snapshot ${header.id} is still being taken`);
    await sealWithMissingParts(deps, header);
    return { ...header, state: "sealed" };
  }
  throw new SafetyStopError("there is no snapshot yet: run the snapshot stage first");
}
