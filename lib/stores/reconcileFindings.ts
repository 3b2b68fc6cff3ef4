import type { Finding, ObservedFinding } from "../core/findings.ts";
import { toFinding } from "./findingRows.ts";

/** All that was observed of a scope, by the id of the finding, and when. */
export interface Look {
  readonly observed: ReadonlyMap<string, ObservedFinding>;
  readonly at: string;
}

/** A finding as it is to be stored. One that was resolved and is observed again counts as opened. */
export interface FindingChange {
  readonly finding: Finding;
  readonly effect: "opened" | "refreshed" | "resolved";
}

/** What makes the stored findings of a scope the observed ones. What a later look than this has written is left as it is. */
export async function* reconcileFindings(stored: AsyncIterable<Finding>, look: Look): AsyncGenerator<FindingChange> {
  const missing = new Map(look.observed);
  for await (const before of stored) {
    const observed = missing.get(before.id);
    missing.delete(before.id);
    const change = isLater(before, look.at) ? undefined : toChange(before, observed, look.at);
    if (change) yield change;
  }
  for (const [id, observed] of missing)
    yield { finding: toFinding(id, observed, { before: undefined, at: look.at }), effect: "opened" };
}

function toChange(before: Finding, observed: ObservedFinding | undefined, at: string): FindingChange | undefined {
  const isOpen = before.resolvedAt === undefined;
  if (observed) {
    const finding = toFinding(before.id, observed, { before, at });
    return { finding, effect: isOpen ? "refreshed" : "opened" };
  }
  return isOpen ? { finding: { ...before, resolvedAt: at }, effect: "resolved" } : undefined;
}

const isLater = ({ lastSeenAt, resolvedAt }: Finding, at: string): boolean =>
  Date.parse(resolvedAt ?? lastSeenAt) > Date.parse(at);
