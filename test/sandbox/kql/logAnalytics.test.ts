import { describe, expect, it } from "@jest/globals";
import { argDialect, logAnalyticsDialect, type Dialect } from "./dialects.ts";
import { KqlError } from "./errors.ts";
import { createKql } from "./kql.ts";
import type { TableSchema } from "./schema.ts";
import type { Row, Value } from "./values.ts";

// Saturday, 3 January 2026
const NOW = Date.parse("2026-01-03T00:00:00Z");
const TABLES: TableSchema[] = [
  {
    names: ["customEvents"],
    columns: [
      { name: "timestamp", type: "datetime" },
      { name: "name", type: "string" },
      { name: "customDimensions", type: "dynamic" },
    ],
  },
  {
    names: ["customMetrics"],
    columns: [
      { name: "timestamp", type: "datetime" },
      { name: "name", type: "string" },
      { name: "value", type: "real" },
    ],
  },
];

const anEvent = (time: string, name: string, customDimensions: Record<string, string>): Row => ({
  timestamp: new Date(time),
  name,
  customDimensions,
});
const DATA = new Map<string, readonly Row[]>([
  [
    "customEvents",
    [
      anEvent("2026-01-02T23:10:00Z", "findingOpened", { findingId: "f1", severity: "warning", n: "3" }),
      anEvent("2026-01-02T23:50:00Z", "findingOpened", { findingId: "f2", severity: "info", n: "4" }),
      anEvent("2026-01-02T23:20:00Z", "findingResolved", { findingId: "f1", severity: "warning", n: "5" }),
      anEvent("2026-01-01T11:00:00Z", "snapshotSealed", { complete: "true", n: "x" }),
    ],
  ],
  [
    "customMetrics",
    [
      { timestamp: new Date("2026-01-02T23:59:00Z"), name: "deletions", value: 40 },
      { timestamp: new Date("2026-01-02T22:01:00Z"), name: "deletions", value: 2 },
      { timestamp: new Date("2026-01-02T23:59:00Z"), name: "throttles", value: 1 },
    ],
  ],
]);

const engines = new Map<Dialect, ReturnType<typeof createKql>>();
function compile(query: string, dialect: Dialect = logAnalyticsDialect) {
  const engine = engines.get(dialect) ?? createKql({ tables: TABLES, dialect });
  engines.set(dialect, engine);
  return engine.compile(query, NOW);
}
const ask = (query: string): Row[] => compile(query).run(DATA);

function refusal(query: string, dialect?: Dialect): KqlError {
  try {
    compile(query, dialect);
  } catch (error) {
    if (error instanceof KqlError) return error;
    throw error;
  }
  throw new Error(`Not refused: ${query}`);
}

describe("scalar functions of Log Analytics", () => {
  it.each<{ expression: string; value: Value }>([
    { expression: "datetime_diff('hour', now(), timestamp)", value: 1 },
    { expression: "datetime_diff('minute', datetime(2026-01-01 10:05:01), datetime(2026-01-01 10:00:59))", value: 5 },
    { expression: "datetime_diff('day', datetime(2025-12-31 23:59), now())", value: -3 },
    { expression: "datetime_diff('month', now(), datetime(2025-12-31 23:59))", value: 1 },
    { expression: "datetime_diff('quarter', now(), datetime(2025-08-01))", value: 2 },
    { expression: "datetime_diff('year', now(), datetime(2024-12-31))", value: 2 },
    { expression: "datetime_add('hour', -2, now())", value: new Date("2026-01-02T22:00:00Z") },
    { expression: "bin(timestamp, 1h)", value: new Date("2026-01-02T23:00:00Z") },
    // A week begins on a Monday: 29 December 2025.
    { expression: "bin(timestamp, 7d)", value: new Date("2025-12-29T00:00:00Z") },
    { expression: "bin_at(timestamp, 1d, datetime(2026-01-03 06:00))", value: new Date("2026-01-02T06:00:00Z") },
    { expression: "endofday(timestamp)", value: new Date("2026-01-02T23:59:59.999Z") },
    { expression: "hourofday(timestamp)", value: 23 },
    { expression: "now() - timestamp > 45m and now() - timestamp < 1h", value: true },
    { expression: "(now() - timestamp) / 1m", value: 50 },
    { expression: "datetime(2026-01-01) + 36h", value: new Date("2026-01-02T12:00:00Z") },
    { expression: "toint(customDimensions.n) + tolong('4')", value: 7 },
    { expression: "todouble(customDimensions.absent)", value: null },
    { expression: "tobool('true') and todatetime('2026-01-01') < ago(1d)", value: true },
    { expression: "abs(-3) + ceiling(1.2)", value: 5 },
    { expression: "strcat_array(pack_array('a', 'b'), ', ')", value: "a, b" },
    { expression: "strcat_delim('/', name, customDimensions.findingId)", value: "findingOpened/f1" },
  ])("computes $expression", ({ expression, value }) => {
    const query = `customEvents | where customDimensions.findingId == 'f1' | take 1 | project result = ${expression}`;
    expect(ask(query)).toEqual([{ result: value }]);
  });

  it("fails for a part of a date that it does not have", () => {
    expect(() => ask("customEvents | extend x = datetime_add('month', 1, timestamp)")).toThrow("'month'");
  });
});

