import { describe, expect, it } from "@jest/globals";
import { KqlError } from "../kql/errors.ts";
import { aRule, type RuleInput } from "./alertRule.fixture.ts";
import { createAlert } from "./evaluateAlert.ts";
import { aTelemetryLog, MINUTE_MS, NOW, type EventAt } from "./telemetryLog.fixture.ts";

const EVENTS = "customEvents | where name == 'purged'";
const MEASURED = `${EVENTS} | project timestamp, n = tolong(customDimensions.n), registry = tostring(customDimensions.registry)`;

const at = (minute: number): number => NOW + minute * MINUTE_MS;
const toMinute = (date: Date): number => (date.getTime() - NOW) / MINUTE_MS;

/** Minutes at which the rule fires, of those looked at from minute 0 on. */
function firings(rule: Partial<RuleInput>, events: readonly EventAt[], to = 60) {
  const alert = createAlert(aRule(rule), EVENTS);
  return alert.advance(aTelemetryLog(events), { from: NOW, to: at(to) });
}
const minutes = (...args: Parameters<typeof firings>): number[] =>
  firings(...args).map((firing) => toMinute(firing.at));
const told = (...args: Parameters<typeof firings>): number[] =>
  firings(...args)
    .filter(({ notifies }) => notifies)
    .map((firing) => toMinute(firing.at));

const anEvent = (minute: number, n: number, registry = "r1"): EventAt => ({
  minute,
  dimensions: { n: String(n), registry },
});

function evaluate(rule: Partial<RuleInput>, events: readonly EventAt[], minute = 10) {
  return createAlert(aRule(rule), MEASURED).evaluate(aTelemetryLog(events), at(minute));
}

describe("one evaluation", () => {
  it("shows the rows that it rests on", () => {
    const { fires, at: instant, rows, series } = evaluate({}, [anEvent(4, 7), anEvent(-1, 9)]);
    expect({ fires, instant, series }).toEqual({
      fires: true,
      instant: new Date(at(10)),
      series: [{ dimensions: {}, values: [1], fires: true }],
    });
    expect(rows).toEqual([{ timestamp: new Date(at(4)), n: 7, registry: "r1" }]);
  });

  it.each<{ rule: Partial<RuleInput>; value: number; fires: boolean }>([
    { rule: { threshold: 2 }, value: 3, fires: true },
    { rule: { threshold: 3 }, value: 3, fires: false },
    { rule: { operator: "GreaterThanOrEqual", threshold: 3 }, value: 3, fires: true },
    { rule: { operator: "LessThan", threshold: 3 }, value: 3, fires: false },
    { rule: { operator: "LessThanOrEqual", threshold: 3 }, value: 3, fires: true },
    { rule: { timeAggregation: "Total", metricMeasureColumn: "n", threshold: 11 }, value: 12, fires: true },
    { rule: { timeAggregation: "Average", metricMeasureColumn: "n", threshold: 4 }, value: 4, fires: false },
    { rule: { timeAggregation: "Minimum", metricMeasureColumn: "n", threshold: 1 }, value: 1, fires: false },
    { rule: { timeAggregation: "Maximum", metricMeasureColumn: "n", threshold: 7 }, value: 8, fires: true },
  ])("compares $rule with $value", ({ rule, value, fires }) => {
    const evaluation = evaluate(rule, [anEvent(1, 1), anEvent(2, 8), anEvent(3, 3)]);
    expect(evaluation.series).toEqual([{ dimensions: {}, values: [value], fires }]);
    expect(evaluation.fires).toBe(fires);
  });

  it("counts no rows as zero: silence fires", () => {
    const silent: Partial<RuleInput> = { operator: "LessThan", threshold: 1 };
    expect(evaluate(silent, [anEvent(0, 1)]).fires).toBe(true);
    expect(evaluate(silent, [anEvent(1, 1)]).fires).toBe(false);
  });

  it("measures nothing where there are no rows: that does not fire", () => {
    const rule: Partial<RuleInput> = { timeAggregation: "Maximum", metricMeasureColumn: "n", operator: "LessThan" };
    expect(evaluate({ ...rule, threshold: 5 }, [])).toMatchObject({ fires: false, series: [{ values: [undefined] }] });
    expect(evaluate({ ...rule, threshold: 5 }, [anEvent(1, 4)]).fires).toBe(true);
  });

  it("sees rows outside the window where the query range is longer", () => {
    const query = `${EVENTS} | summarize n = count() | where n > 1`;
    const events = [anEvent(-30, 1), anEvent(5, 1)];
    const fires = (rule: Partial<RuleInput>): boolean =>
      createAlert(aRule(rule), query).evaluate(aTelemetryLog(events), at(10)).fires;
    expect(fires({})).toBe(false);
    expect(fires({ overrideQueryTimeRange: "PT1H" })).toBe(true);
  });

  it("takes now() from the instant, and looks no further back than its range", () => {
    const query = `${EVENTS} | where timestamp < ago(5m) and timestamp > ago(1d)`;
    const alert = createAlert(aRule(), query);
    const log = aTelemetryLog([anEvent(0, 1)]);
    const rowsAt = (minute: number): number => alert.evaluate(log, at(minute)).rows.length;
    expect([5, 6, 9, 10].map(rowsAt)).toEqual([0, 1, 1, 0]);
  });
});

