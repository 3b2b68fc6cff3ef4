import { stringify } from "csv-stringify/sync";
import { nameOf } from "../lib/core/armId.ts";
import type { Finding } from "../lib/core/findings.ts";
import { describeLink, FINDING_KINDS } from "../lib/core/findings.ts";

const COLUMNS = [
  "id",
  "kind",
  "severity",
  "subject",
  "publisher",
  "store",
  "firstSeenAt",
  "lastSeenAt",
  "resolvedAt",
  "evidence",
  "clearedBy",
] as const;

/** A header and one record for each finding. No cell is a formula to a spreadsheet: names in it were given by others. */
export const toCsv = (findings: readonly Finding[]): string =>
  stringify(findings.map(toRecord), { header: true, columns: [...COLUMNS], escape_formulas: true });

const toRecord = (finding: Finding): Readonly<Record<(typeof COLUMNS)[number], string>> => ({
  id: finding.id,
  kind: finding.kind,
  severity: finding.severity,
  subject: finding.subject,
  publisher: finding.publisherId === undefined ? "" : nameOf(finding.publisherId),
  store: finding.storeId === undefined ? "" : nameOf(finding.storeId),
  firstSeenAt: finding.firstSeenAt,
  lastSeenAt: finding.lastSeenAt,
  resolvedAt: finding.resolvedAt ?? "",
  evidence: finding.evidence.map(describeLink).join("\n"),
  clearedBy: FINDING_KINDS[finding.kind].clearedBy,
});
