import { z } from "zod";
import { MAX_BODY_CHARS } from "../core/tableKeys.ts";
import type { Row, RowTable } from "../ports.ts";

/** Version of every row's body. A row of a newer version is refused: an older service must not act on what it cannot know. */
const SCHEMA_VERSION = 1;

const Versioned = z.object({ v: z.number() });

export const toBody = (value: object): unknown => ({ v: SCHEMA_VERSION, ...value });

/** False where a row of this body would be refused. */
export const fitsRow = (body: unknown): boolean => JSON.stringify(body).length <= MAX_BODY_CHARS;

/** Strict: a row that does not fit throws, because a dropped row would look like a resource that disappeared. */
export function parseBody<T>(schema: z.ZodType<T>, row: Row): T {
  const { body } = row;
  const { v } = Versioned.parse(body);
  const parsed = v > SCHEMA_VERSION ? undefined : schema.safeParse(body);
  if (parsed?.success) return parsed.data;
  const where = `row ${row.partitionKey} / ${row.rowKey}`;
  if (parsed) throw new Error(`${where} cannot be read: ${z.prettifyError(parsed.error)}`);
  throw new Error(`${where} was written by a newer version of the service (${v} > ${SCHEMA_VERSION}): update this one`);
}

/** A field that may be absent from the JSON and is then `undefined` in the domain. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

interface Place<T> {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly schema: z.ZodType<T>;
}

/**
 * Applies `change` to a stored row until nobody interferes, and returns what was stored. Undefined where the row does not exist, or
 * where `change` answers undefined: then it stays as it is.
 */
export async function changeRow<T extends object>(
  table: RowTable,
  { partitionKey, rowKey, schema }: Place<T>,
  change: (value: T) => T | undefined,
): Promise<T | undefined> {
  for (;;) {
    const row = await table.find(partitionKey, rowKey);
    const changed = row && change(parseBody(schema, row));
    if (!row || !changed) return undefined;
    if (await table.replace({ partitionKey, rowKey, body: toBody(changed) }, row.etag)) return changed;
  }
}

const CHUNK = 1000;

/** Lists of at most `CHUNK` items, in their order: what is written at a time, and the most that is in memory meanwhile. */
export async function* inChunks<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Writes rows as they come; those that exist are replaced. */
export async function putRows(table: RowTable, rows: AsyncIterable<Row> | Iterable<Row>): Promise<void> {
  for await (const chunk of inChunks(rows)) await table.putAll(chunk);
}
