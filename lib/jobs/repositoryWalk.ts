import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import { FrozenError, SafetyStopError } from "../errors.ts";
import type { Site } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";
import { purgeRepository } from "./purgeRepository.ts";

/** Small repositories are mostly waiting: for their listings, and for ARM. */
const REPOSITORIES_AT_A_TIME = 4;

/** What a plan still wants of one registry. */
export interface Remaining {
  /** In the order of the plan. */
  readonly byRepository: ReadonlyMap<string, readonly PlanItem[]>;
  /** Digests that this run has deleted, by repository. */
  readonly settled: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Order extends Remaining {
  readonly fresh: FreshContext;
  readonly snapshotId: string;
  /** Epoch milliseconds: no delete is begun after that. */
  readonly until: number;
}

/** Several repositories at a time, under one rate. What stops one stops all, after what is under way has ended. */
export class RepositoryWalk {
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly order: Order;
  private readonly finished = new Set<string>();
  private readonly failures: unknown[] = [];
  private slowed = false;

  constructor(deps: Deps, site: Site, order: Order) {
    this.deps = deps;
    this.order = order;
    this.site = {
      ...site,
      checkStillAllowed: async () => {
        if (this.failures.length > 0) throw new StoppedBeside("the purge of another repository was stopped");
        await site.checkStillAllowed();
      },
    };
  }

  /** The names of the repositories that need not be looked at again by this run. */
  async run(note: (notes: readonly string[]) => Promise<void>): Promise<ReadonlySet<string>> {
    this.site.reader.announce([...this.order.byRepository.keys()]);
    await pMap(this.order.byRepository, ([name, items]) => this.visit(name, items, note), {
      concurrency: REPOSITORIES_AT_A_TIME,
    });
    if (this.failures.length > 0) throw joinFailures(this.failures);
    return this.finished;
  }

  private async visit(
    name: string,
    items: readonly PlanItem[],
    note: (notes: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const { fresh, snapshotId, settled, until } = this.order;
    if (this.failures.length > 0 || this.slowed || this.deps.clock.now().getTime() >= until) return;
    const deleted = settled.get(name) ?? new Set<string>();
    try {
      await this.site.checkStillAllowed();
      try {
        const order = { name, fresh, items, snapshotId, deleted, until };
        const result = await purgeRepository(this.deps, this.site, order);
        await note(result.notes);
        if (result.slowed) this.slowed = true;
        else this.finished.add(name);
      } finally {
        await this.assertStillAbsent(items, fresh);
      }
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** An artifact manifest that came back while its artifacts were being deleted: stop, a person must look. */
  private async assertStillAbsent(items: readonly PlanItem[], { context }: FreshContext): Promise<void> {
    const decommissioned = items.filter((item) => item.class === "decommissioned");
    for (const id of new Set(decommissioned.map(({ artifactManifestId }) => artifactManifestId))) {
      if (context.graph.present.has(id)) continue;
      const answer = await this.deps.arm.getResource(id);
      if (answer.is === "absent") continue;
      const what = `${id} came back, or cannot be read, while its artifacts were being deleted`;
      throw new SafetyStopError(`${what}: what went stands in the journal, in ${this.site.journalFile}`);
    }
  }
}

/** Stopped by what happened to another repository: that says why. */
class StoppedBeside extends SafetyStopError {}

/**
 * All reasons in one, without those that only follow from another. What is no matter of safety comes first: the message is then
 * tried again, and what was found out about safety stands in findings of its own.
 */
function joinFailures(failures: readonly unknown[]): unknown {
  const own = failures.filter((failure) => !(failure instanceof StoppedBeside));
  const other = own.find((failure) => !(failure instanceof SafetyStopError));
  if (other !== undefined || own.length < 2) return other ?? own[0] ?? failures[0];
  const stops = own.filter((failure) => failure instanceof SafetyStopError);
  const reasons = stops.filter((stop) => !(stop instanceof FrozenError));
  if (reasons.length === 0) return stops[0];
  return new SafetyStopError([...new Set(reasons.map(({ message }) => message))].join("; "));
}
