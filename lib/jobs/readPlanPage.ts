import type { PlanItem, Waiting } from "../core/planPurge.ts";
import type { Plan, PlannedRegistry } from "../stores/planStore.ts";
import type { Deps } from "./deps.ts";

const LISTS = ["items", "waiting"] as const;

/** An entry of a plan: of a registry, the item or waiting mark of this number. */
export interface PlanPlace {
  readonly registryId: string;
  readonly list: (typeof LISTS)[number];
  readonly index: number;
}

export interface PlanPageRequest {
  readonly planId: string;
  /** `next` of the page before. */
  readonly from?: PlanPlace | undefined;
  readonly limit: number;
}

export interface PlanPage {
  readonly plan: Plan;
  /** All of the plan, sorted by id, each with those of its entries that stand on this page. */
  readonly registries: readonly (PlannedRegistry & { readonly entries: PlanEntries })[];
  /** The first entry of the next page; not there on the last one. */
  readonly next?: PlanPlace;
}

interface PlanEntries {
  readonly items: readonly PlanItem[];
  readonly waiting: readonly Waiting[];
}

/** The plan with `limit` of its items and waiting marks, registry by registry; undefined where there is none of that id. */
export async function readPlanPage(deps: Deps, request: PlanPageRequest): Promise<PlanPage | undefined> {
  const plan = await deps.plans.find(request.planId);
  if (!plan) return undefined;
  const stored = await deps.plans.listRegistries(plan.id);
  const reader = new EntryReader(
    request,
    stored.map(({ registryId }) => registryId),
  );
  const registries = [];
  for (const registry of stored) {
    const { registryId } = registry;
    const items = await reader.take({ registryId, list: "items" }, (first) =>
      deps.plans.listItems(plan.id, registryId, first),
    );
    const waiting = await reader.take({ registryId, list: "waiting" }, (first) =>
      deps.plans.listWaiting(plan.id, registryId, first),
    );
    registries.push({ ...registry, entries: { items, waiting } });
  }
  return { plan, registries, ...(reader.next && { next: reader.next }) };
}

/** Takes entries from one list after the other until the page is full. */
class EntryReader {
  next: PlanPlace | undefined;
  private room: number;
  private readonly from: PlanPlace | undefined;
  private readonly registryIds: readonly string[];

  constructor({ from, limit }: PlanPageRequest, registryIds: readonly string[]) {
    this.room = limit;
    this.from = from;
    this.registryIds = registryIds;
  }

  async take<T>(place: Omit<PlanPlace, "index">, list: (first: number) => AsyncIterable<T>): Promise<readonly T[]> {
    const taken: T[] = [];
    const isBefore = this.from !== undefined && this.rankOf(place) < this.rankOf(this.from);
    if (this.next || isBefore) return taken;
    const first = this.from && this.rankOf(place) === this.rankOf(this.from) ? this.from.index : 0;
    for await (const entry of list(first)) {
      if (taken.length === this.room) {
        this.next = { ...place, index: first + taken.length };
        break;
      }
      taken.push(entry);
    }
    this.room -= taken.length;
    return taken;
  }

  private rankOf({ registryId, list }: Omit<PlanPlace, "index">): number {
    return this.registryIds.indexOf(registryId) * LISTS.length + LISTS.indexOf(list);
  }
}
