import type { HttpRequest } from "@azure/functions";
import { z } from "zod";
import { problem } from "./problem.ts";
import type { Read } from "./readQuery.ts";

/** The body of a request as the schema has it, or a problem that names everything that does not fit. */
export async function readBody<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<Read<T>> {
  const body = schema.safeParse(await readJson(request));
  if (body.success) return { data: body.data };
  return { refusal: problem(400, "The request body cannot be used", { detail: z.prettifyError(body.error) }) };
}

/** A text that a person signs with: not blank, and short enough for a row. */
export const Words = z.string().trim().min(1).max(500);

/** Undefined for a body that is not JSON: the schema says so in its own words. */
async function readJson(request: HttpRequest): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return undefined;
  }
}
