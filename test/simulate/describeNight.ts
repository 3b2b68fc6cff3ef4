import { groupEvents, groupReasons, type EventGroup } from "./describeEvents.ts";
import { indent, type Layout, type Style } from "./layout.ts";
import type { NightReport } from "./nightReport.ts";
import { formatBytes, formatDay, shortenIdsWithin } from "./words.ts";

/** Heading, width, and what stands there; a negative width stands right. */
type Column = readonly [heading: string, width: number];

const COLUMNS: readonly Column[] = [
  ["night", -5],
  ["day", 10],
  ["snapshot", 10],
  ["found", -5],
  ["solved", -6],
  ["sighted", -7],
  ["marked", -6],
  ["spared", -6],
  ["deleted", -7],
  ["freed", -9],
];

/** With single spaces, the columns take 80 characters. */
const WIDE_FROM = 90;
const INDENT = 6;
const MAX_REASONS = 3;

export const NIGHT_LEGEND = [
  "found, solved: findings opened and resolved that night. sighted, marked: marks that stand after it (seen once; seen twice, grace runs).",
  "spared: marks taken back. deleted: registry manifests. Indented: what happens that day; the next night sees it.",
].join(" ");

export function describeNightHeader(layout: Layout): string {
  return layout.paint(
    "strong",
    join(
      COLUMNS.map(([heading, width]) => pad(heading, width)),
      layout,
    ),
  );
}

/** One row, then what happened that day, in order; why the snapshot is incomplete stands where it was taken. */
export function describeNight(report: NightReport, layout: Layout): string {
  const lookedAt = report.runs[0]?.at ?? "";
  const groups = groupEvents(report.events);
  const show = (group: EventGroup): string => describeGroup(group, layout);
  return [
    describeRow(report, layout),
    ...groups.filter(({ at }) => at < lookedAt).map(show),
    ...describeReasons(report, layout),
    ...report.runs.flatMap(({ id, errors }) => errors.map((error) => paintLine(`${id}: ${error}`, "bad", layout))),
    ...groups.filter(({ at }) => at >= lookedAt).map(show),
  ].join("\n");
}

function describeRow(report: NightReport, layout: Layout): string {
  const { snapshot, findings, marks, deletions } = report;
  const freedBytes = Object.values(report.freedBytes).reduce((sum, bytes) => sum + bytes, 0);
  const texts = [
    String(report.night),
    formatDay(report.date),
    snapshot ? (snapshot.complete ? "complete" : "INCOMPLETE") : "none",
    ...[findings.opened, findings.resolved].map(({ length }) => orDash(length)),
    ...[marks.sighted, marks.marked, marks.spared.length, deletions.length].map(orDash),
    freedBytes > 0 ? formatBytes(freedBytes) : "-",
  ];
  const cells = texts.map((text, index) => pad(text, COLUMNS[index]?.[1] ?? 0));
  const styles: Readonly<Record<number, Style | false>> = {
    2: snapshot?.complete !== true && "warning",
    7: marks.spared.length > 0 && "good",
    8: deletions.length > 0 && "strong",
    9: deletions.length > 0 && "strong",
  };
  const painted = cells.map((cell, index) => {
    const style = styles[index];
    return style ? layout.paint(style, cell) : cell;
  });
  return join(painted, layout);
}

const orDash = (number: number): string => (number === 0 ? "-" : String(number));
const pad = (text: string, width: number): string => (width < 0 ? text.padStart(-width) : text.padEnd(width));
const join = (cells: readonly string[], { columns }: Layout): string => cells.join(columns < WIDE_FROM ? " " : "  ");

function describeReasons({ snapshot }: NightReport, layout: Layout): readonly string[] {
  const reasons = groupReasons(snapshot?.reasons ?? []).map(({ text, subjects }) =>
    subjects === "" ? text : `${text}: ${subjects}`,
  );
  const more = reasons.length - MAX_REASONS;
  return [...reasons.slice(0, MAX_REASONS), ...(more > 0 ? [`+${more} more kinds of reasons`] : [])].map((reason) =>
    paintLine(`not proven: ${reason}`, "warning", layout),
  );
}

function describeGroup({ text, answers }: EventGroup, layout: Layout): string {
  const lines = answers.map((answer) =>
    indent(`answer: ${shortenIdsWithin(answer)}`, { columns: layout.columns, by: INDENT + 6, limit: 2 }),
  );
  return [indent(text, { columns: layout.columns, by: INDENT, limit: 2 }), ...lines]
    .map((line) => layout.paint("faint", line))
    .join("\n");
}

const paintLine = (text: string, style: Style, layout: Layout): string =>
  layout.paint(style, indent(text, { columns: layout.columns, by: INDENT, limit: 3 }));
