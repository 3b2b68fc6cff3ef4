import type { PlanItem } from "../core/planPurge.ts";
import { toIso } from "../core/duration.ts";
import type { DeleteAnswer, RegistryPurger, RegistryReader } from "../ports.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";

/** The look at a digest must not be older than this when it is deleted. */
const MAX_LOOK_AGE_MS = 10_000;

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
  | { readonly is: "kept"; readonly why: string }
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
 * record the outcome. The only place that deletes. What the registry cascades to is journaled with its own intent before.
 */
export async function deleteManifest(deps: Deps, site: Site, order: Order): Promise<ItemOutcome> {
  await site.checkStillAllowed();
  const changed = await look(site, order.item);
  if (changed) return changed;
  const lookedAt = performance.now();
  const journal = new JournaledDelete(deps, site);
  for (const planned of [order.item, ...order.cascade])
    await journal.intend(planned, order.freed.get(planned.digest) ?? 0);
  const answer = await askRegistry(site, order.item, performance.now() - lookedAt);
  await journal.conclude(order.item, { outcome: isGone(answer) ? answer.is : "kept", answer });
  // Whether the registry really took its referrers along is looked up, not assumed.
  for (const planned of order.cascade) {
    const cascaded =
      isGone(answer) && (await site.reader.findManifest(planned.repository, planned.digest)) === undefined;
    await journal.conclude(planned, {
      outcome: cascaded ? "deleted" : "kept",
      answer: cascaded ? { is: "deleted" } : { is: "failed", why: "not cascaded" },
    });
  }
  return toOutcome(answer);
}

/** Journaling may have taken long: then the digest is looked at once more, and a change means that nothing is asked for. */
async function askRegistry(site: Site, item: PlanItem, lookAgeMs: number): Promise<DeleteAnswer> {
  const changed = lookAgeMs > MAX_LOOK_AGE_MS ? await look(site, item) : undefined;
  if (changed?.is === "gone") return { is: "alreadyGone" };
  if (changed) return { is: "failed", why: changed.is === "kept" ? changed.why : changed.is };
  return site.purger.deleteManifest(item.repository, item.digest);
}

/** Undefined where it is still what was planned: there, untagged, unlocked, and of the same push. */
async function look({ reader }: Site, { repository, digest, pushedAt }: PlanItem): Promise<ItemOutcome | undefined> {
  const now = await reader.findManifest(repository, digest);
  if (!now) return { is: "gone" };
  if (now.tags.length > 0) return { is: "kept", why: `tagged ${now.tags.join(", ")}` };
  if (now.createdAt !== pushedAt) return { is: "kept", why: "pushed again" };
  return now.deleteEnabled && now.writeEnabled ? undefined : { is: "kept", why: "locked" };
}

const isGone = (answer: DeleteAnswer): answer is Extract<DeleteAnswer, { is: "deleted" | "alreadyGone" }> =>
  answer.is === "deleted" || answer.is === "alreadyGone";

function toOutcome(answer: DeleteAnswer): ItemOutcome {
  switch (answer.is) {
    case "deleted":
    case "alreadyGone":
      return { is: "gone" };
    case "locked":
      return { is: "kept", why: "locked" };
    case "failed":
      return { is: "kept", why: answer.why };
    case "throttled":
    case "forbidden":
      return answer;
    default:
      return answer satisfies never;
  }
}

interface Conclusion {
  readonly outcome: NonNullable<Deletion["outcome"]>;
  readonly answer: DeleteAnswer;
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

  async conclude({ repository, digest }: PlanItem, { outcome, answer }: Conclusion): Promise<void> {
    const { registryId, runId } = this.site;
    const outcomeAt = toIso(this.deps.clock.now().getTime());
    const why = "why" in answer ? answer.why : undefined;
    await this.deps.journal.append(this.site.journalFile, {
      what: "outcome",
      at: outcomeAt,
      runId,
      registryId,
      repository,
      digest,
      outcome: answer.is,
      why,
    });
    const intent = this.intents.get(digest);
    if (intent) await this.deps.deletions.put({ ...intent, outcome, outcomeAt });
    this.deps.log.info("registry manifest delete answered", { registryId, repository, digest, outcome: answer.is });
  }
}
