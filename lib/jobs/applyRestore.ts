import type { RestorePlan, RestoreStep, RestoreTag } from "../core/planRestore.ts";
import { needsOf } from "../core/restoreReach.ts";
import { UpstreamError } from "../errors.ts";
import type { Deps } from "./deps.ts";
import type { Gathered } from "./gatherRestore.ts";
import { isFresh, MAX_LOOK_AGE_MS } from "./lastLook.ts";
import type { RestoreSite } from "./openRestore.ts";
import type { RestoreItem } from "./restoreItem.ts";
import { isDone, toGapItem, toRefusedItem } from "./restoreItem.ts";
import { RestorerPut, toFailure } from "./restorerPut.ts";
import type { RestorePlace, RestoreWord } from "./restoreRecords.ts";
import { journalRestore, protectRestored } from "./restoreRecords.ts";

/** A registry that is too slow for that does not become fast by asking without end. */
const MAX_LOOKS = 3;

export interface RestoreOrder {
  readonly plan: RestorePlan;
  readonly gathered: Gathered;
  readonly word: RestoreWord;
}

/**
 * Carries a plan out step by step: hold, look, journal, put, read back, journal; before a tag is put, one more look right before
 * the put. What a failed step leaves out is not put; the others go on. To repeat it after any end puts only what is not there.
 */
export async function applyRestore(
  deps: Deps,
  site: RestoreSite,
  order: RestoreOrder,
): Promise<readonly RestoreItem[]> {
  const run = new RestoreRun(deps, site, order);
  for (const step of order.plan.steps) await run.take(step);
  await run.settleGoals();
  const gaps = order.plan.gaps.map((gap) => toGapItem(gap, order.gathered.unread));
  return [...run.items, ...order.plan.refused.map(toRefusedItem), ...gaps];
}

class RestoreRun {
  readonly items: RestoreItem[] = [];
  private readonly deps: Deps;
  private readonly site: RestoreSite;
  private readonly order: RestoreOrder;
  private readonly failed = new Set<string>();
  private readonly place: RestorePlace;
  private readonly restorer: RestorerPut;
  private stop: string | undefined;

  constructor(deps: Deps, site: RestoreSite, order: RestoreOrder) {
    this.deps = deps;
    this.site = site;
    this.order = order;
    this.place = { ...site, ...order.word };
    this.restorer = new RestorerPut(site);
  }

  async take(step: RestoreStep): Promise<void> {
    const about =
      step.do === "put" ? { digest: step.digest, because: step.because } : { digest: step.digest, tag: step.tag };
    const hindrance = this.findHindrance(step);
    if (hindrance !== undefined) return this.note({ ...about, outcome: "notTried", why: hindrance });
    try {
      this.note({ ...about, outcome: await this.attempt(step) });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.note({ ...about, outcome: "failed", why: error.message });
    }
  }

  /** A goal that was there all along gets its hold, too. */
  async settleGoals(): Promise<void> {
    const { plan, gathered } = this.order;
    const settled = new Set([...plan.steps, ...plan.refused].map(({ digest }) => digest));
    for (const digest of gathered.view.goals.filter((goal) => !settled.has(goal))) {
      await protectRestored(this.deps, this.place, digest);
      this.note({ digest, outcome: "there" });
    }
  }

  private note(item: RestoreItem): void {
    this.items.push(item);
    if (!isDone(item)) this.failed.add(item.digest);
  }

  private findHindrance(step: RestoreStep): string | undefined {
    this.stop ??= this.order.word.isStillAllowed() ? undefined : "the lease on the registry was lost";
    const stop = this.stop ?? this.restorer.refusal;
    if (stop !== undefined) return stop;
    const needed = step.do === "tag" ? [step.digest] : needsOf(this.order.gathered.view.edges, step.digest);
    const lacking = needed.filter((digest) => this.failed.has(digest));
    return lacking.length > 0 ? `what it needs was not restored: ${lacking.join(", ")}` : undefined;
  }

  /** The hold comes first: whatever happens then, nothing that was restored is without one. */
  private async attempt(step: RestoreStep): Promise<RestoreItem["outcome"]> {
    await protectRestored(this.deps, this.place, step.digest);
    return step.do === "put" ? this.put(step) : this.tag(step);
  }

  private async put(step: Extract<RestoreStep, { do: "put" }>): Promise<RestoreItem["outcome"]> {
    const { reader, repository } = this.site;
    if (await reader.findManifest(repository, step.digest)) return "there";
    const kept = this.order.gathered.contents.get(step.digest);
    if (!kept) throw toFailure(`put ${repository}@${step.digest}`, "the journal does not keep its bytes");
    await journalRestore(this.deps, this.place, { what: "restoring", step });
    await this.restorer.put(step.digest, kept);
    await journalRestore(this.deps, this.place, { what: "restored", step });
    return "restored";
  }

  /** A put by tag moves it: all that takes time comes before the last look at where it stands. */
  private async tag(step: Extract<RestoreStep, { do: "tag" }>): Promise<RestoreItem["outcome"]> {
    const { reader, repository } = this.site;
    if (!(await this.isFree(step))) return "there";
    const content = await reader.readBytes(repository, step.digest);
    await journalRestore(this.deps, this.place, { what: "restoring", step });
    await this.restorer.prepare();
    if (!(await this.isFreeNow(step))) return "there";
    await this.restorer.put(step.tag, content);
    await journalRestore(this.deps, this.place, { what: "restored", step });
    return "tagged";
  }

  /** As known no longer ago than a moment. */
  private async isFreeNow(step: RestoreTag): Promise<boolean> {
    for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
      const lookedAt = performance.now();
      const isFree = await this.isFree(step);
      if (!isFree || isFresh(lookedAt)) return isFree;
    }
    const why = `the last look at it took longer than ${MAX_LOOK_AGE_MS} ms, ${MAX_LOOKS} times`;
    throw toFailure(this.describe(step), why);
  }

  /** False where it is on the digest already. A tag is never moved. */
  private async isFree(step: RestoreTag): Promise<boolean> {
    const stands = await this.site.reader.findTag(this.site.repository, step.tag);
    if (stands === undefined) return true;
    if (stands === step.digest) return false;
    throw toFailure(this.describe(step), "it stands on something else by now");
  }

  private describe({ digest, tag }: RestoreTag): string {
    return `put the tag ${tag} on ${this.site.repository}@${digest}`;
  }
}
