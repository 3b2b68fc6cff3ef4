import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import { SafetyStopError } from "../errors.ts";
import type { ItemOutcome, Order, Site } from "./deleteManifest.ts";
import { deleteManifest } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";

/** More at a time bring a registry into a bad state (three incidents of another team, see docs/rules.md). */
const DELETES_AT_A_TIME = 5;

/** One pass over a repository: parents first; an item whose parent did not go stays, its siblings go on. */
export class DeleteRun {
  readonly gone = new Set<string>();
  readonly restarts = new Set<string>();
  readonly notes: string[] = [];
  /** The rate does not let it go on here and now: what is left goes on later. */
  slowed = false;
  private failure: unknown;
  private readonly deps: Deps;
  private readonly site: Site;
  /** Parents before children. */
  private readonly eligible: readonly PlanItem[];

  constructor(deps: Deps, site: Site, eligible: readonly PlanItem[]) {
    this.deps = deps;
    this.eligible = eligible;
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
    const eligible = new Set(this.eligible.map(({ digest }) => digest));
    let open = this.eligible.filter(({ cascadedFrom }) => cascadedFrom === undefined || !eligible.has(cascadedFrom));
    for (;;) {
      const ready = open.filter(({ after }) => after.every((digest) => this.gone.has(digest) || !eligible.has(digest)));
      if (ready.length === 0 || this.slowed) return;
      open = open.filter((item) => !ready.includes(item));
      await pMap(ready, (item) => this.deleteOne(item), { concurrency: DELETES_AT_A_TIME });
      if (this.failure !== undefined) throw this.failure;
    }
  }

  private async deleteOne(item: PlanItem): Promise<void> {
    if (this.slowed || this.failure !== undefined) return;
    const cascade = this.eligible.filter(({ cascadedFrom }) => cascadedFrom === item.digest);
    const order: Order = { item, cascade };
    try {
      const { pace } = this.site;
      const hasTurn = await pace.turn(1 + cascade.length);
      const outcome = hasTurn ? await pace.enter(() => deleteManifest(this.deps, this.site, order)) : undefined;
      if (outcome) await this.settle(order, outcome);
      else this.slowed = true;
    } catch (error) {
      this.failure ??= error;
    }
  }

  private async settle({ item }: Order, outcome: ItemOutcome): Promise<void> {
    switch (outcome.is) {
      case "gone":
        for (const digest of outcome.cascaded) this.gone.add(digest);
        if (await this.isGone(item)) this.gone.add(item.digest);
        else this.notes.push(`${item.repository}@${item.digest} was deleted but still reads`);
        return;
      case "kept":
        this.notes.push(`${item.repository}@${item.digest} kept: ${outcome.why}`);
        if (outcome.restart) this.restarts.add(item.digest);
        return;
      case "throttled":
        this.slowed = true;
        return;
      case "forbidden":
        throw new SafetyStopError(`the purger may not delete in this registry: ${outcome.why}`);
      default:
        outcome satisfies never;
    }
  }

  /** A child goes only after its parent reads as gone, not only after a friendly answer; of others the listing tells at the end. */
  private async isGone({ repository, digest }: PlanItem): Promise<boolean> {
    if (!this.eligible.some(({ after }) => after.includes(digest))) return true;
    return (await this.site.reader.findManifest(repository, digest)) === undefined;
  }
}
