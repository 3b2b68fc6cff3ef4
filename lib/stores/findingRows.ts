import { z } from "zod";
import type { EvidenceLink, Finding, FindingScope, ObservedFinding } from "../core/findings.ts";
import { FINDING_KINDS, openFinding } from "../core/findings.ts";
import type { Hash, Row } from "../ports.ts";
import { maybe, toBody } from "./rows.ts";
import { keyOf, OptionalText } from "./schemas.ts";

const LinkSchema = z.object({
  text: z.string(),
  subject: OptionalText,
  snapshotId: OptionalText,
  at: OptionalText,
}) satisfies z.ZodType<EvidenceLink>;

export const FindingSchema = z.object({
  id: z.string(),
  kind: keyOf(FINDING_KINDS),
  severity: z.enum(["info", "warning", "critical"]),
  subject: z.string(),
  scope: z.string(),
  publisherId: maybe(z.string()),
  storeId: maybe(z.string()),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  resolvedAt: maybe(z.string()),
  evidence: z.array(LinkSchema),
}) satisfies z.ZodType<Finding>;

/** Evidence is for reading: beyond this it is cut, the subject of the finding stays complete. */
const MAX_LINKS = 50;
const MAX_TEXT_CHARS = 2000;

const PARTITION_CHARS = 8;
const REST_CHARS = 16;

/** The partition that holds the findings of a scope, and those of another scope whose hash begins alike. */
export const partitionOfScope = (hash: Hash, scope: FindingScope): string => hash(scope).slice(0, PARTITION_CHARS);

/** Begins with its partition, so that a finding is found by its id alone. */
export const findingId = (hash: Hash, { scope, kind, subject }: ObservedFinding): string =>
  partitionOfScope(hash, scope) + hash(`${kind}\n${subject}\n${scope}`).slice(0, REST_CHARS);

export const isFindingId = (text: string): boolean => /^[0-9a-f]{24}$/.test(text);

export const placeOfFinding = (id: string): { readonly partitionKey: string; readonly rowKey: string } => ({
  partitionKey: id.slice(0, PARTITION_CHARS),
  rowKey: id,
});

export const toFindingRow = (finding: Finding): Row => ({ ...placeOfFinding(finding.id), body: toBody(finding) });

/** The finding as it is stored after it was observed. */
export const toFinding = (
  id: string,
  observed: ObservedFinding,
  seen: { readonly before: Finding | undefined; readonly at: string },
): Finding => openFinding(id, { ...observed, evidence: cutEvidence(observed.evidence) }, seen);

function cutEvidence(evidence: readonly EvidenceLink[]): readonly EvidenceLink[] {
  const links = evidence.map(cutLink);
  if (links.length <= MAX_LINKS) return links;
  const kept = links.slice(0, MAX_LINKS - 1);
  return [...kept, { text: `and ${links.length - kept.length} more` }];
}

const cutLink = (link: EvidenceLink): EvidenceLink => ({
  ...link,
  text: cut(link.text),
  ...(link.subject !== undefined && { subject: cut(link.subject) }),
});

const cut = (text: string): string => (text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS - 1)}…` : text);
