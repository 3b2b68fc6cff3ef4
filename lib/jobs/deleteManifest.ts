import type { TagHolds } from "../core/holdsOn.ts";
import { describeHold } from "../core/holdsOn.ts";
import type { DeleteAnswer, RegistryPurger, RegistryReader } from "../ports.ts";
import type { Deps } from "./deps.ts";
import { findHoldNow } from "./findHoldNow.ts";
import { JournaledDelete } from "./journaledDelete.ts";
import type { Change, LastLook, Look, Order } from "./lastLook.ts";
import { isFresh, MAX_LOOK_AGE_MS } from "./lastLook.ts";
import type { Pace } from "./pace.ts";

/** A registry or a storage that is too slow for that does not become fast by asking without end. */
const MAX_LOOKS = 3;

/** Where one purge worker works. */
export interface Site {
  readonly runId: string;
  readonly planId: string;
  readonly registryId: string;
  readonly reader: RegistryReader;
  readonly purger: RegistryPurger;
  readonly pace: Pace;
  /** Holds by ARM tag, as the worker read them when it began. */
  readonly tagHolds: TagHolds;
  /** Journal file of this run and registry. */
  readonly journalFile: string;
  /** Throws where the work must stop: lease lost, run stopped, plan too old. */
  readonly checkStillAllowed: () => Promise<void>;
}

/** The same, in one repository. */
export interface RepositorySite extends Site {
  readonly lastLook: LastLook;
}

/** `gone`: with the referrers that went along, as a look at each of them showed. */
export type ItemOutcome =
  | Change
  /** No answer that tells: it may be gone. */
  | { readonly is: "unknown"; readonly why: string }
  | { readonly is: "throttled"; readonly retryAfterMs: number | undefined }
  | { readonly is: "forbidden"; readonly why: string };

/**
 * Deletes one registry manifest: look, journal the intent with the bytes, look again if that took long, delete by digest once,
 * record the outcome. The only place that deletes. What the registry cascades to is looked at and journaled like the item itself.
 */
export async function deleteManifest(deps: Deps, site: RepositorySite, order: Order): Promise<ItemOutcome> {
  await site.checkStillAllowed();
  const first = await site.lastLook.look(order);
  if (first.change) return first.change;
  const journal = new JournaledDelete(deps, site);
  for (const planned of [order.item, ...order.cascade]) await journal.intend(planned);
  const asked = await askRegistry(deps, site, { order, first });
  await journal.conclude(order.item, asked.answer);
  const cascaded: string[] = [];
  // Whether the registry really took its referrers along is looked up, not assumed.
  for (const planned of order.cascade) {
    const went =
      isGone(asked.answer) && (await site.reader.findManifest(planned.repository, planned.digest)) === undefined;
    if (went) cascaded.push(planned.digest);
    // Where somebody else had deleted the subject, the referrers went with that, not with anything of ours.
    await journal.conclude(planned, went ? asked.answer : toUncascaded(asked.answer));
  }
  if (asked.stop) throw asked.stop;
  return asked.change ?? toOutcome(asked.answer, cascaded);
}

interface Asked {
  readonly answer: DeleteAnswer;
  /** What a look showed, where that is why the registry was not asked. */
  readonly change?: Change;
  /** Why the work must stop, where that was noticed after the intent was on record. */
  readonly stop?: Error;
}

interface Question {
  readonly order: Order;
  readonly first: Look;
}

async function askRegistry(deps: Deps, site: RepositorySite, question: Question): Promise<Asked> {
  let refused: Asked | undefined;
  const answer = await site.pace.ask(async () => {
    refused = await findRefusal(deps, site, question);
    return refused?.answer ?? site.purger.deleteManifest(question.order.item.repository, question.order.item.digest);
  });
  return refused ?? { answer };
}

/**
 * The last checks before the request: nothing has changed, the work may go on, nobody holds anything of it, and all that was found
 * out no longer ago than a moment. Undefined where the registry may be asked.
 */
async function findRefusal(deps: Deps, site: RepositorySite, { order, first }: Question): Promise<Asked | undefined> {
  const subjects = [order.item, ...order.cascade].map((planned) => ({ registryId: site.registryId, ...planned }));
  try {
    let look = first;
    for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
      if (!site.lastLook.isFresh) await site.lastLook.refresh();
      if (!isFresh(look.lookedAt)) look = await site.lastLook.look(order);
      const before = look.change ?? site.lastLook.judgeNewest(order);
      if (before) return toAsked(before);
      await site.checkStillAllowed();
      // Somebody may have placed one since the repository was looked at.
      const hold = await findHoldNow(deps, { tags: site.tagHolds, subjects });
      if (hold) return { answer: { is: "failed", why: `a hold is in force ${describeHold(hold)}` } };
      // Meanwhile another delete may have looked.
      const change = site.lastLook.judgeNewest(order);
      if (change) return toAsked(change);
      if (isFresh(look.lookedAt) && site.lastLook.isFresh) return undefined;
    }
    return {
      answer: { is: "failed", why: `the last look took longer than ${MAX_LOOK_AGE_MS} ms, ${MAX_LOOKS} times` },
    };
  } catch (error) {
    const stop = error instanceof Error ? error : new Error(String(error));
    return { answer: { is: "failed", why: stop.message }, stop };
  }
}

const toAsked = (change: Change): Asked =>
  change.is === "gone" ? { answer: { is: "alreadyGone" } } : { answer: { is: "failed", why: change.why }, change };

const isGone = (answer: DeleteAnswer): answer is Extract<DeleteAnswer, { is: "deleted" | "alreadyGone" }> =>
  answer.is === "deleted" || answer.is === "alreadyGone";

/** Where the subject's own fate is not known, that of its referrers is not either. */
const toUncascaded = (answer: DeleteAnswer): DeleteAnswer =>
  answer.is === "unknown" ? answer : { is: "failed", why: "not cascaded" };

function toOutcome(answer: DeleteAnswer, cascaded: readonly string[]): ItemOutcome {
  switch (answer.is) {
    case "deleted":
    case "alreadyGone":
      return { is: "gone", cascaded };
    case "locked":
      return { is: "kept", why: "locked", restart: true };
    case "failed":
      return { is: "kept", why: answer.why, restart: false };
    case "unknown":
    case "throttled":
    case "forbidden":
      return answer;
    default:
      return answer satisfies never;
  }
}
