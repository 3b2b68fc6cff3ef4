import { HOUR_MS } from "../core/duration.ts";
import { SafetyStopError } from "../errors.ts";
import type { Run } from "../stores/runStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { dropOldSnapshots } from "./dropOldSnapshots.ts";
import { checkEnrolment } from "./enrolment.ts";
import { indexTenant } from "./indexTenant.ts";
import { Marking } from "./marking.ts";
import { markPublishers } from "./markPublishers.ts";
import { pruneHistory } from "./pruneHistory.ts";
import { sealWithMissingParts } from "./sealSnapshot.ts";
import { observeSnapshot } from "./observeSnapshot.ts";
import { finishStage } from "./stages.ts";

/** A part that has not come in by then is not waited for any longer. */
const SEAL_AFTER_MS = HOUR_MS;

/** Turns the newest snapshot into changes, findings, marks and unmarks. Processing it again changes nothing. */
export async function markDecommissioned(deps: Deps, run: Run): Promise<void> {
  const header = await readNewest(deps);
  const marking = new Marking(deps, header, await deps.snapshots.listParts(header.id));
  await observeSnapshot(deps, marking);
  const tenant = await indexTenant(deps, marking);
  await checkEnrolment(deps, marking, tenant);
  await markPublishers(deps, run, { marking, tenant });
  await deps.snapshots.update(header.id, (stored) =>
    stored.processedAt ? undefined : { ...stored, processedAt: deps.clock.now().toISOString() },
  );
  await dropOldSnapshots(deps, header);
  await pruneHistory(deps, header);
  const { totals } = marking;
  deps.log.info("snapshot processed", { snapshotId: header.id, ...totals });
  await finishStage(deps, run.id, { stage: "mark", result: { snapshotId: header.id, ...totals } });
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
