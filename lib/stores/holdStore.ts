import { z } from "zod";
import type { Hold, HoldScope } from "../core/hold.ts";
import { toScopeKey } from "../core/hold.ts";
import { endOfHold } from "../core/tagHold.ts";
import type { Hash, RowTable, StoredRow, Tables } from "../ports.ts";
import { fromToken, toToken } from "./continuation.ts";
import { parseBody, toBody } from "./rows.ts";

const ScopeSchema = z.discriminatedUnion("of", [
  z.object({ of: z.literal("digest"), digest: z.string() }),
  z.object({ of: z.literal("repository"), registryId: z.string(), repository: z.string() }),
  z.object({ of: z.literal("artifactManifest"), id: z.string() }),
  z.object({ of: z.literal("store"), id: z.string() }),
]) satisfies z.ZodType<HoldScope>;

const HoldSchema = z.object({
  id: z.string(),
  scope: ScopeSchema,
  reason: z.string(),
  owner: z.string(),
  until: z.string(),
  at: z.string(),
}) satisfies z.ZodType<StoredHold>;

/** A hold under its id, which its scope alone decides. */
export interface StoredHold extends Hold {
  readonly id: string;
}

export interface PutHold {
  readonly hold: StoredHold;
  /** The hold of the same scope that stood there before. */
  readonly replaced: StoredHold | undefined;
}

export interface HoldPageRequest {
  readonly matches: (hold: StoredHold) => boolean;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface HoldPage {
  readonly holds: readonly StoredHold[];
  /** Where the next page begins; not there on the last one. */
  readonly next?: string;
}

const PARTITION = "hold";
const ID_CHARS = 24;

export const isHoldId = (text: string): boolean => /^[0-9a-f]{24}$/.test(text);

/** What people hold, one row for each scope. Those that are over stay until they are pruned. */
export class HoldStore {
  private readonly table: RowTable;
  private readonly hash: Hash;

  constructor(tables: Tables, hash: Hash) {
    this.table = tables.open("holds");
    this.hash = hash;
  }

  /** Takes the place of a hold of the same scope, also of one that ends later. */
  async put(hold: Hold): Promise<PutHold> {
    return this.write(hold, () => false);
  }

  /** As `put`, but a hold of the same scope that ends later, or then, stays as it is: nobody's word is shortened. */
  async extend(hold: Hold): Promise<PutHold> {
    return this.write(hold, (stored) => endOfHold(stored) >= endOfHold(hold));
  }

  /** Sorted by id, those that are over too. Throws for one that cannot be read. */
  async *list(): AsyncGenerator<StoredHold> {
    for await (const row of this.table.list({ partitionKey: PARTITION })) yield parseBody(HoldSchema, row);
  }

  /** The first `limit` holds that match, sorted by id, after the page before. A `RangeError` for what is no token of a page. */
  async listPage({ matches, after, limit }: HoldPageRequest): Promise<HoldPage> {
    const last = after === undefined ? "" : fromToken(after, isHoldId);
    const holds: StoredHold[] = [];
    for await (const hold of this.list()) {
      if (hold.id <= last || !matches(hold)) continue;
      const end = holds.at(-1);
      if (end && holds.length >= limit) return { holds, next: toToken(end.id) };
      holds.push(hold);
    }
    return { holds };
  }

  async find(id: string): Promise<StoredHold | undefined> {
    const row = await this.findRow(id);
    return row && parseBody(HoldSchema, row);
  }

  /** What was removed; undefined where there is none. */
  async remove(id: string): Promise<StoredHold | undefined> {
    for (;;) {
      const row = await this.findRow(id);
      if (!row) return undefined;
      const hold = parseBody(HoldSchema, row);
      if (await this.table.remove(PARTITION, id, row.etag)) return hold;
    }
  }

  /** Drops what was over before `olderThan`, and returns it. One that is placed anew meanwhile stays. */
  async prune(olderThan: Date): Promise<readonly StoredHold[]> {
    const dropped: StoredHold[] = [];
    for await (const row of this.table.list({ partitionKey: PARTITION })) {
      const hold = parseBody(HoldSchema, row);
      if (!(endOfHold(hold) < olderThan.getTime())) continue;
      if (await this.table.remove(PARTITION, row.rowKey, row.etag)) dropped.push(hold);
    }
    return dropped;
  }

  private async write(hold: Hold, stands: (stored: StoredHold) => boolean): Promise<PutHold> {
    const { scope, reason, owner, until, at } = hold;
    const next = { id: this.hash(toScopeKey(scope)).slice(0, ID_CHARS), scope, reason, owner, until, at };
    const row = { partitionKey: PARTITION, rowKey: next.id, body: toBody(next) };
    for (;;) {
      if (await this.table.create(row)) return { hold: next, replaced: undefined };
      const before = await this.findRow(next.id);
      if (!before) continue;
      const stored = parseBody(HoldSchema, before);
      if (stands(stored)) return { hold: stored, replaced: undefined };
      if (await this.table.replace(row, before.etag)) return { hold: next, replaced: stored };
    }
  }

  private async findRow(id: string): Promise<StoredRow | undefined> {
    return isHoldId(id) ? this.table.find(PARTITION, id) : undefined;
  }
}