describe("operators of Log Analytics", () => {
  it.each<{ name: string; query: string; rows: Row[] }>([
    {
      name: "the latest row of each key, whole",
      query: "customMetrics | summarize arg_max(timestamp, *), n = count() by name",
      rows: [
        { name: "deletions", timestamp: new Date("2026-01-02T23:59:00Z"), value: 40, n: 2 },
        { name: "throttles", timestamp: new Date("2026-01-02T23:59:00Z"), value: 1, n: 1 },
      ],
    },
    {
      name: "the earliest row of each key, in part and under a name",
      query: "customMetrics | summarize earliest = arg_min(timestamp, value) by name | where name == 'deletions'",
      rows: [{ name: "deletions", earliest: new Date("2026-01-02T22:01:00Z"), value: 2 }],
    },
    {
      name: "the latest row of none",
      query: "customMetrics | where name == 'none' | summarize arg_max(timestamp, value)",
      rows: [{ timestamp: null, value: null }],
    },
    {
      name: "a calculation around aggregates",
      query: "customMetrics | summarize share = round(100.0 * countif(name == 'throttles') / count(), 1)",
      rows: [{ share: 33.3 }],
    },
    {
      name: "an aggregate inside a function, by key",
      query: "customEvents | summarize hours = datetime_diff('hour', now(), max(timestamp)) by name",
      rows: [
        { name: "findingOpened", hours: 1 },
        { name: "findingResolved", hours: 1 },
        { name: "snapshotSealed", hours: 37 },
      ],
    },
    {
      name: "aggregates with a condition",
      query:
        "customMetrics | summarize maxif(value, name == 'throttles'), minif(value, name == 'deletions'), make_set_if(name, value > 1), dcount(name), sumif(value, name == 'deletions')",
      rows: [{ maxif_value: 1, minif_value: 2, set_name: ["deletions"], dcount_name: 2, sumif_value: 42 }],
    },
    {
      name: "silence",
      query:
        "customEvents | where name == 'snapshotSealed' and customDimensions.complete == 'true' | summarize newest = max(timestamp) | where isnull(newest) or newest < ago(36h) | project newest = tostring(newest)",
      rows: [{ newest: "2026-01-01T11:00:00.0000000Z" }],
    },
    {
      name: "silence of no row at all",
      query: "customEvents | where name == 'none' | summarize newest = max(timestamp) | where isnull(newest) | count",
      rows: [{ Count: 1 }],
    },
    {
      name: "what was opened and not resolved",
      query:
        "let findings = materialize(customEvents | extend findingId = tostring(customDimensions.findingId)); findings | where name == 'findingOpened' | join kind=leftanti (findings | where name == 'findingResolved') on findingId | project findingId",
      rows: [{ findingId: "f2" }],
    },
    {
      name: "a value of another query",
      query:
        "let newest = toscalar(customMetrics | summarize max(timestamp)); customMetrics | where timestamp == newest | summarize names = make_set(name)",
      rows: [{ names: ["deletions", "throttles"] }],
    },
    {
      name: "a value of another query that finds nothing",
      query: "customMetrics | where value > toscalar(customMetrics | where name == 'none' | project value) | count",
      rows: [{ Count: 0 }],
    },
    {
      name: "a union of two tables",
      query: "union customEvents, customMetrics | summarize n = count() by bin(timestamp, 1d) | order by timestamp asc",
      rows: [
        { timestamp: new Date("2026-01-01T00:00:00Z"), n: 1 },
        { timestamp: new Date("2026-01-02T00:00:00Z"), n: 6 },
      ],
    },
  ])("finds $name", ({ query, rows }) => {
    expect(ask(query)).toEqual(rows);
  });

  const join = (kind: string, project: string): Row[] =>
    ask(
      `customMetrics | where value > 1 | project name, value | join kind=${kind} (customMetrics | where value < 3 | project name, small = value) on name | project ${project}`,
    );

  it.each<{ kind: string; project: string; rows: Row[] }>([
    { kind: "inner", project: "name, value, small", rows: [40, 2].map((value) => aJoin("deletions", value, 2)) },
    { kind: "innerunique", project: "name, value, small", rows: [aJoin("deletions", 40, 2)] },
    {
      kind: "rightouter",
      project: "name, value, small",
      rows: [aJoin("deletions", 40, 2), aJoin("deletions", 2, 2), aJoin("", null, 1)],
    },
    {
      kind: "fullouter",
      project: "name, value, small",
      rows: [aJoin("deletions", 40, 2), aJoin("deletions", 2, 2), aJoin("", null, 1)],
    },
    { kind: "rightanti", project: "name, small", rows: [{ name: "throttles", small: 1 }] },
    { kind: "rightsemi", project: "name, small", rows: [{ name: "deletions", small: 2 }] },
  ])("joins $kind", ({ kind, project, rows }) => {
    expect(join(kind, project)).toEqual(rows);
  });

  it("keeps the left rows of a full outer join that match nothing", () => {
    const query =
      "customMetrics | where value == 1 | project name, value | join kind=fullouter (customMetrics | where value == 2 | project name, small = value) on name | project name, name1, value, small";
    expect(ask(query)).toEqual([
      { name: "throttles", name1: "", value: 1, small: null },
      { name: "", name1: "deletions", value: null, small: 2 },
    ]);
  });

  function aJoin(name: string, value: number | null, small: number): Row {
    return { name, value, small };
  }

  it("takes the instant as an argument, for every run of the same query anew", () => {
    const engine = createKql({ tables: TABLES, dialect: logAnalyticsDialect });
    const query = "customEvents | where timestamp > ago(15m) | count";
    const count = (now: number) => engine.compile(query, now).run(DATA);
    expect(count(NOW)).toEqual([{ Count: 1 }]);
    expect(count(NOW - 30 * 60_000)).toEqual([{ Count: 2 }]);
  });

  it("tells the calls of functions in a query, with their types", () => {
    const { calls } = compile("customEvents | where timestamp > ago(1h) | summarize count() by bin(timestamp, 5m)");
    expect(calls).toEqual([
      { name: "ago", text: "ago(1h)", type: "datetime" },
      { name: "bin", text: "bin(timestamp, 5m)", type: "datetime" },
    ]);
  });
});

