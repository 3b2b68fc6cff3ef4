import type { ArmId } from "./armId.ts";
import { toArmId } from "./armId.ts";
import { describeChange } from "./explainHistory.ts";
import type { Finding } from "./findings.ts";
import { describeLink, FINDING_KINDS } from "./findings.ts";
import { hideValues } from "./hideValues.ts";
import type { ResourceHistory } from "./history.ts";

/** A finding with all that a person needs to act on it. */
export interface FindingExplanation extends Finding {
  readonly title: string;
  readonly clearedBy: string;
  /** What became of the resources that subject and evidence name, sorted by id; those that never changed are not there. */
  readonly histories: readonly ResourceHistory[];
  readonly text: string;
}

/** The resources that a finding names, sorted. */
export function listNamedResources({ subject, evidence }: Finding): readonly ArmId[] {
  const texts = [subject, ...evidence.flatMap((link) => link.subject ?? [])];
  return [...new Set(texts.flatMap((text) => toResourceIds(text)))].sort();
}

/** Some subjects hold an id and more: a state after a blank, or the repository of a registry. */
function toResourceIds(text: string): readonly ArmId[] {
  if (text.includes("@sha256:")) return [];
  const id = toArmId(text.split(" ")[0] ?? "");
  return id === undefined ? [] : [id];
}

export function explainFinding(finding: Finding, histories: Iterable<ResourceHistory>): FindingExplanation {
  const { title, clearedBy } = FINDING_KINDS[finding.kind];
  const sorted = [...histories].map(hideValues).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...finding, title, clearedBy, histories: sorted, text: toText(finding, sorted) };
}

function toText(finding: Finding, histories: readonly ResourceHistory[]): string {
  const { title, clearedBy } = FINDING_KINDS[finding.kind];
  const lines = [
    `${title} (${finding.kind}, ${finding.severity})`,
    finding.subject,
    `First seen ${finding.firstSeenAt}, last seen ${finding.lastSeenAt}, ${describeState(finding)}.`,
    ...listBlock("Why", finding.evidence.map(describeLink)),
    ...histories.flatMap(({ id, changes }) => listBlock(`What became of ${id}`, changes.map(describeChange))),
    "What would clear it:",
    `  ${clearedBy}`,
  ];
  return `${lines.join("\n")}\n`;
}

const describeState = ({ resolvedAt }: Finding): string =>
  resolvedAt === undefined ? "open" : `resolved ${resolvedAt}`;

const listBlock = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
