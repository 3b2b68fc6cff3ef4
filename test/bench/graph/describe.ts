import Table from "cli-table3";
import { type Check, findPeakRss, sumPages } from "./checkLimits.ts";
import type { NightFigures, QueryFigures, RequestFigures, SetFigures } from "./figures.ts";

const MAX_SHAPE = 58;

/** The figures of one estate as tables: stages, queries, requests. */
export function describeSet({ nights, problems }: SetFigures): string {
  return [
    describeStages(nights),
    ...nights.map((night) => describeQueries(night)),
    ...nights.slice(-1).map((night) => describeRequests(night)),
    ...problems.map((problem) => `Problem: ${problem}`),
  ].join("\n");
}

/** Time, memory and CPU of every stage of every night. */
export function describeStages(nights: readonly Pick<NightFigures, "night" | "stages">[]): string {
  const head = [
    "night",
    "stage",
    "seconds",
    "peak RSS MB",
    "CPU s: app",
    "sandbox",
    "Azurite",
    "others",
    "table transactions",
  ];
  const rows = nights.flatMap(({ night, stages }) =>
    stages.map(({ name, seconds, peakRssBytes, cpuSeconds: cpu, requests }) => [
      String(night),
      name,
      seconds.toFixed(1),
      toMegabytes(peakRssBytes),
      cpu.app.toFixed(1),
      cpu.sandbox.toFixed(1),
      cpu.azurite.toFixed(1),
      // The clocks tick in hundredths, and not at once.
      Math.max(0, cpu.machine - cpu.app - cpu.sandbox - cpu.azurite).toFixed(1),
      String(countTransactions(requests)),
    ]),
  );
  return toTable(head, rows);
}

const countTransactions = (requests: readonly RequestFigures[]): number =>
  requests.filter(({ kind }) => kind.startsWith("tables $batch ")).reduce((sum, { count }) => sum + count, 0);

function describeQueries(night: NightFigures): string {
  const head = [
    `night ${night.night}: query`,
    "queries",
    "pages",
    "failed",
    "rows",
    "row bytes",
    "max",
    "MB",
    "max page MB",
    "bound",
    "ratio",
    "answer s",
  ];
  const { pages, bound } = sumPages(night);
  const sum = (read: (query: QueryFigures) => number): number =>
    night.queries.reduce((total, query) => total + read(query), 0);
  const total = [
    "all",
    sum(({ queries }) => queries),
    pages,
    sum(({ failed }) => failed),
    sum(({ rows }) => rows),
    "",
    "",
  ];
  const rest = [
    toMegabytes(sum(({ bytes }) => bytes)),
    "",
    bound,
    toRatio(pages, bound),
    sum(({ answerSeconds }) => answerSeconds).toFixed(1),
  ];
  return toTable(head, [...night.queries.map(toQueryRow), [...total, ...rest].map(String)]);
}

function toQueryRow(query: QueryFigures): string[] {
  const { shape, queries, pages, failed, rows, bytes, maxRowBytes, maxPageBytes, bound, answerSeconds } = query;
  return [
    shape.length > MAX_SHAPE ? `${shape.slice(0, MAX_SHAPE - 1)}…` : shape,
    String(queries),
    String(pages),
    String(failed),
    String(rows),
    rows === 0 ? "" : (bytes / rows).toFixed(0),
    String(maxRowBytes),
    toMegabytes(bytes),
    (maxPageBytes / 1_000_000).toFixed(1),
    String(bound),
    toRatio(pages, bound),
    answerSeconds.toFixed(1),
  ];
}

const toRatio = (pages: number, bound: number): string => (bound === 0 ? "" : (pages / bound).toFixed(3));

/** Everything that the app sent, as it saw it. 404, 409 and 412 can be answers that it asks for. */
function describeRequests({ night, stages }: NightFigures): string {
  const head = [`night ${night}: requests of the app`];
  for (const { name } of stages) head.push(name, "waited s, summed");
  const kinds = new Set(stages.flatMap(({ requests }) => requests.map(({ kind }) => kind)));
  const rows = [...kinds].sort().map((kind) => {
    const cells = stages.flatMap(({ requests }) => toCells(requests.find((request) => request.kind === kind)));
    return [kind, ...cells];
  });
  return toTable(head, rows);
}

const toCells = (request: RequestFigures | undefined): string[] =>
  request === undefined ? ["", ""] : [String(request.count), request.seconds.toFixed(1)];

/** Peak memory of the estates side by side. */
export function describeGrowth(sets: readonly SetFigures[]): string {
  const rows = sets.map((set) => {
    const peak = findPeakRss(set);
    return [String(set.publishers), String(set.resources), peak === undefined ? "not measured" : toMegabytes(peak)];
  });
  return toTable(["publishers", "resources", "peak RSS MB"], rows);
}

export function describeChecks(checks: readonly Check[]): string {
  const rows = checks.map(({ name, figure, limit, ok }) => [ok ? "holds" : "MISSED", name, figure, limit]);
  return toTable(["", "limit of", "measured", "at most"], rows);
}

const toMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);

const BORDERS =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left right mid left-mid mid-mid right-mid";
/** Nothing but blanks between columns, and nothing between rows. */
const PLAIN = { ...Object.fromEntries(BORDERS.split(" ").map((name) => [name, ""])), middle: " " };

const isFigures = (rows: readonly string[][], index: number): boolean =>
  rows.every((row) => /^[\d.]*$/.test(row[index] ?? ""));

/** Columns of figures stand to the right. */
export function toTable(head: string[], rows: readonly string[][]): string {
  const colAligns = head.map((_, index) =>
    index > 0 && isFigures(rows, index) ? ("right" as const) : ("left" as const),
  );
  const table = new Table({ head, colAligns, chars: PLAIN, style: { head: [], border: [], "padding-left": 0 } });
  table.push(...rows);
  return `\n${table.toString()}`;
}
