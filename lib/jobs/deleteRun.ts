import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import { SafetyStopError } from "../errors.ts";
import type { ItemOutcome, Order, Site } from "./deleteManifest.ts";
import { deleteManifest } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";
import type { Allowance } from "./purgeRepository.ts";

/** More at a time bring a registry into a bad state (three incidents of another team, see docs/rules.md). */
const DELETES_AT_A_TIME = 5;

export interface Work {
  /** Parents before children. */
  readonly eligible: readonly PlanItem[];
  readonly freed: ReadonlyMap<string, number>;
  readonly allowance: Allowance;
}

/** One pass over a repository: parents first; an item whose parent did not go stays, its siblings go on. */
export class DeleteRun {
  readonly gone = new Set<string>();
  readonly restarts = new Set<string>();
  readonly notes: string[] = [];
  throttled: { readonly retryAfterMs: number | undefined } | undefined;
  private failure: unknown;
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly work: Work;

  constructor(deps: Deps, site: Site, work: Work) {
    this.deps = deps;
    this.work = work;
    // What stops one delete stops those that are under way beside it, before they ask the registry.
    this.site = {
      ...site,
      checkStillAllowed: async () => {
        if (this.failure !== undefined) throw new SafetyStopError("another delete of this registry was stopped");
        await site.checkStillAllowed();
      },
    };
  }

  /** Throws what stopped it only after everything under way has ended. */
  async deleteInWaves(): Promise<void> {
    const eligible = new Set(this.work.eligible.map(({ digest }) => digest));
    let open = this.work.eligible.filter(
      ({ cascadedFrom }) => cascadedFrom === undefined || !eligible.has(cascadedFrom),
    );
    for (;;) {
      const ready = open.filter(({ after }) => after.every((digest) => this.gone.has(digest) || !eligible.has(digest)));
      if (ready.length === 0 || this.throttled) return;
      open = open.filter((item) => !ready.includes(item));
      await pMap(ready, (item) => this.deleteOne(item), { concurrency: DELETES_AT_A_TIME });
      if (this.failure !== undefined) throw this.failure;
    }
  }

  private async deleteOne(item: PlanItem): Promise<void> {
    if (this.throttled || this.failure !== undefined) return;
    const cascade = this.work.eligible.filter(({ cascadedFrom }) => cascadedFrom === item.digest);
    const { allowance, freed } = this.work;
    if (allowance.left < Math.min(1 + cascade.length, allowance.perMinute)) {
      this.throttled = { retryAfterMs: undefined };
      return;
    }
    allowance.left -= 1 + cascade.length;
    const order: Order = { item, cascade, freed };
    try {
      await this.settle(order, await deleteManifest(this.deps, this.site, order));
    } catch (error) {
      this.failure ??= error;
    }
  }

  private async settle({ item, cascade }: Order, outcome: ItemOutcome): Promise<void> {
    switch (outcome.is) {
      case "gone":
        for (const { repository, digest } of [item, ...cascade]) {
          // A child goes only after its parent reads as gone, not only after a friendly answer.
          if ((await this.site.reader.findManifest(repository, digest)) === undefined) this.gone.add(digest);
          else this.notes.push(`${repository}@${digest} was deleted but still reads`);
        }
        return;
      case "kept":
        this.notes.push(`${item.repository}@${item.digest} kept: ${outcome.why}`);
        if (outcome.restart) this.restarts.add(item.digest);
        return;
      case "throttled":
        this.throttled = outcome;
        return;
      case "forbidden":
        throw new SafetyStopError(`the purger may not delete in this registry: ${outcome.why}`);
      default:
        outcome satisfies never;
    }
  }
}
