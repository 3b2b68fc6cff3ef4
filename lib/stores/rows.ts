import { z } from "zod";
import type { Row } from "../ports.ts";

/** Version of every row's body. A row of a newer version is refused: an older service must not act on what it cannot know. */
const SCHEMA_VERSION = 1;

export const toBody = (value: object): unknown => ({ v: SCHEMA_VERSION, ...value });

/** Strict: a row that does not fit throws, because a dropped row would look like a resource that disappeared. */
export function parseBody<T>(schema: z.ZodType<T>, row: Row): T {
  const where = `row ${row.partitionKey} / ${row.rowKey}`;
  const { v } = z.object({ v: z.number() }).parse(row.body);
  if (v > SCHEMA_VERSION)
    throw new Error(
      `${where} was written by a newer version of the service (${v} > ${SCHEMA_VERSION}): update this one`,
    );
  const parsed = schema.safeParse(row.body);
  if (parsed.success) return parsed.data;
  throw new Error(`${where} cannot be read: ${z.prettifyError(parsed.error)}`);
}

/** A field that may be absent from the JSON and is then `undefined` in the domain. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
