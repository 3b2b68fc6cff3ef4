import { logAnalyticsDialect } from "../kql/dialects.ts";
import { createKql, type CompiledQuery } from "../kql/kql.ts";
import type { Column } from "../kql/schema.ts";
import { toLookbackMinutes, toMinutes, type AlertRule } from "./alertRule.ts";
import { MONITOR_TABLES } from "./tables.ts";

/** The column by which the service tells the periods of a result apart. */
export const TIME_COLUMN = "timestamp";
const MAX_RULE_BYTES = 65_536;
const MEASURED = new Set<string>(["int", "long", "real"]);
const SPLIT = new Set<string>(["string", ...MEASURED]);

/** A query of a rule, at any instant. */
export type AlertQuery = (instant: number) => CompiledQuery;

/**
 * Compiles the query of a rule. Throws for what the service refuses, for what it would treat in a way that is not documented, and
 * what the interpreter does not have. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
 */
export function compileAlertQuery(rule: AlertRule, text: string): AlertQuery {
  const kql = createKql({ tables: MONITOR_TABLES, dialect: logAnalyticsDialect });
  const query = kql.compile(text, 0);
  const problems = [...listQueryProblems(rule, text, query), ...listColumnProblems(rule, query.columns)];
  if (problems.length > 0) throw new Error(`The query of '${rule.displayName}' is refused: ${problems.join("; ")}`);
  return (instant) => kql.compile(text, instant);
}

function* listQueryProblems(rule: AlertRule, text: string, { calls, operators }: CompiledQuery): Generator<string> {
  if (Buffer.byteLength(JSON.stringify({ ...rule, query: text })) > MAX_RULE_BYTES) yield "the rule is over 64 KB";
  if (/\bAggregatedValue\b/.test(text)) yield "AggregatedValue is a reserved word";
  for (const { name, text: call, type } of calls) {
    if (name === "ago" && !/^ago\(\s*[\d.]+(d|h|m|s)\s*\)$/.test(call)) yield `${call} is not the age of a literal`;
    // https://learn.microsoft.com/previous-versions/azure/azure-monitor/alerts/alerts-unified-log#aggregation-granularity
    if (name === "bin" && type === "datetime")
      yield `${call} becomes a bin_at() with an instant that is not documented`;
  }
  const isFast = rule.evaluationFrequency === "PT1M";
  if (isFast && (operators.has("UnionOperator") || operators.has("TakeOperator")))
    yield "union and take do not go with a frequency of one minute";
}

function* listColumnProblems(rule: AlertRule, columns: readonly Column[]): Generator<string> {
  const { metricMeasureColumn: measure, dimensions, overrideQueryTimeRange: override } = rule;
  const typeOf = (name: string): string => columns.find((column) => column.name === name)?.type ?? "";
  if (measure !== undefined && !MEASURED.has(typeOf(measure))) yield `${measure} is no numeric column of the result`;
  for (const { name } of dimensions) if (!SPLIT.has(typeOf(name))) yield `${name} is no text or number of the result`;
  const times = columns.filter(({ type }) => type === "datetime").map(({ name }) => name);
  if (times.some((name) => name !== TIME_COLUMN)) yield `which of ${times.join(", ")} decides is not documented`;
  const isTimed = times.includes(TIME_COLUMN);
  if (rule.failingPeriods.numberOfEvaluationPeriods > 1 && !isTimed) yield "several periods need a timestamp";
  if (isTimed && override !== undefined && toMinutes(override) > toLookbackMinutes(rule))
    yield "whether rows outside the window count is not documented: leave the timestamp out of the result";
}
