import { type FindingKind, FINDING_KINDS } from "../../../lib/core/findings.ts";
import type { Section } from "../layout.ts";
import type { Simulation } from "../simulate.ts";
import { shortenDigests, shortenIdsWithin, toWords } from "../words.ts";
import { type Example, listExamples } from "./evidence.ts";

const SEVERITIES = ["critical", "warning", "info"];

/**
 * Findings by kind, the severest first: how many were opened and resolved, how many are open at the end, and the first of them.
 * Where somebody asked the service for its findings, the first that it answered of each kind stands with its evidence.
 */
export function reportFindings(simulation: Simulation): Section {
  const { nights } = simulation;
  const examples = listExamples(simulation);
  const opened = nights.flatMap(({ findings }) => findings.opened);
  const resolved = nights.flatMap(({ findings }) => findings.resolved);
  const open = nights.at(-1)?.findings.open ?? {};
  const kinds = [...new Set(opened.map(kindOf))].map(describeKind).sort(bySeverity);
  return {
    title: "Found",
    head: ["severity", "found", "solved", "open", "finding, and the first of its kind"],
    rows: kinds.flatMap(({ kind, title, severity }) => {
      const ofKind = opened.filter((finding) => kindOf(finding) === kind);
      const { subject, lines } = findExample(examples, kind) ?? { subject: toSubject(ofKind[0] ?? ""), lines: [] };
      const solved = resolved.filter((finding) => kindOf(finding) === kind).length;
      return [
        [severity, ofKind.length, solved, open[kind] ?? 0, `${title}: ${subject}`],
        ...lines.map((line) => ["", "", "", "", `- ${line}`]),
      ];
    }),
  };
}

/** A finding is told as `kind subject`. */
const kindOf = (finding: string): string => finding.slice(0, finding.indexOf(" "));
const toSubject = (finding: string): string =>
  shortenDigests(shortenIdsWithin(finding.slice(finding.indexOf(" ") + 1)));

interface Kind {
  readonly kind: string;
  readonly title: string;
  readonly severity: string;
}

/** A kind that this version of the report does not know is told by its own name. */
const describeKind = (kind: string): Kind =>
  isKind(kind) ? { kind, ...FINDING_KINDS[kind] } : { kind, title: toWords(kind), severity: "" };

const isKind = (kind: string): kind is FindingKind => Object.hasOwn(FINDING_KINDS, kind);

const bySeverity = (a: Kind, b: Kind): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.title < b.title ? -1 : 1);

const findExample = (examples: ReadonlyMap<FindingKind, Example>, kind: string): Example | undefined =>
  isKind(kind) ? examples.get(kind) : undefined;
