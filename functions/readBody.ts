import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { problem } from "./problem.ts";

export type Read<T> = { readonly data: T } | { readonly refusal: HttpResponseInit };

/** The body of a request as the schema has it, or a problem that names everything that does not fit. */
export async function readBody<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<Read<T>> {
  const body = schema.safeParse(await readJson(request));
  if (body.success) return { data: body.data };
  return { refusal: problem(400, "The request body cannot be used", { detail: z.prettifyError(body.error) }) };
}

/** The query of a request as the schema has it, or a problem. `code` is the function key, which the host has read. */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): Read<T> {
  const { code: _key, ...given } = Object.fromEntries(request.query);
  const query = schema.safeParse(given);
  if (query.success) return { data: query.data };
  return { refusal: problem(400, "The query cannot be used", { detail: z.prettifyError(query.error) }) };
}

/** A text that a person signs with: not blank, and short enough for a row. */
export const Words = z.string().trim().min(1).max(500);

/** How many items a page holds. */
export const Top = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(1).max(1000))
    .default(fallback);

/** Undefined for a body that is not JSON: the schema says so in its own words. */
async function readJson(request: HttpRequest): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return undefined;
  }
}
