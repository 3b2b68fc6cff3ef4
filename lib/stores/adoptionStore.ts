import { z } from "zod";
import type { Adoption } from "../core/adoption.ts";
import type { ArmId } from "../core/armId.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { changeRow, maybe, parseBody, toBody } from "./rows.ts";

const AdoptionSchema = z.object({
  storeId: z.string(),
  prefix: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  lapsedAt: maybe(z.string()),
}) satisfies z.ZodType<Adoption>;

const PARTITION = "adoption";

/** Prefixes that a person has declared decommissioned, one row for each store and prefix. */
export class AdoptionStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("adoptions");
  }

  /** False where the prefix is adopted already. One that lapsed is replaced: adopting again is a new word, with a new date. */
  async create(adoption: Adoption): Promise<boolean> {
    const row = { ...placeOf(adoption.storeId, adoption.prefix), body: toBody(adoption) };
    for (;;) {
      if (await this.table.create(row)) return true;
      const stored = await this.table.find(row.partitionKey, row.rowKey);
      if (!stored) continue;
      if (parseBody(AdoptionSchema, stored).lapsedAt === undefined) return false;
      if (await this.table.replace(row, stored.etag)) return true;
    }
  }

  /** Sorted by store and prefix; those that lapsed are included. */
  async *list(): AsyncGenerator<Adoption> {
    for await (const row of this.table.list({ partitionKey: PARTITION })) yield parseBody(AdoptionSchema, row);
  }

  async find(storeId: ArmId, prefix: string): Promise<Adoption | undefined> {
    const { partitionKey, rowKey } = placeOf(storeId, prefix);
    const row = await this.table.find(partitionKey, rowKey);
    return row && parseBody(AdoptionSchema, row);
  }

  /** False where there is none. */
  async remove(storeId: ArmId, prefix: string): Promise<boolean> {
    const { partitionKey, rowKey } = placeOf(storeId, prefix);
    return this.table.remove(partitionKey, rowKey);
  }

  /** False where there is none, or it has lapsed before: the first date stays. */
  async lapse(storeId: ArmId, prefix: string, at: string): Promise<boolean> {
    const place = { ...placeOf(storeId, prefix), schema: AdoptionSchema };
    const lapsed = await changeRow<Adoption>(this.table, place, (adoption) =>
      adoption.lapsedAt === undefined ? { ...adoption, lapsedAt: at } : undefined,
    );
    return lapsed !== undefined;
  }
}

const placeOf = (storeId: ArmId, prefix: string): { readonly partitionKey: string; readonly rowKey: string } => ({
  partitionKey: PARTITION,
  rowKey: `${encodeKey(storeId)}|${encodeKey(prefix)}`,
});
