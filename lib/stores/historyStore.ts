import pMap from "p-map";
import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import type { ResourceChange, ResourceHistory } from "../core/history.ts";
import type { ResourceKind } from "../core/resources.ts";
import type { Row, RowTable, StoredRow, Tables } from "../ports.ts";
import { listPart, placeOfId } from "./buckets.ts";
import { fitHistory } from "./fitHistory.ts";
import { inChunks, parseBody, toBody } from "./rows.ts";
import { KindSchema } from "./schemas.ts";

const ChangeSchema = z.object({
  at: z.string(),
  snapshotId: z.string(),
  beforeAt: z.string(),
  beforeSnapshotId: z.string(),
  change: z.enum(["appeared", "disappeared", "changed"]),
  fields: z.array(z.object({ field: z.string(), removed: z.array(z.string()), added: z.array(z.string()) })),
}) satisfies z.ZodType<ResourceChange>;

const HistorySchema = z.object({
  id: z.string(),
  kind: KindSchema,
  changes: z.array(ChangeSchema),
}) satisfies z.ZodType<ResourceHistory>;

const PART = "history";
const ROWS_AT_A_TIME = 8;

export interface HistoryEntry {
  readonly id: ArmId;
  readonly kind: ResourceKind;
  readonly change: ResourceChange;
}

/** What complete snapshots showed otherwise than the one before. For people: long ones are cut, so no decision may rest on them. */
export class HistoryStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("history");
  }

  /** A change of a snapshot that is stored already is replaced: repeating it changes nothing. One caller at a time. */
  async append(entries: Iterable<HistoryEntry> | AsyncIterable<HistoryEntry>): Promise<void> {
    for await (const chunk of inChunks(entries)) {
      const byId = [...Map.groupBy(chunk, ({ id }) => id).values()];
      const rows = await pMap(byId, (ofOne) => this.toGrownRow(ofOne), { concurrency: ROWS_AT_A_TIME });
      await this.table.putAll(rows.flat());
    }
  }

  async find(id: ArmId): Promise<ResourceHistory | undefined> {
    const { partitionKey, rowKey } = placeOfId(PART, id);
    const row = await this.table.find(partitionKey, rowKey);
    return row && parseBody(HistorySchema, row);
  }

  /** By id; those without a history are left out. */
  async findAll(ids: readonly ArmId[]): Promise<ReadonlyMap<ArmId, ResourceHistory>> {
    const found = await pMap(new Set(ids), (id) => this.find(id), { concurrency: ROWS_AT_A_TIME });
    return new Map(found.filter((history) => history !== undefined).map((history) => [history.id, history]));
  }

  /** Drops changes before `olderThan` from histories that are not needed; returns how many. What is left of none vanishes. */
  async prune(olderThan: Date, isNeeded: (history: ResourceHistory) => boolean): Promise<number> {
    let dropped = 0;
    const prune = async (row: StoredRow): Promise<void> => {
      const count = await this.pruneRow(row, olderThan, isNeeded);
      dropped += count;
    };
    await pMap(listPart(this.table, PART), prune, { concurrency: ROWS_AT_A_TIME });
    return dropped;
  }

  /** A row that changed since it was read stays as it is until the next time. */
  private async pruneRow(
    row: StoredRow,
    olderThan: Date,
    isNeeded: (history: ResourceHistory) => boolean,
  ): Promise<number> {
    const history = parseBody(HistorySchema, row);
    const changes = history.changes.filter(({ at }) => !(Date.parse(at) < olderThan.getTime()));
    if (changes.length === history.changes.length || isNeeded(history)) return 0;
    const { partitionKey, rowKey, etag } = row;
    const written =
      changes.length === 0
        ? await this.table.remove(partitionKey, rowKey, etag)
        : await this.table.replace({ partitionKey, rowKey, body: toBody({ ...history, changes }) }, etag);
    return written ? history.changes.length - changes.length : 0;
  }

  /** The row of one resource with `entries` added; no row for no entry. */
  private async toGrownRow(entries: readonly HistoryEntry[]): Promise<readonly Row[]> {
    const [first] = entries;
    if (!first) return [];
    const stored = (await this.find(first.id))?.changes ?? [];
    const history = { id: first.id, kind: first.kind, changes: merge(stored, entries) };
    return [{ ...placeOfId(PART, first.id), body: toBody(fitHistory(history)) }];
  }
}

function merge(stored: readonly ResourceChange[], entries: readonly HistoryEntry[]): readonly ResourceChange[] {
  const added = entries.map(({ change }) => change);
  const bySnapshot = new Map([...stored, ...added].map((change) => [change.snapshotId, change]));
  return [...bySnapshot.values()].sort((a, b) => (toOrder(a) < toOrder(b) ? -1 : 1));
}

const toOrder = ({ at, snapshotId }: ResourceChange): string => `${at} ${snapshotId}`;