describe("refusals in Log Analytics", () => {
  it.each<{ query: string; kind: KqlError["kind"] }>([
    { query: "customEvents | where nope == 1", kind: "semantic" },
    { query: "traces | take 1", kind: "semantic" },
    { query: "customEvents | extend x = nofunction(name)", kind: "semantic" },
    { query: "customEvents | summarize x = count() + strlen(name) by name", kind: "semantic" },
    { query: "customEvents | where customDimensions.n > ago(1h)", kind: "semantic" },
    { query: "customEvents | summarize x = 1 + 1", kind: "unsupported" },
    { query: "customEvents | summarize percentile(strlen(name), 95)", kind: "unsupported" },
    { query: "customEvents | summarize arg_max(timestamp, *), arg_min(timestamp, *) by name", kind: "unsupported" },
    { query: "customEvents | extend x = format_datetime(timestamp, 'yyyy')", kind: "unsupported" },
    { query: "customEvents | make-series count() on timestamp step 1h", kind: "unsupported" },
    { query: "customEvents | render timechart", kind: "unsupported" },
    { query: "customEvents | sample 1", kind: "unsupported" },
    { query: "customEvents | take toscalar(customMetrics | count)", kind: "unsupported" },
    { query: "customEvents | where name in ((customMetrics | project name))", kind: "unsupported" },
    { query: "customEvents | join kind=leftantisemi (customMetrics) on name", kind: "unsupported" },
    { query: "search 'x'", kind: "unsupported" },
    { query: "union withsource=source customEvents, customMetrics", kind: "unsupported" },
  ])("refuses as $kind: $query", ({ query, kind }) => {
    expect(refusal(query).kind).toBe(kind);
  });
});

describe("Resource Graph's dialect", () => {
  it.each([
    "customEvents | summarize share = 100 * countif(name == 'a') / count()",
    "customEvents | summarize arg_max(timestamp, *) by name",
    "customEvents | summarize arg_min(timestamp, name)",
    "customEvents | summarize maxif(timestamp, name == 'a')",
    "customEvents | extend x = datetime_diff('hour', now(), timestamp)",
    "customEvents | extend x = bin_at(timestamp, 1h, now())",
    "customEvents | where timestamp > toscalar(customMetrics | summarize max(timestamp))",
    "let metrics = materialize(customMetrics | project name); customEvents | join kind=inner metrics on name",
    "customEvents | join kind=rightouter (customMetrics) on name",
    "customEvents | join kind=fullouter (customMetrics) on name",
    "customEvents | join kind=rightanti (customMetrics) on name",
  ])("goes on refusing %s", (query) => {
    expect(refusal(query, argDialect).kind).toBe("unsupported");
    expect(() => compile(query)).not.toThrow();
  });
});
