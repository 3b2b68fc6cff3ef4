import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import type { RegistryManifest } from "../core/registryManifest.ts";
import { SafetyStopError } from "../errors.ts";
import type { ItemOutcome, RepositorySite, Site } from "./deleteManifest.ts";
import { deleteManifest } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";
import type { Order } from "./lastLook.ts";
import { LastLook } from "./lastLook.ts";

/** More at a time bring a registry into a bad state (three incidents of another team, see docs/rules.md). */
const DELETES_AT_A_TIME = 5;

/** What a pass over a repository may delete. */
export interface DeleteOrder {
  readonly name: string;
  /** Parents before children. */
  readonly eligible: readonly PlanItem[];
  /** All of the repository, as it was decided upon. */
  readonly listed: readonly RegistryManifest[];
  /** When that listing began, by `performance.now()`. */
  readonly listedAt: number;
  /** Deletes that have had their turn already. */
  readonly paid: number;
  /** Epoch milliseconds: no delete is begun after that. */
  readonly until: number;
}

/** One pass over a repository: parents first; an item whose parent did not go stays, its siblings go on. */
export class DeleteRun {
  readonly gone = new Set<string>();
  /** Asked to be deleted, and nobody knows whether they went. */
  readonly unclear = new Set<string>();
  readonly restarts = new Set<string>();
  readonly notes: string[] = [];
  /** Rate or time do not let it go on here and now: what is left goes on later. */
  slowed = false;
  /** Something was pushed since the listing: what is left is to be decided anew. */
  pushed = false;
  private failure: unknown;
  private readonly deps: Deps;
  private readonly site: RepositorySite;
  private readonly eligible: readonly PlanItem[];
  private readonly until: number;
  private paid: number;

  constructor(deps: Deps, site: Site, { name, eligible, listed, listedAt, paid, until }: DeleteOrder) {
    this.deps = deps;
    this.eligible = eligible;
    this.until = until;
    this.paid = paid;
    const byDigest = new Map(listed.map((manifest) => [manifest.digest, manifest]));
    this.site = {
      ...site,
      lastLook: new LastLook(site.reader, name, { listed: byDigest, gone: this.gone, listedAt }),
      // What stops one delete stops those that are under way beside it, before they ask the registry.
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
      if (ready.length === 0 || this.isOver) return;
      open = open.filter((item) => !ready.includes(item));
      for (const batch of this.toBatches(ready)) {
        if (!this.isOver) await this.deleteBatch(batch);
        if (this.failure !== undefined) throw this.failure;
      }
    }
  }

  private get isOver(): boolean {
    return this.slowed || this.pushed || this.failure !== undefined;
  }

  /** As many deletes as have their turn together; an order that counts more is a batch of its own. */
  private toBatches(ready: readonly PlanItem[]): readonly (readonly Order[])[] {
    const batches: Order[][] = [];
    let room = 0;
    for (const item of ready) {
      const order = { item, cascade: this.eligible.filter(({ cascadedFrom }) => cascadedFrom === item.digest) };
      if (costOf(order) > room) {
        batches.push([]);
        room = this.site.pace.batch;
      }
      batches.at(-1)?.push(order);
      room -= costOf(order);
    }
    return batches;
  }

  private async deleteBatch(batch: readonly Order[]): Promise<void> {
    if (this.deps.clock.now().getTime() >= this.until || !(await this.hasTurn(batch))) {
      this.slowed = true;
      return;
    }
    try {
      const orders = await this.withoutParents(batch);
      await pMap(orders, (order) => this.deleteOne(order), { concurrency: DELETES_AT_A_TIME });
    } catch (error) {
      this.failure ??= error;
    }
  }

  private async hasTurn(batch: readonly Order[]): Promise<boolean> {
    const cost = batch.reduce((sum, order) => sum + costOf(order), 0);
    const paid = Math.min(this.paid, cost);
    this.paid -= paid;
    return paid === cost || this.site.pace.turn(cost - paid);
  }

  /** Those whose parents are gone by a look, not only by a friendly answer. */
  private async withoutParents(batch: readonly Order[]): Promise<readonly Order[]> {
    const { lastLook } = this.site;
    const isChild = ({ item }: Order): boolean => item.after.some((digest) => this.gone.has(digest));
    if (!batch.some(isChild)) return batch;
    await lastLook.refresh();
    const orders: Order[] = [];
    for (const order of batch) {
      const standing = await this.findStanding(order);
      if (standing === undefined) orders.push(order);
      else this.notes.push(`${nameOf(order)} kept: ${standing}, which contains it, was deleted but still reads`);
    }
    return orders;
  }

  private async findStanding({ item }: Order): Promise<string | undefined> {
    for (const digest of item.after)
      if (this.gone.has(digest) && !(await this.site.lastLook.isGone(digest))) return digest;
    return undefined;
  }

  private async deleteOne(order: Order): Promise<void> {
    if (this.isOver) return;
    try {
      const outcome = await this.site.pace.enter(() => deleteManifest(this.deps, this.site, order));
      if (outcome) this.settle(order, outcome);
      else this.slowed = true;
    } catch (error) {
      this.failure ??= error;
    }
  }

  private settle({ item, cascade }: Order, outcome: ItemOutcome): void {
    switch (outcome.is) {
      case "gone":
        for (const digest of [item.digest, ...outcome.cascaded]) this.gone.add(digest);
        return;
      case "kept":
        this.notes.push(`${item.repository}@${item.digest} kept: ${outcome.why}`);
        if (outcome.restart) this.restarts.add(item.digest);
        return;
      case "pushed":
        this.pushed = true;
        return;
      case "unknown":
        for (const { digest } of [item, ...cascade]) this.unclear.add(digest);
        this.notes.push(`${item.repository}@${item.digest} may be gone: ${outcome.why}`);
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
}

const costOf = ({ cascade }: Order): number => 1 + cascade.length;
const nameOf = ({ item }: Order): string => `${item.repository}@${item.digest}`;
