import { describe, expect, it } from "@jest/globals";
import { aRuleInput, type RuleInput } from "./alertRule.fixture.ts";
import { readAlertRules } from "./alertRule.ts";

const read = (part: Record<string, unknown>) => readAlertRules({ newFindings: { ...aRuleInput(), ...part } });
const periods = (numberOfEvaluationPeriods: number, minFailingPeriodsToAlert = 1) => ({
  failingPeriods: { numberOfEvaluationPeriods, minFailingPeriodsToAlert },
});
const MEASURED: Partial<RuleInput> = { timeAggregation: "Maximum", metricMeasureColumn: "value" };

describe("the rules of a file", () => {
  it("are read by name, with what the service assumes where they are silent", () => {
    expect(read({})["newFindings"]).toEqual({
      ...aRuleInput(),
      dimensions: [],
      failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
    });
  });

  it.each<{ name: string; part: Record<string, unknown> }>([
    { name: "a dead man's window of two days", part: { windowSize: "P2D", evaluationFrequency: "PT1H" } },
    { name: "a query range of two days", part: { overrideQueryTimeRange: "P2D" } },
    { name: "a stateless rule that runs once a day", part: { windowSize: "P1D", evaluationFrequency: "P1D" } },
    { name: "a stateful rule that runs every six hours", part: daily("PT6H", true) },
    { name: "a mute as long as the frequency", part: { muteActionsDuration: "PT5M" } },
    { name: "six periods of six hours", part: { ...periods(6, 6), windowSize: "PT6H" } },
    { name: "silence in one period", part: { operator: "LessThan", threshold: 1 } },
    { name: "a measure that falls in several periods", part: { ...MEASURED, ...periods(3), operator: "LessThan" } },
    { name: "one minute of a minute", part: { windowSize: "PT1M", evaluationFrequency: "PT1M" } },
  ])("may have $name", ({ part }) => {
    expect(() => read(part)).not.toThrow();
  });

  it.each<{ name: string; part: Record<string, unknown>; says: string }>([
    { name: "an unknown field", part: { enabledd: true }, says: "enabledd" },
    { name: "an unknown field of a condition", part: { failingPeriods: { periods: 1 } }, says: "periods" },
    { name: "a window of 36 hours", part: { windowSize: "PT36H" }, says: "windowSize" },
    { name: "a window over two days", part: { windowSize: "P3D" }, says: "windowSize" },
    { name: "a window of 20 minutes", part: { windowSize: "PT20M" }, says: "windowSize" },
    { name: "a frequency of two days", part: daily("P2D", false), says: "evaluationFrequency" },
    { name: "a frequency of twelve hours", part: daily("PT12H", false), says: "evaluationFrequency" },
    { name: "a query range over two days", part: { overrideQueryTimeRange: "P3D" }, says: "overrideQueryTimeRange" },
    { name: "a query range under the window", part: { overrideQueryTimeRange: "PT5M" }, says: "shorter than" },
    { name: "periods of over two days", part: { ...periods(3), windowSize: "P1D" }, says: "over two days" },
    { name: "seven periods", part: periods(7), says: "numberOfEvaluationPeriods" },
    { name: "more failing periods than periods", part: periods(2, 3), says: "minFailingPeriodsToAlert is over" },
    { name: "gaps between evaluations", part: { evaluationFrequency: "PT15M" }, says: "would never be seen" },
    { name: "a measure for a count", part: { metricMeasureColumn: "value" }, says: "metricMeasureColumn" },
    { name: "an average of nothing", part: { timeAggregation: "Average" }, says: "metricMeasureColumn" },
    { name: "a mute of a stateful rule", part: { autoMitigate: true, muteActionsDuration: "PT5M" }, says: "exclude" },
    {
      name: "a mute under the frequency",
      part: { windowSize: "PT1H", evaluationFrequency: "PT1H", muteActionsDuration: "PT5M" },
      says: "longer than muteActionsDuration",
    },
    { name: "a stateful rule that runs once a day", part: daily("P1D", true), says: "not documented" },
    { name: "a day every minute", part: { windowSize: "P1D", evaluationFrequency: "PT1M" }, says: "over six hours" },
    { name: "minutes looked at every five", part: { ...periods(5), windowSize: "PT1M" }, says: "under five minutes" },
    { name: "silence in several periods", part: { ...periods(2), operator: "LessThan" }, says: "not documented" },
    { name: "an operator that is spelled in two ways", part: { operator: "Equal" }, says: "operator" },
    { name: "a severity of 5", part: { severity: 5 }, says: "severity" },
    { name: "seven dimensions", part: { dimensions: Array.from({ length: 7 }, aDimension) }, says: "dimensions" },
    { name: "a description over 4,096 characters", part: { description: "x".repeat(4_097) }, says: "description" },
  ])("may not have $name", ({ part, says }) => {
    expect(() => read(part)).toThrow(says);
  });

  it("are refused with everything that is wrong at once", () => {
    expect(() => read({ windowSize: "PT36H", severity: 5 })).toThrow(/severity[^]*windowSize|windowSize[^]*severity/);
  });

  function daily(evaluationFrequency: string, autoMitigate: boolean): Record<string, unknown> {
    return { windowSize: "P1D", evaluationFrequency, autoMitigate };
  }

  function aDimension(_: unknown, index: number): NonNullable<RuleInput["dimensions"]>[number] {
    return { name: `d${index}`, operator: "Include", values: ["*"] };
  }
});
