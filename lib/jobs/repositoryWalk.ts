import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import { SafetyStopError } from "../errors.ts";
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
  /** Epoch milliseconds: no repository is begun after that. */
  readonly until: number;
}

/** Several repositories at a time, under one rate. What stops one stops all, after what is under way has ended. */
export class RepositoryWalk {
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly order: Order;
  private readonly finished = new Set<string>();
  private failure: unknown;
  private slowed = false;

  constructor(deps: Deps, site: Site, order: Order) {
    this.deps = deps;
    this.order = order;
    this.site = {
      ...site,
      checkStillAllowed: async () => {
        if (this.failure !== undefined) throw new SafetyStopError("the purge of another repository was stopped");
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
    if (this.failure !== undefined) throw this.failure;
    return this.finished;
  }

  private async visit(
    name: string,
    items: readonly PlanItem[],
    note: (notes: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const { fresh, snapshotId, settled, until } = this.order;
    if (this.failure !== undefined || this.slowed || this.deps.clock.now().getTime() >= until) return;
    const deleted = settled.get(name) ?? new Set<string>();
    try {
      await this.site.checkStillAllowed();
      try {
        const result = await purgeRepository(this.deps, this.site, { fresh, items, snapshotId, deleted });
        await note(result.notes);
        if (result.slowed) this.slowed = true;
        else this.finished.add(name);
      } finally {
        await assertStillAbsent(this.deps, items, fresh);
      }
    } catch (error) {
      this.failure ??= error;
    }
  }
}

/** An artifact manifest that came back while its artifacts were being deleted: stop, a person must look. */
async function assertStillAbsent(deps: Deps, items: readonly PlanItem[], { context }: FreshContext): Promise<void> {
  for (const id of new Set(
    items.filter((item) => item.class === "decommissioned").map(({ artifactManifestId }) => artifactManifestId),
  )) {
    if (context.graph.present.has(id)) continue;
    const answer = await deps.arm.getResource(id);
    if (answer.is !== "absent")
      throw new SafetyStopError(`${id} came back, or cannot be read, while its artifacts were being deleted`);
  }
}
