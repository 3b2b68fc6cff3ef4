import type { IncompleteReason } from "./completeness.ts";
import { describeReason, isPartial } from "./completeness.ts";

/** What of a part of a snapshot an acceptance reads and changes. */
export interface AcceptablePart {
  readonly complete: boolean;
  readonly reasons: readonly IncompleteReason[];
  /** Reasons that cover the whole part were left out. */
  readonly cut?: boolean;
  readonly subscriptions: readonly string[];
  readonly accepted: readonly {
    readonly by: string;
    readonly why: string;
    readonly at: string;
    readonly reasons: readonly IncompleteReason[];
  }[];
}

/** A person's word that what vanished is meant to be gone. */
export interface AcceptRequest {
  readonly by: string;
  readonly why: string;
  /** ISO 8601. */
  readonly at: string;
  /** Lower-case ids of subscriptions that are deleted for good: Azure does not tell those from hidden ones. */
  readonly goneSubscriptions: readonly string[];
}

/** As many reasons as a part keeps. */
const MAX_KEPT_REASONS = 100;

/**
 * The part with the fall lifted, and with the subscriptions lifted that the request names. No other reason is: each of those ends
 * once its cause is removed. It becomes complete only where nothing else covers it, and never where reasons were left out, in
 * however many steps. Undefined where there is nothing to lift.
 */
export function acceptReasons<P extends AcceptablePart>(part: P, request: AcceptRequest): P | undefined {
  const { goneSubscriptions, ...word } = request;
  const gone = new Set(goneSubscriptions);
  const lifted = part.reasons.filter((reason) => isLifted(reason, gone));
  if (lifted.length === 0) return undefined;
  const reasons = part.reasons.filter((reason) => !isLifted(reason, gone));
  const cut = mayBeCut(part);
  return {
    ...part,
    ...(cut && { cut }),
    reasons,
    complete: !cut && reasons.every(isPartial),
    subscriptions: part.subscriptions.filter((id) => !gone.has(id)),
    accepted: [...part.accepted, { ...word, reasons: lifted }],
  };
}

const isLifted = ({ code, subject }: IncompleteReason, gone: ReadonlySet<string>): boolean =>
  code === "implausibleFall" || (code === "subscriptionNotVisible" && subject !== undefined && gone.has(subject));

/** One that an earlier version stored does not say so: it may be where all are left that it kept, and each covers the part. */
const mayBeCut = ({ cut, reasons }: AcceptablePart): boolean =>
  cut === true || (reasons.length >= MAX_KEPT_REASONS && reasons.every(({ repository }) => repository === undefined));

/** Those of `ids` that no part misses, and that nobody lifted before. */
export function listUnnamed(parts: readonly AcceptablePart[], ids: readonly string[]): readonly string[] {
  const reasons = parts.flatMap((part) => [...part.reasons, ...listLifted(part)]);
  const named = new Set(reasons.filter(({ code }) => code === "subscriptionNotVisible").map(({ subject }) => subject));
  return ids.filter((id) => !named.has(id));
}

/** Everything that people lifted of a part. */
export const listLifted = ({ accepted }: AcceptablePart): readonly IncompleteReason[] =>
  accepted.flatMap(({ reasons }) => reasons);

/** A reason that stands after an acceptance, and what would end it. */
export function describeStanding(reason: IncompleteReason): string {
  const end =
    reason.code === "subscriptionNotVisible"
      ? "make the subscription visible to the observer, or name it in goneSubscriptions if it is deleted for good"
      : "nobody's word lifts it: remove its cause, and take another snapshot";
  return `${describeReason(reason)}: ${end}`;
}
