import type { Hold, HoldSubject } from "../core/hold.ts";
import { covers } from "../core/hold.ts";
import { endOfHold, isInForce } from "../core/tagHold.ts";
import type { Deps } from "./deps.ts";

/** The holds of people, as they were when they were read; those by ARM tag are not among them. */
export interface ActiveHolds {
  /** The one in force at `nowMs` that ends last; undefined where nobody holds it. */
  find(subject: HoldSubject, nowMs: number): Hold | undefined;
}

/**
 * One small listing: a hold that was placed a moment ago counts. Throws where a hold cannot be read, for it might hold anything:
 * then nothing may be deleted.
 */
export async function readActiveHolds(deps: Pick<Deps, "holds">): Promise<ActiveHolds> {
  const holds = await Array.fromAsync(deps.holds.list());
  return {
    find: (subject, nowMs) =>
      holds
        .filter((hold) => isInForce(hold, nowMs) && covers(hold, subject))
        .reduce<Hold | undefined>(laterOf, undefined),
  };
}

const laterOf = (best: Hold | undefined, hold: Hold): Hold =>
  best !== undefined && endOfHold(best) >= endOfHold(hold) ? best : hold;
