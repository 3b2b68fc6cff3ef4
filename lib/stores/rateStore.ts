import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import type { DeleteRate } from "../core/deleteRate.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";

const DeleteRateSchema = z.object({
  perMinute: z.number(),
  tokens: z.number(),
  at: z.number(),
  throttledAt: maybe(z.number()),
  pausedUntil: maybe(z.number()),
}) satisfies z.ZodType<DeleteRate>;

const PARTITION = "rate";

/** How fast each registry lets itself be deleted from. Written by the worker that holds the registry's lease. */
export class RateStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("rates");
  }

  async find(registryId: ArmId): Promise<DeleteRate | undefined> {
    const row = await this.table.find(PARTITION, encodeKey(registryId));
    return row && parseBody(DeleteRateSchema, row);
  }

  async put(registryId: ArmId, rate: DeleteRate): Promise<void> {
    await this.table.put({ partitionKey: PARTITION, rowKey: encodeKey(registryId), body: toBody(rate) });
  }
}