describe("several periods", () => {
  const rule = (minFailingPeriodsToAlert: number): Partial<RuleInput> => ({
    windowSize: "PT5M",
    failingPeriods: { numberOfEvaluationPeriods: 3, minFailingPeriodsToAlert },
  });
  const events = [anEvent(1, 1), anEvent(2, 1), anEvent(14, 1)];

  it("are counted back from the evaluation", () => {
    expect(evaluate(rule(1), events, 15).series).toEqual([{ dimensions: {}, values: [1, 0, 2], fires: true }]);
  });

  it("fire only where as many of them fail as the rule asks", () => {
    expect(evaluate(rule(2), events, 15).fires).toBe(true);
    expect(evaluate(rule(3), events, 15).fires).toBe(false);
  });
});

describe("dimensions", () => {
  const events = [anEvent(1, 5, "r1"), anEvent(2, 1, "r2"), anEvent(3, 5, "r1"), anEvent(4, 9, "r3")];
  const rule = (operator: "Include" | "Exclude", values: string[]): Partial<RuleInput> => ({
    timeAggregation: "Total",
    metricMeasureColumn: "n",
    threshold: 8,
    dimensions: [{ name: "registry", operator, values }],
  });

  it("are compared one by one", () => {
    expect(evaluate(rule("Include", ["*"]), events).series).toEqual([
      { dimensions: { registry: "r1" }, values: [10], fires: true },
      { dimensions: { registry: "r2" }, values: [1], fires: false },
      { dimensions: { registry: "r3" }, values: [9], fires: true },
    ]);
  });

  it("are the named ones, or all but those", () => {
    const registries = (part: Partial<RuleInput>) => evaluate(part, events).series.map(({ dimensions }) => dimensions);
    expect(registries(rule("Include", ["r2"]))).toEqual([{ registry: "r2" }]);
    expect(registries(rule("Exclude", ["r2", "r3"]))).toEqual([{ registry: "r1" }]);
  });

  it("without a row have nothing to compare", () => {
    expect(evaluate(rule("Include", ["*"]), [])).toMatchObject({ fires: false, series: [] });
  });
});

describe("evaluations in a row", () => {
  it("run at the frequency, from the first instant to the last", () => {
    const silent: Partial<RuleInput> = { operator: "LessThan", threshold: 1, evaluationFrequency: "PT10M" };
    expect(minutes(silent, [], 30)).toEqual([0, 10, 20, 30]);
  });

  it("see a row as often as windows overlap", () => {
    expect(minutes({}, [{ minute: 7 }])).toEqual([10, 15]);
    expect(minutes({ windowSize: "PT5M" }, [{ minute: 7 }])).toEqual([10]);
  });

  it("never see a row that comes in after its window; one that overlaps does", () => {
    const late: EventAt = { minute: 4, late: 3 };
    expect(minutes({ windowSize: "PT5M" }, [late])).toEqual([]);
    expect(minutes({}, [late])).toEqual([10]);
  });

  it("find silence over 36 hours, and not before", () => {
    const query =
      "customEvents | where name == 'snapshotSealed' and customDimensions.complete == 'true' | summarize newest = max(timestamp) | where isnull(newest) or newest < ago(36h) | project newest = tostring(newest)";
    const rule = aRule({ windowSize: "P2D", evaluationFrequency: "PT1H", autoMitigate: true });
    const hoursOf = (complete: string): number[] => {
      const log = aTelemetryLog([{ minute: 30, name: "snapshotSealed", dimensions: { complete } }]);
      const firing = createAlert(rule, query).advance(log, { from: at(60), to: at(60 * 50) });
      return firing.map((one) => toMinute(one.at) / 60);
    };
    expect(hoursOf("true").slice(0, 2)).toEqual([37, 38]);
    expect(hoursOf("true").at(-1)).toBe(50);
    expect(hoursOf("false")[0]).toBe(1);
  });

  it("tell at every firing where the rule is stateless", () => {
    expect(told({}, [{ minute: 7 }, { minute: 12 }])).toEqual([10, 15, 20]);
  });

  it("tell again only after the mute", () => {
    const events = [7, 12, 17, 22].map((minute) => ({ minute }));
    expect(minutes({ muteActionsDuration: "PT15M" }, events)).toEqual([10, 15, 20, 25, 30]);
    expect(told({ muteActionsDuration: "PT15M" }, events)).toEqual([10, 25]);
  });

  it("tell once of a stateful alert until it is resolved", () => {
    const stateful: Partial<RuleInput> = { windowSize: "PT5M", autoMitigate: true };
    const two = (gap: number): EventAt[] => [{ minute: 3 }, { minute: 3 + gap }];
    // Fires at 5; quiet at 10 and 15: not resolved by 20.
    expect(told(stateful, two(15))).toEqual([5]);
    // Quiet at 10, 15 and 20: resolved.
    expect(told(stateful, two(20))).toEqual([5, 25]);
  });

  it.each<{ frequency: "PT1M" | "PT30M"; unresolved: number[]; resolved: number[] }>([
    // Quiet for nine minutes, and for ten.
    { frequency: "PT1M", unresolved: [3.5, 13.5], resolved: [3.5, 14.5] },
    // Quiet at one evaluation, and at two.
    { frequency: "PT30M", unresolved: [20, 80], resolved: [20, 110] },
  ])("resolve a stateful alert that is looked at every $frequency after a time of its own", (given) => {
    const { frequency, unresolved, resolved } = given;
    const stateful: Partial<RuleInput> = { evaluationFrequency: frequency, windowSize: frequency, autoMitigate: true };
    const count = (minutesOf: number[]): number =>
      told(
        stateful,
        minutesOf.map((minute) => ({ minute })),
        120,
      ).length;
    expect([count(unresolved), count(resolved)]).toEqual([1, 2]);
  });

  it("tell of each series of a stateful alert", () => {
    const rule = aRule({ autoMitigate: true, dimensions: [{ name: "registry", operator: "Include", values: ["*"] }] });
    const log = aTelemetryLog([anEvent(3, 1, "r1"), anEvent(7, 1, "r1"), anEvent(12, 1, "r2")]);
    const firing = createAlert(rule, MEASURED).advance(log, { from: NOW, to: at(30) });
    expect(firing.map((one) => [toMinute(one.at), one.notifies])).toEqual([
      [5, true],
      [10, false],
      [15, true],
      [20, false],
    ]);
  });
});

