import type { HoldSubject } from "../core/hold.ts";
import type { HoldOn, TagHolds } from "../core/holdsOn.ts";
import { listHoldsOn } from "../core/holdsOn.ts";
import type { Deps } from "./deps.ts";

/** What a purge is about to delete. */
export interface HoldQuestion {
  /** Holds by ARM tag; those of people are read anew. */
  readonly tags: TagHolds;
  readonly subjects: readonly HoldSubject[];
}

/**
 * A hold in force right now on one of the subjects, the first and of it the one that ends last: a hold that was placed a moment
 * ago counts. One small listing. Throws where a hold cannot be read, for it might hold anything.
 */
export async function findHoldNow(
  { holds, clock }: Pick<Deps, "holds" | "clock">,
  { tags, subjects }: HoldQuestion,
): Promise<HoldOn | undefined> {
  const book = { tags, holds: await Array.fromAsync(holds.list()) };
  const now = clock.now().getTime();
  return subjects.flatMap((subject) => listHoldsOn(book, subject, now).slice(0, 1)).at(0);
}
