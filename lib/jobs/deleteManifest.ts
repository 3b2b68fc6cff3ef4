import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import type { DeleteAnswer, RegistryPurger, RegistryReader } from "../ports.ts";
import { readActiveHolds } from "./activeHolds.ts";
import type { Deps } from "./deps.ts";
import { JournaledDelete } from "./journaledDelete.ts";
import type { Pace } from "./pace.ts";

/** The look at a digest must not be older than this when it is asked to be deleted: what is tagged a second before is seen. */
const MAX_LOOK_AGE_MS = 500;
const LOOKS_AT_A_TIME = 8;

/** Where one purge worker works. */
export interface Site {
  readonly runId: string;
  readonly planId: string;
  readonly registryId: string;
  readonly reader: RegistryReader;
  readonly purger: RegistryPurger;
  readonly pace: Pace;
  /** Journal file of this run and registry. */
  readonly journalFile: string;
  /** Throws where the work must stop: lease lost, run stopped, plan too old. */
  readonly checkStillAllowed: () => Promise<void>;
}

export type ItemOutcome =
  /** `cascaded`: the referrers that went along, as a look at each of them showed. */
  | { readonly is: "gone"; readonly cascaded: readonly string[] }
  /** `restart`: it was seen alive, so its mark must begin anew. */
  | { readonly is: "kept"; readonly why: string; readonly restart: boolean }
  | { readonly is: "throttled"; readonly retryAfterMs: number | undefined }
  | { readonly is: "forbidden"; readonly why: string };

/** The item, and what its delete takes along. */
export interface Order {
  readonly item: PlanItem;
  readonly cascade: readonly PlanItem[];
}

/**
 * Deletes one registry manifest: look, journal the intent with the bytes, look again if that took long, delete by digest once,
 * record the outcome. The only place that deletes. What the registry cascades to is looked at and journaled like the item itself.
 */
export async function deleteManifest(deps: Deps, site: Site, order: Order): Promise<ItemOutcome> {
  await site.checkStillAllowed();
  const first = await lookAtAll(site, order);
  if (first.change) return first.change;
  const journal = new JournaledDelete(deps, site);
  for (const planned of [order.item, ...order.cascade]) await journal.intend(planned);
  const asked = await askRegistry(deps, site, { ...order, lookedAt: first.lookedAt });
  await journal.conclude(order.item, asked.answer);
  const cascaded: string[] = [];
  // Whether the registry really took its referrers along is looked up, not assumed.
  for (const planned of order.cascade) {
    const went =
      isGone(asked.answer) && (await site.reader.findManifest(planned.repository, planned.digest)) === undefined;
    if (went) cascaded.push(planned.digest);
    await journal.conclude(planned, went ? { is: "deleted" } : toUncascaded(asked.answer));
  }
  if (asked.stop) throw asked.stop;
  return toOutcome(asked.answer, cascaded);
}

interface Asked {
  readonly answer: DeleteAnswer;
  /** Why the work must stop, where that was noticed after the intent was on record. */
  readonly stop: Error | undefined;
}

/** The last checks before the request: still allowed, and looked at no longer ago than a moment. */
async function askRegistry(deps: Deps, site: Site, order: LookedAt): Promise<Asked> {
  let stop: Error | undefined;
  const answer = await site.pace.ask(async () => {
    try {
      await site.checkStillAllowed();
      const held = await findHold(deps, site, order);
      if (held !== undefined) return { is: "failed", why: held };
      const isOld = performance.now() - order.lookedAt > MAX_LOOK_AGE_MS;
      const changed = isOld ? (await lookAtAll(site, order)).change : undefined;
      if (changed?.is === "gone") return { is: "alreadyGone" };
      if (changed) return { is: "failed", why: changed.is === "kept" ? changed.why : changed.is };
    } catch (error) {
      stop = error instanceof Error ? error : new Error(String(error));
      return { is: "failed", why: stop.message };
    }
    return site.purger.deleteManifest(order.item.repository, order.item.digest);
  });
  return { answer, stop };
}

interface LookedAt extends Order {
  /** By `performance.now()`. */
  readonly lookedAt: number;
}

/** Of the item, or of what goes with it: somebody may have placed a hold since the repository was looked at. */
async function findHold(deps: Deps, { registryId }: Site, { item, cascade }: Order): Promise<string | undefined> {
  const holds = await readActiveHolds(deps);
  for (const planned of [item, ...cascade]) {
    const hold = holds.find({ registryId, ...planned }, deps.clock.now().getTime());
    if (hold) return `${planned.digest} is held by ${hold.owner} until ${hold.until}: ${hold.reason}`;
  }
  return undefined;
}

interface Look {
  readonly change: ItemOutcome | undefined;
  /** When the item itself was looked at; its referrers come first, however many there are. */
  readonly lookedAt: number;
}

/** No change where the item and all that goes with it are still what was planned. A referrer that is gone already is no change. */
async function lookAtAll(site: Site, { item, cascade }: Order): Promise<Look> {
  const referrers = await pMap(cascade, async (planned) => ({ planned, change: await look(site, planned) }), {
    concurrency: LOOKS_AT_A_TIME,
  });
  const kept = referrers.find(({ change }) => change?.is === "kept");
  const lookedAt = performance.now();
  const own = await look(site, item);
  if (own || !kept) return { change: own, lookedAt };
  const why = kept.change?.is === "kept" ? kept.change.why : "";
  return { change: { is: "kept", why: `its referrer ${kept.planned.digest}: ${why}`, restart: false }, lookedAt };
}

/** Undefined where it is still what was planned: there, untagged, unlocked, and of the same push. */
async function look({ reader }: Site, { repository, digest, pushedAt }: PlanItem): Promise<ItemOutcome | undefined> {
  const now = await reader.findManifest(repository, digest);
  if (!now) return { is: "gone", cascaded: [] };
  if (now.tags.length > 0) return { is: "kept", why: `tagged ${now.tags.join(", ")}`, restart: true };
  if (now.createdAt !== pushedAt) return { is: "kept", why: "pushed again", restart: true };
  return now.deleteEnabled && now.writeEnabled ? undefined : { is: "kept", why: "locked", restart: true };
}

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
    case "unknown":
      return { is: "kept", why: answer.why, restart: false };
    case "throttled":
    case "forbidden":
      return answer;
    default:
      return answer satisfies never;
  }
}
