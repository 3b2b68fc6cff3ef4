import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import type { Known } from "../core/knowledge.ts";
import { ALL_BUCKETS, bucketOf, encodeKey, partitionKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";
import { KnownSchema } from "./schemas.ts";

const PART = "known";

/** `enforceDeadline`: the end of the full grace window that began with the first night of enforce; unset in report mode. */
const StoreFacts = z.object({
  storeId: z.string(),
  registryId: z.string(),
  enforcedSince: maybe(z.string()),
  enforceDeadline: maybe(z.string()),
});
export type StoreFacts = z.infer<typeof StoreFacts>;

/** What is remembered of artifact manifests, versions and stores outside snapshots. */
export class KnowledgeStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("knowledge");
  }

  async *list(): AsyncGenerator<Known> {
    for (const bucket of ALL_BUCKETS) {
      for await (const row of this.table.list({ partitionKey: partitionKey(PART, bucket) }))
        yield parseBody(KnownSchema, row);
    }
  }

  async putAll(known: readonly Known[]): Promise<void> {
    await this.table.putAll(
      known.map((entry) => ({
        partitionKey: partitionKey(PART, bucketOf(entry.id)),
        rowKey: encodeKey(entry.id),
        body: toBody(entry),
      })),
    );
  }

  async findStore(storeId: ArmId): Promise<StoreFacts | undefined> {
    const row = await this.table.find("store", encodeKey(storeId));
    return row && parseBody(StoreFacts, row);
  }

  /** Every store that a purge run has seen enrolled, also those that the newest snapshot does not show. */
  async *listStores(): AsyncGenerator<StoreFacts> {
    for await (const row of this.table.list({ partitionKey: "store" })) yield parseBody(StoreFacts, row);
  }

  async putStore(facts: StoreFacts): Promise<void> {
    await this.table.put({ partitionKey: "store", rowKey: encodeKey(facts.storeId), body: toBody(facts) });
  }
}
