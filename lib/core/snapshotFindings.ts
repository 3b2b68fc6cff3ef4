import type { IncompleteReason } from "./completeness.ts";
import { describeReason } from "./completeness.ts";
import { HOUR_MS, toIso } from "./duration.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { Sight } from "./sight.ts";

/** Scope of findings about the newest snapshot: every processed one answers them anew. */
export const SNAPSHOT_SCOPE = "snapshot";

/** One part of a snapshot, as far as its completeness goes. */
interface PartFacts {
  readonly name: string;
  readonly reasons: readonly IncompleteReason[];
}

/** One finding for a part that is not proven complete, one for an implausible fall, and one for a missing permission. */
export function listPartFindings({ name, reasons }: PartFacts, sight: Sight): readonly ObservedFinding[] {
  const fallen = reasons.filter(({ code }) => code === "implausibleFall");
  const others = reasons.filter(({ code }) => code !== "implausibleFall");
  const denied = others.filter(isDenied);
  const toFinding = (kind: ObservedFinding["kind"], evidence: readonly EvidenceLink[]): ObservedFinding[] =>
    evidence.length === 0 ? [] : [{ kind, subject: name, scope: SNAPSHOT_SCOPE, evidence }];
  const describe = (reason: IncompleteReason): EvidenceLink => ({ text: describeReason(reason), ...sight });
  return [
    ...toFinding("incompleteSnapshot", others.map(describe)),
    ...toFinding("implausibleSnapshot", fallen.map(describe)),
    ...toFinding("missingPermission", denied.length === 0 ? [] : [...denied.map(describe), { text: roleHint(name) }]),
  ];
}

const isDenied = ({ code, detail }: IncompleteReason): boolean =>
  code === "subscriptionNotReadable" || /status 40[13]/.test(detail ?? "");

const roleHint = (part: string): string =>
  part === "graph"
    ? "The observer needs Reader on every subscription of the tenant, best at the root management group."
    : "The observer needs AcrPull on the registry, or on an ABAC registry Container Registry Repository Reader and Catalog Lister.";

/** One finding where the newest complete graph is missing or too old to purge by. */
export function toStaleFinding(
  newest: { readonly id: string; readonly readAt: string } | undefined,
  { now, maxAgeMs }: { readonly now: Date; readonly maxAgeMs: number },
): readonly ObservedFinding[] {
  const ageMs = newest && now.getTime() - Date.parse(newest.readAt);
  if (ageMs !== undefined && ageMs <= maxAgeMs) return [];
  const evidence: EvidenceLink = newest
    ? { text: "the newest complete snapshot of the graph", snapshotId: newest.id, at: newest.readAt }
    : { text: "no snapshot of the graph was ever complete" };
  const limit = {
    text: `nothing is purged by one older than ${Math.round(maxAgeMs / HOUR_MS)} hours`,
    at: toIso(now.getTime()),
  };
  return [{ kind: "staleSnapshot", subject: "graph", scope: SNAPSHOT_SCOPE, evidence: [evidence, limit] }];
}
