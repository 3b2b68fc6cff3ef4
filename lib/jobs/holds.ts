import type { Hold } from "../core/hold.ts";
import { describeScope } from "../core/hold.ts";
import { toIso } from "../core/duration.ts";
import type { PutHold, StoredHold } from "../stores/holdStore.ts";
import type { Deps } from "./deps.ts";

/** Takes the place of a hold of the same scope, and tells which. The log keeps what was replaced: it may have ended later. */
export async function placeHold(deps: Deps, wanted: Omit<Hold, "at">): Promise<PutHold> {
  const put = await deps.holds.put({ ...wanted, at: toIso(deps.clock.now().getTime()) });
  const { hold, replaced } = put;
  const before = replaced && {
    replacedOwner: replaced.owner,
    replacedReason: replaced.reason,
    replacedUntil: replaced.until,
  };
  deps.log.info("hold placed", { ...toFields(hold), ...before });
  return put;
}

/** Who lifts a hold, and why. */
export interface Lift {
  readonly id: string;
  readonly by: string;
  readonly why: string;
}

/** What was lifted, which the log keeps; undefined where there is none. What it held goes on towards its deadline. */
export async function liftHold(deps: Deps, { id, by, why }: Lift): Promise<StoredHold | undefined> {
  const lifted = await deps.holds.remove(id);
  if (lifted) deps.log.info("hold lifted", { ...toFields(lifted), by, why });
  return lifted;
}

/** Drops holds that were over before `olderThan`. */
export async function pruneHolds(deps: Deps, olderThan: Date): Promise<void> {
  for (const hold of await deps.holds.prune(olderThan)) deps.log.info("hold dropped, long over", toFields(hold));
}

const toFields = ({ id, scope, owner, reason, until }: StoredHold) => ({
  id,
  on: describeScope(scope),
  owner,
  reason,
  until,
});
