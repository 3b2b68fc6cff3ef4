import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import { publisherOf } from "../core/armId.ts";
import { ALL_BUCKETS, bucketOf, encodeKey, partitionKey } from "../core/tableKeys.ts";
import type { RowRange, RowTable, StoredRow } from "../ports.ts";
import { concatAhead } from "./readAhead.ts";

const BUCKETS_AHEAD = 1;
const BUCKETS_AT_A_TIME = 4;

/** All that a publisher owns lies in one bucket, so that it is read by one range; what no publisher owns is spread by its own id. */
export const bucketOfId = (id: ArmId): string => bucketOf(publisherOf(id) ?? id);

/** Where the row of an ARM resource lies within `part`. */
export const placeOfId = (part: string, id: ArmId): { readonly partitionKey: string; readonly rowKey: string } => ({
  partitionKey: partitionKey(part, bucketOfId(id)),
  rowKey: encodeKey(id),
});

/** Sorts ids as `listPart` lists their rows, so that two listings can be merged. */
export const keyOrderOf = (id: ArmId): string => `${bucketOfId(id)}${encodeKey(id)}`;

/** Every row of `part`, sorted by bucket, then row key. */
export function listPart(table: RowTable, part: string): AsyncGenerator<StoredRow> {
  const streams = ALL_BUCKETS.map((bucket) => table.list({ partitionKey: partitionKey(part, bucket) }));
  return concatAhead(streams, BUCKETS_AHEAD);
}

/** The rows of `part` whose ids are nested below `parentId`, at any depth, in the order of `listPart`. */
export async function listNested(table: RowTable, part: string, parentId: ArmId): Promise<readonly StoredRow[]> {
  const key = encodeKey(parentId);
  // `!` stands for the slash, and `"` is the character after it: `cnf2` is not below `cnf`.
  const range = { from: `${key}!`, to: `${key}"` };
  const buckets = publisherOf(parentId) === undefined ? ALL_BUCKETS : [bucketOfId(parentId)];
  const perBucket = await pMap(
    buckets,
    (bucket) => readRange(table, { partitionKey: partitionKey(part, bucket), ...range }),
    { concurrency: BUCKETS_AT_A_TIME },
  );
  return perBucket.flat();
}

async function readRange(table: RowTable, range: RowRange): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const row of table.list(range)) rows.push(row);
  return rows;
}
