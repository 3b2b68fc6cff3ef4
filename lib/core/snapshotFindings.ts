import type { IncompleteReason } from "./completeness.ts";
import { describeReason } from "./completeness.ts";
import { HOUR_MS, toIso } from "./duration.ts";
import { limitLinks } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { Sight } from "./sight.ts";

/** Scope of findings about one part of the newest snapshot that holds it. */
export const partScope = (name: string): string => `snapshot:${name}`;

/** Scope of what is said of the age of the view, whatever snapshot is processed. */
export const AGE_SCOPE = "service:age";

/** One part of a snapshot, as far as its completeness goes. */
interface PartFacts {
  readonly name: string;
  readonly reasons: readonly IncompleteReason[];
  /** Reasons that cover the whole part were left out. */
  readonly cut?: boolean;
}

/** One finding for a part that is not proven complete, one for an implausible fall, and one for a missing permission. */
export function listPartFindings(part: PartFacts, sight: Sight): readonly ObservedFinding[] {
  const fallen = part.reasons.filter(({ code }) => code === "implausibleFall");
  const others = part.reasons.filter(({ code }) => code !== "implausibleFall");
  const denied = others.filter(isDenied);
  const describe = (reasons: readonly IncompleteReason[]): readonly EvidenceLink[] =>
    limitLinks(reasons.map((reason) => ({ text: describeReason(reason), ...sight })));
  const told: readonly (readonly [ObservedFinding["kind"], readonly EvidenceLink[]])[] = [
    ["incompleteSnapshot", describe(others)],
    ["implausibleSnapshot", describe(fallen)],
    // What to do comes first: many reasons must not push it out of the row.
    ["missingPermission", [...listHints(part.name, denied), ...describe(denied)]],
  ];
  const more = part.cut ? [{ text: "and others that were not kept" }] : [];
  return told
    .filter(([, links]) => links.length > 0)
    .map(([kind, links]) => ({ kind, subject: part.name, scope: partScope(part.name), evidence: [...links, ...more] }));
}

const isDenied = ({ code, service }: IncompleteReason): boolean =>
  code === "subscriptionNotReadable" || service !== undefined;

/** Who refuses decides about the role: ARM and the registry itself know different ones. */
function listHints(part: string, denied: readonly IncompleteReason[]): readonly EvidenceLink[] {
  const isOf = (service: IncompleteReason["service"]): boolean => denied.some((reason) => reason.service === service);
  const byArm = isOf("ARM") || denied.some(({ code }) => code === "subscriptionNotReadable");
  return [
    ...(byArm ? [{ text: part === "graph" ? READER_OF_TENANT : READER_OF_REGISTRY }] : []),
    ...(isOf("registry") ? [{ text: PULLER }] : []),
  ];
}

const READER_OF_TENANT =
  "The observer needs Reader on every subscription of the tenant, best at the root management group.";
const READER_OF_REGISTRY =
  "The observer needs Reader on the registry, best at the root management group like everywhere else.";
const PULLER =
  "The observer needs AcrPull on the registry, or on an ABAC registry Container Registry Repository Reader and Catalog Lister. Where it has that, the registry's firewall refuses the app.";

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
  return [{ kind: "staleSnapshot", subject: "graph", scope: AGE_SCOPE, evidence: [evidence, limit] }];
}
