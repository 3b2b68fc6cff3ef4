import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import { toIso } from "../core/duration.ts";
import type { DeleteAnswer, RegistryPurger, RegistryReader } from "../ports.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";

/** The look at a digest must not be older than this when it is deleted. */
const MAX_LOOK_AGE_MS = 10_000;
const LOOKS_AT_A_TIME = 8;

/** Where one purge worker works. */
export interface Site {
  readonly runId: string;
  readonly planId: string;
  readonly registryId: string;
  readonly reader: RegistryReader;
  readonly purger: RegistryPurger;
  /** Journal file of this run and registry. */
  readonly journalFile: string;
  /** Throws where the work must stop: lease lost, run stopped, plan too old. */
  readonly checkStillAllowed: () => Promise<void>;
}

export type ItemOutcome =
  | { readonly is: "gone" }
  /** `restart`: it was seen alive, so its mark must begin anew. */
  | { readonly is: "kept"; readonly why: string; readonly restart: boolean }
  | { readonly is: "throttled"; readonly retryAfterMs: number | undefined }
  | { readonly is: "forbidden"; readonly why: string };

/** The item, what its delete takes along, and the bytes that go with each digest. */
export interface Order {
  readonly item: PlanItem;
  readonly cascade: readonly PlanItem[];
  readonly freed: ReadonlyMap<string, number>;
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
  for (const planned of [order.item, ...order.cascade])
    await journal.intend(planned, order.freed.get(planned.digest) ?? 0);
  const asked = await askRegistry(site, order, first.lookedAt);
  await journal.conclude(order.item, asked.answer);
  // Whether the registry really took its referrers along is looked up, not assumed.
  for (const planned of order.cascade) {
    const cascaded =
      isGone(asked.answer) && (await site.reader.findManifest(planned.repository, planned.digest)) === undefined;
    await journal.conclude(planned, cascaded ? { is: "deleted" } : { is: "failed", why: "not cascaded" });
  }
  if (asked.stop) throw asked.stop;
  return toOutcome(asked.answer);
}

interface Asked {
  readonly answer: DeleteAnswer;
  /** Why the work must stop, where that was noticed after the intent was on record. */
  readonly stop?: Error;
}

/** The last checks before the request: still allowed, and looked at no longer ago than a few seconds. */
async function askRegistry(site: Site, order: Order, lookedAt: number): Promise<Asked> {
  try {
    await site.checkStillAllowed();
    const changed = performance.now() - lookedAt > MAX_LOOK_AGE_MS ? (await lookAtAll(site, order)).change : undefined;
    if (changed?.is === "gone") return { answer: { is: "alreadyGone" } };
    if (changed) return { answer: { is: "failed", why: changed.is === "kept" ? changed.why : changed.is } };
  } catch (error) {
    const stop = error instanceof Error ? error : new Error(String(error));
    return { answer: { is: "failed", why: stop.message }, stop };
  }
  return { answer: await site.purger.deleteManifest(order.item.repository, order.item.digest) };
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
  if (!now) return { is: "gone" };
  if (now.tags.length > 0) return { is: "kept", why: `tagged ${now.tags.join(", ")}`, restart: true };
  if (now.createdAt !== pushedAt) return { is: "kept", why: "pushed again", restart: true };
  return now.deleteEnabled && now.writeEnabled ? undefined : { is: "kept", why: "locked", restart: true };
}

const isGone = (answer: DeleteAnswer): answer is Extract<DeleteAnswer, { is: "deleted" | "alreadyGone" }> =>
  answer.is === "deleted" || answer.is === "alreadyGone";

function toOutcome(answer: DeleteAnswer): ItemOutcome {
  switch (answer.is) {
    case "deleted":
    case "alreadyGone":
      return { is: "gone" };
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

/** Undefined where nobody knows what happened: the breaker then counts it as deleted, and the next run looks anew. */
function toStored(answer: DeleteAnswer): Deletion["outcome"] {
  if (isGone(answer)) return answer.is;
  return answer.is === "unknown" ? undefined : "kept";
}

/** Intent before, outcome after, both in the journal that people read and in the table that the breaker counts. */
class JournaledDelete {
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly intents = new Map<string, Deletion>();

  constructor(deps: Deps, site: Site) {
    this.deps = deps;
    this.site = site;
  }

  /** Bytes first, then the record: an intent on record can always be restored while the layers exist. */
  async intend(planned: PlanItem, freedBytes: number): Promise<void> {
    const { repository, digest, size } = planned;
    const { registryId, runId, planId } = this.site;
    const content = await this.site.reader.readBytes(repository, digest);
    await this.deps.journal.saveBytes(digest, content);
    const intentAt = toIso(this.deps.clock.now().getTime());
    await this.deps.journal.append(this.site.journalFile, {
      what: "intent",
      at: intentAt,
      runId,
      planId,
      registryId,
      ...planned,
      mediaType: content.mediaType,
    });
    const deletion: Deletion = {
      registryId,
      repository,
      digest,
      runId,
      size,
      freedBytes,
      intentAt,
      outcome: undefined,
      outcomeAt: undefined,
    };
    await this.deps.deletions.put(deletion);
    this.intents.set(digest, deletion);
  }

  async conclude({ repository, digest }: PlanItem, answer: DeleteAnswer): Promise<void> {
    const { registryId, runId } = this.site;
    const outcomeAt = toIso(this.deps.clock.now().getTime());
    const why = "why" in answer ? answer.why : undefined;
    const record = { what: "outcome", at: outcomeAt, runId, registryId, repository, digest, outcome: answer.is, why };
    await this.deps.journal.append(this.site.journalFile, record);
    const intent = this.intents.get(digest);
    if (intent) await this.deps.deletions.put({ ...intent, outcome: toStored(answer), outcomeAt });
    this.deps.log.info("registry manifest delete answered", { registryId, repository, digest, outcome: answer.is });
  }
}
