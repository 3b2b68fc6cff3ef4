import { z } from "zod";
import type { TagHold } from "./resources.ts";

const UNTIL = "cleanup-hold-until";
const REASON = "cleanup-hold-reason";

const DAY_MS = 86_400_000;

const Day = z.iso.date();
const Instant = z.iso.datetime({ offset: true });

/**
 * The hold that ARM tags ask for, whatever the casing of their names; undefined where neither tag is there. A day alone holds
 * to its end in UTC. A date that cannot be read, or a reason without a date, holds without end.
 */
export function readTagHold(tags: Readonly<Record<string, unknown>>): TagHold | undefined {
  const untils = valuesOf(tags, UNTIL);
  const reasons = valuesOf(tags, REASON).filter((reason) => typeof reason === "string" && reason.trim() !== "");
  if (untils.length === 0 && valuesOf(tags, REASON).length === 0) return undefined;
  const reason = reasons.length === 0 ? `the tag ${UNTIL}` : reasons.join("; ");
  const holds = (untils.length === 0 ? [undefined] : untils).map((until) => ({ until: toHoldEnd(until), reason }));
  return holds.reduce<TagHold | undefined>(longerHold, undefined);
}

/** The one that ends later; of two that end together, the newer. Without end is later than any date. */
export function longerHold(earlier: TagHold | undefined, newer: TagHold | undefined): TagHold | undefined {
  if (!earlier || !newer) return newer ?? earlier;
  return endOfHold(newer) >= endOfHold(earlier) ? newer : earlier;
}

/** A hold that ends at `nowMs` is over. */
export const isInForce = (hold: TagHold, nowMs: number): boolean => !(endOfHold(hold) <= nowMs);

/** Epoch milliseconds; infinite without a date that can be read. */
export function endOfHold({ until }: Pick<TagHold, "until">): number {
  const end = until === undefined ? Number.NaN : Date.parse(until);
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
}

const valuesOf = (tags: Readonly<Record<string, unknown>>, name: string): readonly unknown[] =>
  Object.entries(tags)
    .filter(([key]) => key.trim().toLowerCase() === name)
    .map(([, value]) => value);

/**
 * The instant at which a hold until `value` is over; a day alone holds to its end in UTC. Only what has one meaning everywhere is
 * read: `Date.parse` also takes `1/5/2026` and times without a zone.
 */
export function toHoldEnd(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  if (Day.safeParse(text).success) return new Date(Date.parse(text) + DAY_MS).toISOString();
  return Instant.safeParse(text).success ? new Date(text).toISOString() : undefined;
}
