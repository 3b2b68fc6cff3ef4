import type { ArmId } from "../core/armId.ts";
import { DAY_MS, toIso } from "../core/duration.ts";
import type { RestoreStep } from "../core/planRestore.ts";
import type { Deps } from "./deps.ts";

/** What is restored cannot be deleted again for this long, whatever becomes of its tags. */
export const HOLD_MS = 30 * DAY_MS;

/** A person's word, or what made the service restore by itself. */
export interface RestoreWord {
  readonly by: string;
  readonly why: string;
  /** Journal file of this restore. */
  readonly journalFile: string;
  /** False where the work must stop. */
  readonly isStillAllowed: () => boolean;
}

export interface RestorePlace extends RestoreWord {
  readonly registryId: ArmId;
  readonly repository: string;
}

/** Held, and without a mark: its clock begins anew, should anything ever start it. A longer hold of a person stays. */
export async function protectRestored(deps: Deps, place: RestorePlace, digest: string): Promise<void> {
  const { registryId, repository, by, why } = place;
  const now = deps.clock.now().getTime();
  await deps.holds.extend({
    scope: { of: "digest", digest },
    reason: `restored: ${why}`,
    owner: by,
    until: toIso(now + HOLD_MS),
    at: toIso(now),
  });
  await deps.marks.clear({ registryId, repository, digest });
}

export interface RestoreRecord {
  /** Before and after the put: where only the first is there, it may have happened. */
  readonly what: "restoring" | "restored";
  readonly step: RestoreStep;
}

export async function journalRestore(deps: Deps, place: RestorePlace, { what, step }: RestoreRecord): Promise<void> {
  const { registryId, repository, by, why, journalFile } = place;
  const at = toIso(deps.clock.now().getTime());
  const about = step.do === "put" ? { because: step.because } : { tag: step.tag };
  const record = { what, at, registryId, repository, digest: step.digest, ...about, by, why };
  await deps.journal.append(journalFile, record);
  if (what === "restored")
    deps.log.info("registry manifest restored", { registryId, repository, digest: step.digest, ...about });
}
