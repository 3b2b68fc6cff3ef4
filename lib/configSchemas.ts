import { Cron } from "croner";
import { z } from "zod";
import { DAY_MS, parseDuration } from "./core/duration.ts";

/** What several settings are made of. Each names what it refuses, and what it would take. */

const MIN_GRACE_MS = DAY_MS;
/** Numbers, names of three letters or more, ranges, lists and steps: no `?`, `L`, `W`, `#`. */
const NCRONTAB_FIELD =
  /^(\*|\d+|[A-Za-z]{3,})(-(\d+|[A-Za-z]{3,}))?(\/\d+)?(,(\*|\d+|[A-Za-z]{3,})(-(\d+|[A-Za-z]{3,}))?(\/\d+)?)*$/;
/** croner takes Sunday as 7 too. */
const DAY_SEVEN = /(^|[,-])7(?!\d)/;

export const Grace = z.string().transform((text, context) => {
  const graceMs = parseDuration(text);
  if (graceMs !== undefined && graceMs >= MIN_GRACE_MS) return graceMs;
  context.addIssue(
    `"${text}" is not a grace window: use 14d, 336h, 2w or P14D, at least 24 hours and at most ten years`,
  );
  return z.NEVER;
});

/** A duration within bounds that are named in the message. */
export const Duration = (range: { readonly min: string; readonly max: string }) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    const [min, max] = [parseDuration(range.min) ?? 0, parseDuration(range.max) ?? 0];
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    context.addIssue(
      `"${text}" is not a duration from ${range.min} to ${range.max}: write it like ${range.max}, or ISO 8601 such as P2D`,
    );
    return z.NEVER;
  });

/** A schedule as the Functions host reads it: six fields, UTC. Throws for what croner does not understand. */
export const toCron = (text: string): Cron =>
  new Cron(text, { mode: "6-part", timezone: "UTC", domAndDow: true, paused: true });

/** Six fields as NCRONTAB has them; croner alone would also take `?`, `L`, `@daily` and day 7, which the Functions host does not. */
export const Schedule = z.string().refine(
  (text) => {
    const fields = text.trim().split(/\s+/);
    if (fields.length !== 6 || !fields.every((field) => NCRONTAB_FIELD.test(field)) || DAY_SEVEN.test(fields[5] ?? ""))
      return false;
    try {
      return toCron(text).nextRun() !== null;
    } catch {
      return false;
    }
  },
  { error: "is not a six-field NCRONTAB expression such as 0 0 1 * * *" },
);

export const HttpsUrl = z
  .url({ protocol: /^https$/, error: "is not an https URL" })
  .transform((url) => url.replace(/\/+$/, ""));

/** Names between commas. One that stands there twice is a slip that may have cost another one its place. */
export const NamesOf = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .refine((names) => new Set(names.map((name) => name.toLowerCase())).size === names.length, {
    error: "names one of its items twice",
  });

export const ListOf = NamesOf.transform((items) => items.map((item) => item.toLowerCase()));

export const Whole = (range: { min: number; max: number; fallback: number }) =>
  z
    .string()
    .regex(/^\d+$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(range.min).max(range.max))
    .default(range.fallback);

export const Switch = z
  .enum(["true", "false"], { error: 'is neither "true" nor "false"' })
  .transform((text) => text === "true")
  .default(false);

/** A JSON text. One in which a field of an object is given twice is refused: of the two, only the last would be heard. */
export const Json = z.string().transform((text, context): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    if (countFields(value) === countFieldsOf(text)) return value;
    context.addIssue("gives a field of one object twice");
  } catch {
    context.addIssue("is not JSON");
  }
  return z.NEVER;
});

/** In a valid JSON text, a text before a colon is the name of a field, and nothing else is. */
function countFieldsOf(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

function countFields(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, item) => sum + countFields(item), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}
