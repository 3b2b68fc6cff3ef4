import { compareValues, toNumber, toText, type Row, type Value } from "../kql/values.ts";
import { TIME_COLUMN, type AlertQuery } from "./alertQuery.ts";
import { toLookbackMinutes, toMinutes, type AlertRule } from "./alertRule.ts";
import type { TelemetryLog } from "./telemetryLog.ts";

const MINUTE_MS = 60_000;

/** One combination of the dimensions' values; the only one, without values, where the rule splits by none. */
export interface Series {
  readonly dimensions: Readonly<Record<string, string>>;
  /** What is compared with the threshold, the latest period first; undefined where a period has nothing to measure. */
  readonly values: readonly (number | undefined)[];
  readonly fires: boolean;
}

export interface Evaluation {
  readonly at: Date;
  /** Whether the condition holds for any series. */
  readonly fires: boolean;
  readonly series: readonly Series[];
  /** What the query found: the evidence. */
  readonly rows: readonly Row[];
}

/** What a rule finds at one instant, as the service would find it then. */
export function evaluateRule(
  rule: AlertRule,
  query: AlertQuery,
  { telemetry, instant }: { readonly telemetry: TelemetryLog; readonly instant: number },
): Evaluation {
  const { overrideQueryTimeRange: override } = rule;
  const rangeMinutes = override ? toMinutes(override) : toLookbackMinutes(rule);
  const rows = query(instant).run(telemetry.at(instant, rangeMinutes * MINUTE_MS));
  const series = splitRows(rule, rows).map((part) => toSeries(rule, part, instant));
  return { at: new Date(instant), fires: series.some(({ fires }) => fires), series, rows };
}

interface Part {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** Without dimensions there is one part, even of no rows. */
function splitRows({ dimensions }: AlertRule, rows: readonly Row[]): readonly Part[] {
  if (dimensions.length === 0) return [{ dimensions: {}, rows }];
  const read = (row: Row): Record<string, string> =>
    Object.fromEntries(dimensions.map(({ name }) => [name, toText(row[name] ?? null)]));
  const parts = Map.groupBy(rows.filter(isWanted), (row) => JSON.stringify(read(row)));
  return [...parts.values()].map((part) => ({ dimensions: part[0] ? read(part[0]) : {}, rows: part }));

  function isWanted(row: Row): boolean {
    return dimensions.every(({ name, operator, values }) => {
      const isNamed = values.includes("*") || values.includes(toText(row[name] ?? null));
      return isNamed === (operator === "Include");
    });
  }
}

function toSeries(rule: AlertRule, { dimensions, rows }: Part, instant: number): Series {
  const { minFailingPeriodsToAlert } = rule.failingPeriods;
  const values = toPeriods(rule, rows, instant).map((period) => aggregate(rule, period));
  const failing = values.filter((value) => value !== undefined && isViolated(rule, value)).length;
  return { dimensions, values, fires: failing >= minFailingPeriodsToAlert };
}

/** The rows of each period, counted back from the evaluation. */
function toPeriods(rule: AlertRule, rows: readonly Row[], instant: number): readonly (readonly Row[])[] {
  const { numberOfEvaluationPeriods: count } = rule.failingPeriods;
  if (count === 1) return [rows];
  const windowMs = toMinutes(rule.windowSize) * MINUTE_MS;
  const indexOf = (time: Value | undefined): number =>
    time instanceof Date ? Math.floor((instant - time.getTime()) / windowMs) : -1;
  return Array.from({ length: count }, (_, index) => rows.filter((row) => indexOf(row[TIME_COLUMN]) === index));
}

/** Undefined where there is nothing to measure: what the service does then is not documented; here it breaks no bound. */
function aggregate({ timeAggregation, metricMeasureColumn = "" }: AlertRule, rows: readonly Row[]): number | undefined {
  if (timeAggregation === "Count") return rows.length;
  const values = rows.map((row) => toNumber(row[metricMeasureColumn] ?? null)).filter((value) => value !== null);
  if (values.length === 0) return undefined;
  const total = values.reduce((sum, value) => sum + value, 0);
  switch (timeAggregation) {
    case "Total":
      return total;
    case "Average":
      return total / values.length;
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    default:
      return timeAggregation satisfies never;
  }
}

function isViolated({ operator, threshold }: AlertRule, value: number): boolean {
  const order = compareValues(value, threshold) ?? Number.NaN;
  switch (operator) {
    case "GreaterThan":
      return order > 0;
    case "GreaterThanOrEqual":
      return order >= 0;
    case "LessThan":
      return order < 0;
    case "LessThanOrEqual":
      return order <= 0;
    default:
      return operator satisfies never;
  }
}
