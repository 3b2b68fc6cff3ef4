import type { ArmId } from "../core/armId.ts";
import { publisherOf } from "../core/armId.ts";
import { ALL_BUCKETS, bucketOf, encodeKey, partitionKey } from "../core/tableKeys.ts";
import type { RowTable, StoredRow } from "../ports.ts";
import { concatAhead } from "./readAhead.ts";

const BUCKETS_AHEAD = 1;
/** Few rows each, where the parent is none of a publisher. */
const NESTED_AHEAD = 3;

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
export function listNested(table: RowTable, part: string, parentId: ArmId): AsyncGenerator<StoredRow> {
  const key = encodeKey(parentId);
  // `!` stands for the slash, and `"` is the character after it: `cnf2` is not below `cnf`.
  const range = { from: `${key}!`, to: `${key}"` };
  const buckets = publisherOf(parentId) === undefined ? ALL_BUCKETS : [bucketOfId(parentId)];
  const streams = buckets.map((bucket) => table.list({ partitionKey: partitionKey(part, bucket), ...range }));
  return concatAhead(streams, NESTED_AHEAD);
}
