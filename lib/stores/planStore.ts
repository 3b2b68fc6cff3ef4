import { z } from "zod";
import type { PlanItem, Waiting } from "../core/planPurge.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { Row, RowTable, Tables } from "../ports.ts";
import { changeRow, maybe, parseBody, toBody } from "./rows.ts";
import { MARKED_FIELDS } from "./schemas.ts";

/** What a purge run would delete or did delete, per registry. */
export interface Plan {
  readonly id: string;
  readonly runId: string;
  readonly at: string;
  readonly snapshotId: string;
  readonly mode: "report" | "enforce";
  /** A person's word that it is carried out although the breaker tripped; once. */
  readonly override?: Override | undefined;
}

export interface Override {
  readonly by: string;
  readonly why: string;
  readonly at: string;
  /** The one run that may carry it out. */
  readonly runId: string;
}

export interface PlannedRegistry {
  readonly registryId: string;
  /** `frozen`: a pause or a freeze window was in force when the plan was made. */
  readonly state: "planned" | "reportOnly" | "breakerTripped" | "frozen" | "refused" | "done" | "stopped";
  readonly items: number;
  /** Of layers that go with the items and that nothing else holds, in all replicas. */
  readonly bytes: number;
  /** Not every repository's layers were read: some may be held there, and less is freed. */
  readonly isUpperBound: boolean;
  readonly waiting: number;
  /** The first deadline among the items; undefined where there is none. */
  readonly oldestDueAt?: string | undefined;
  readonly deleted: number;
  readonly deletedBytes: number;
  /** In words: breaker, stop or keep reasons met while deleting. */
  readonly notes: readonly string[];
}

const PlanSchema = z.object({
  id: z.string(),
  runId: z.string(),
  at: z.string(),
  snapshotId: z.string(),
  mode: z.enum(["report", "enforce"]),
  override: maybe(z.object({ by: z.string(), why: z.string(), at: z.string(), runId: z.string() })),
}) satisfies z.ZodType<Plan>;

const PlannedRegistrySchema = z.object({
  registryId: z.string(),
  state: z.enum(["planned", "reportOnly", "breakerTripped", "frozen", "refused", "done", "stopped"]),
  items: z.number(),
  bytes: z.number(),
  isUpperBound: z.boolean().default(true),
  waiting: z.number(),
  oldestDueAt: maybe(z.string()),
  deleted: z.number(),
  deletedBytes: z.number(),
  notes: z.array(z.string()),
}) satisfies z.ZodType<PlannedRegistry>;

const ItemSchema = z.object({
  ...MARKED_FIELDS,
  lastTags: z.array(z.string()).default([]),
  deadline: z.string(),
  freedBytes: z.number().default(0),
  how: z.enum(["delete", "cascade"]),
  cascadedFrom: maybe(z.string()),
  after: z.array(z.string()),
}) satisfies z.ZodType<PlanItem>;

const WaitingSchema = z.object({
  repository: z.string(),
  digest: z.string(),
  why: z.enum([
    "sightedOnce",
    "inGrace",
    "inGraceOfEnforce",
    "pushedRecently",
    "held",
    "keptAsLastVersion",
    "notConfirmedRecently",
    "supersededNotOptedIn",
    "storeNotEnrolled",
    "protected",
    "notListed",
  ]),
  until: maybe(z.string()),
}) satisfies z.ZodType<Waiting>;

const MAX_NOTES = 50;

export class PlanStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("plans");
  }

  async put(plan: Plan): Promise<void> {
    await this.table.put({ partitionKey: `plan|${plan.id}`, rowKey: "plan", body: toBody(plan) });
  }

  async find(planId: string): Promise<Plan | undefined> {
    if (!isPlanId(planId)) return undefined;
    const row = await this.table.find(`plan|${planId}`, "plan");
    return row && parseBody(PlanSchema, row);
  }

  /** Undefined where the plan does not exist, or is overridden already: of two words, the first counts. */
  async override(planId: string, override: Override): Promise<Plan | undefined> {
    const place = { partitionKey: `plan|${planId}`, rowKey: "plan", schema: PlanSchema };
    return changeRow<Plan>(this.table, place, (plan) => (plan.override ? undefined : { ...plan, override }));
  }

  /** Takes the word for a run back that could not be handed on. */
  async withdrawOverride(planId: string, runId: string): Promise<void> {
    const place = { partitionKey: `plan|${planId}`, rowKey: "plan", schema: PlanSchema };
    await changeRow<Plan>(this.table, place, (plan) =>
      plan.override?.runId === runId ? { ...plan, override: undefined } : undefined,
    );
  }

  /** One that is there already keeps its state: planning again must not restart what was stopped. */
  async createRegistry(planId: string, registry: PlannedRegistry): Promise<void> {
    const body = toBody({ ...registry, notes: registry.notes.slice(0, MAX_NOTES) });
    await this.table.create({ partitionKey: `registries|${planId}`, rowKey: encodeKey(registry.registryId), body });
  }

  async listRegistries(planId: string): Promise<readonly PlannedRegistry[]> {
    const registries: PlannedRegistry[] = [];
    for await (const row of this.table.list({ partitionKey: `registries|${planId}` }))
      registries.push(parseBody(PlannedRegistrySchema, row));
    return registries;
  }

  /** Applies `change` until nobody interferes; undefined where the registry is not in the plan. */
  async updateRegistry(
    planId: string,
    registryId: string,
    change: (registry: PlannedRegistry) => PlannedRegistry,
  ): Promise<PlannedRegistry | undefined> {
    const place = {
      partitionKey: `registries|${planId}`,
      rowKey: encodeKey(registryId),
      schema: PlannedRegistrySchema,
    };
    return changeRow<PlannedRegistry>(this.table, place, (registry) => {
      const changed = change(registry);
      return { ...changed, notes: changed.notes.slice(0, MAX_NOTES) };
    });
  }

  /** Items keep the order of the plan: parents before children within a repository. */
  async putItems(planId: string, registryId: string, items: readonly PlanItem[]): Promise<void> {
    await this.table.putAll(
      items.map((item, index) => numbered(`items|${planId}|${encodeKey(registryId)}`, index, item)),
    );
  }

  /** Those from the number `first` on, counted from 0. */
  async *listItems(planId: string, registryId: string, first = 0): AsyncGenerator<PlanItem> {
    const partitionKey = `items|${planId}|${encodeKey(registryId)}`;
    for await (const row of this.table.list({ partitionKey, from: numberKey(first) })) yield parseBody(ItemSchema, row);
  }

  async putWaiting(planId: string, registryId: string, waiting: readonly Waiting[]): Promise<void> {
    await this.table.putAll(
      waiting.map((entry, index) => numbered(`waiting|${planId}|${encodeKey(registryId)}`, index, entry)),
    );
  }

  /** Those from the number `first` on, counted from 0. */
  async *listWaiting(planId: string, registryId: string, first = 0): AsyncGenerator<Waiting> {
    const partitionKey = `waiting|${planId}|${encodeKey(registryId)}`;
    for await (const row of this.table.list({ partitionKey, from: numberKey(first) }))
      yield parseBody(WaitingSchema, row);
  }
}

/** Whoever asks may write anything; not every text can be a key. */
const isPlanId = (text: string): boolean => /^[a-z0-9]{1,64}$/.test(text);

const numberKey = (index: number): string => String(index).padStart(8, "0");

function numbered(partitionKey: string, index: number, body: object): Row {
  return { partitionKey, rowKey: numberKey(index), body: toBody(body) };
}