describe("a query", () => {
  const create = (query: string, rule?: Partial<RuleInput>) => () => createAlert(aRule(rule), query);
  const periods = { failingPeriods: { numberOfEvaluationPeriods: 2, minFailingPeriodsToAlert: 1 } };
  const measure: Partial<RuleInput> = { timeAggregation: "Total", metricMeasureColumn: "n" };
  const split = (name: string): Partial<RuleInput> => ({
    dimensions: [{ name, operator: "Include", values: ["*"] }],
  });

  it.each<{ name: string; query: string; rule?: Partial<RuleInput>; says: string; control: string }>([
    {
      name: "the age of what is not a literal",
      query: `let age = 5m; ${EVENTS} | where timestamp > ago(age)`,
      says: "ago(age)",
      control: `${EVENTS} | where timestamp > ago(5m)`,
    },
    {
      name: "the reserved word",
      query: `${EVENTS} | summarize AggregatedValue = count()`,
      says: "AggregatedValue",
      control: `${EVENTS} | summarize n = count()`,
    },
    {
      name: "an instant that is binned",
      query: `${EVENTS} | summarize n = count() by bin(timestamp, 5m)`,
      says: "bin_at",
      control: `${EVENTS} | summarize n = count() by bin(tolong(customDimensions.n), 5)`,
    },
    {
      name: "an instant that is not the timestamp",
      query: `${EVENTS} | summarize newest = max(timestamp)`,
      says: "newest",
      control: `${EVENTS} | summarize newest = tostring(max(timestamp))`,
    },
    {
      name: "a timestamp where the query range is longer than the window",
      query: EVENTS,
      rule: { overrideQueryTimeRange: "PT1H" },
      says: "leave the timestamp out",
      control: `${EVENTS} | project name`,
    },
    {
      name: "no timestamp where there are several periods",
      query: `${EVENTS} | project name`,
      rule: periods,
      says: "need a timestamp",
      control: `${EVENTS} | project name, timestamp`,
    },
    {
      name: "a measure that is not in the result",
      query: EVENTS,
      rule: measure,
      says: "n is no numeric column",
      control: `${EVENTS} | extend n = 1`,
    },
    {
      name: "a measure that is a text",
      query: `${EVENTS} | extend n = tostring(customDimensions.n)`,
      rule: measure,
      says: "n is no numeric column",
      control: `${EVENTS} | extend n = toint(customDimensions.n)`,
    },
    {
      name: "a dimension that is a bag",
      query: EVENTS,
      rule: split("customDimensions"),
      says: "customDimensions is no text",
      control: `${EVENTS} | extend customDimensions = tostring(customDimensions)`,
    },
    {
      name: "a take every minute",
      query: `${EVENTS} | take 1`,
      rule: { evaluationFrequency: "PT1M" },
      says: "one minute",
      control: EVENTS,
    },
    {
      name: "over 64 KB",
      query: `${EVENTS} // ${"x".repeat(66_000)}`,
      says: "64 KB",
      control: `${EVENTS} // ${"x".repeat(60_000)}`,
    },
  ])("is refused with $name", ({ query, rule, says, control }) => {
    expect(create(query, rule)).toThrow(says);
    expect(create(control, rule)).not.toThrow();
  });

  it("may take some of its rows where it is not looked at every minute", () => {
    expect(create(`${EVENTS} | take 1`)).not.toThrow();
  });

  it.each(["customEvents | where nope == 1", "nowhere | take 1", "customEvents | render timechart"])(
    "is refused where the logs refuse it: %s",
    (query) => {
      expect(create(query)).toThrow(KqlError);
    },
  );
});
