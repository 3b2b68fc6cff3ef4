import { z } from "zod";
import type { IncompleteReason } from "../core/completeness.ts";
import { ACCEPTABLE_REASONS, isPartial } from "../core/completeness.ts";
import { IncompleteReasonSchema } from "./schemas.ts";

/** One part: `graph`, or the inventory of one registry (its resource id). */
export interface Part {
  readonly name: string;
  /** No reason that covers the whole part. */
  readonly complete: boolean;
  readonly reasons: readonly IncompleteReason[];
  /** True where reasons that cover the whole part were left out of `reasons`: nobody's word can lift what is not known. */
  readonly cut?: boolean;
  /** Rows by kind, for plausibility and for people. */
  readonly counts: Readonly<Record<string, number>>;
  /** `graph` only: the subscriptions that were expected and seen; the next snapshot must see them too. */
  readonly subscriptions: readonly string[];
  /** What people lifted of it, oldest first. */
  readonly accepted: readonly Acceptance[];
}

/** A person's word that reasons for not being complete are as they should be. */
export interface Acceptance {
  readonly by: string;
  readonly why: string;
  readonly at: string;
  /** The reasons that it lifted. */
  readonly reasons: readonly IncompleteReason[];
}

export const GRAPH_PART = "graph";

/** A part of which nothing is known but why. */
export const toUnknownPart = (name: string, reason: IncompleteReason): Part => ({
  name,
  complete: false,
  reasons: [reason],
  counts: {},
  subscriptions: [],
  accepted: [],
});

const ReasonSchema = IncompleteReasonSchema.extend({
  service: z.enum(["ARM", "registry"]).exactOptional(),
}) satisfies z.ZodType<IncompleteReason>;

const AcceptanceSchema = z.object({
  by: z.string(),
  why: z.string(),
  at: z.string(),
  reasons: z.array(ReasonSchema),
}) satisfies z.ZodType<Acceptance>;

export const PartSchema = z.object({
  name: z.string(),
  complete: z.boolean(),
  reasons: z.array(ReasonSchema),
  cut: z.boolean().exactOptional(),
  counts: z.record(z.string(), z.number()),
  subscriptions: z.array(z.string()),
  accepted: z.array(AcceptanceSchema),
}) satisfies z.ZodType<Part>;

/** Long lists of reasons are cut: the first ones are enough to act on. */
export const MAX_REASONS = 100;

/**
 * The part as it is stored. Where reasons must go, those go first that weigh least: what is left must never look as if a person
 * could lift it, or as if it were about single repositories only, where more than that was wrong. The part remembers that.
 */
export function cutReasons(part: Part): Part {
  if (part.reasons.length <= MAX_REASONS) return part;
  const sorted = part.reasons.toSorted((a, b) => weightOf(a) - weightOf(b));
  const dropped = sorted.slice(MAX_REASONS);
  const kept = { ...part, reasons: sorted.slice(0, MAX_REASONS) };
  return dropped.some((reason) => !isPartial(reason)) ? { ...kept, cut: true } : kept;
}

function weightOf(reason: IncompleteReason): number {
  // Which repositories were not even asked for stands in no reason of a repository.
  if (isPartial(reason)) return reason.repository === undefined ? 2 : 3;
  return ACCEPTABLE_REASONS.has(reason.code) ? 1 : 0;
}
