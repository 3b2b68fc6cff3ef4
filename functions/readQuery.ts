import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { toArmId } from "../lib/core/armId.ts";
import { fromToken } from "../lib/stores/continuation.ts";
import { problem } from "./problem.ts";

export type Read<T> = { readonly data: T } | { readonly refusal: HttpResponseInit };

/** Of a route that takes no parameters. */
export const NoQuery = z.strictObject({});

/**
 * The query of a request as the schema has it, or a problem that names everything that does not fit. A parameter that is given
 * twice fits nothing. `code` is the function key, which the host has read.
 */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): Read<T> {
  const repeated = listRepeated(request.url);
  if (repeated.length > 0) return refuse(`Given more than once: ${repeated.join(", ")}.`);
  const { code: _key, ...given } = Object.fromEntries(request.query);
  const query = schema.safeParse(given);
  return query.success ? { data: query.data } : refuse(z.prettifyError(query.error));
}

const refuse = (detail: string): { readonly refusal: HttpResponseInit } => ({
  refusal: problem(400, "The query cannot be used", { detail }),
});

/** By the URL: in the host's map of parameters the last one has won. */
function listRepeated(url: string): readonly string[] {
  const names = [...new URL(url).searchParams.keys()];
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** A resource id in any casing. */
export const RegistryId = z.string().transform((text, context) => {
  const id = toArmId(text);
  if (id !== undefined) return id;
  context.addIssue(`"${text.slice(0, 300)}" is not a resource id`);
  return z.NEVER;
});

const MAX_TOP = 1000;

/** How many items a page holds. */
export const Top = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(1).max(MAX_TOP))
    .default(fallback);

/** A continuation token of a list whose keys fit `isKey`, as its store takes it. */
export const Token = (isKey: (key: string) => boolean) => readToken(isKey, (_key, token) => token);

/** The key that a continuation token stands for. */
export const Key = (isKey: (key: string) => boolean) => readToken(isKey, (key) => key);

const readToken = (isKey: (key: string) => boolean, give: (key: string, token: string) => string) =>
  z
    .string()
    .transform((token, context) => {
      const key = toKey(token, isKey);
      if (typeof key === "string") return give(key, token);
      context.addIssue(key.refused);
      return z.NEVER;
    })
    .optional();

/** Nothing else that throws a `RangeError` is the caller's mistake. */
function toKey(token: string, isKey: (key: string) => boolean): string | { readonly refused: string } {
  try {
    return fromToken(token, isKey);
  } catch (error) {
    if (error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}
