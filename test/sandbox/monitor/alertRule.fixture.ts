import type { z } from "zod";
import { AlertRuleSchema, type AlertRule } from "./alertRule.ts";

export type RuleInput = z.input<typeof AlertRuleSchema>;

/** Fires on any row of the last ten minutes, looked at every five. */
const INPUT: RuleInput = {
  displayName: "A rule",
  description: "Fires on a row",
  severity: 2,
  evaluationFrequency: "PT5M",
  windowSize: "PT10M",
  operator: "GreaterThan",
  threshold: 0,
  timeAggregation: "Count",
  autoMitigate: false,
};

/** The rule as rules.json has it. */
export const aRuleInput = (part: Partial<RuleInput> = {}): RuleInput => ({ ...INPUT, ...part });
export const aRule = (part: Partial<RuleInput> = {}): AlertRule => AlertRuleSchema.parse(aRuleInput(part));
