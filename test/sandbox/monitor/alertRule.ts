import { z } from "zod";

/**
 * The durations that the service takes, in minutes: fewer than ISO 8601 has.
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/monitor_scheduled_query_rules_alert_v2
 */
const MINUTES = {
  PT1M: 1,
  PT5M: 5,
  PT10M: 10,
  PT15M: 15,
  PT20M: 20,
  PT30M: 30,
  PT45M: 45,
  PT1H: 60,
  PT2H: 120,
  PT3H: 180,
  PT4H: 240,
  PT5H: 300,
  PT6H: 360,
  P1D: 1_440,
  P2D: 2_880,
} as const;
type Span = keyof typeof MINUTES;

export const toMinutes = (span: Span): number => MINUTES[span];

const hours = ["PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H"] as const;
const fromFive = ["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", ...hours, "P1D"] as const;
const Frequency = z.enum(["PT1M", ...fromFive]);
const Window = z.enum(["PT1M", ...fromFive, "P2D"]);
const Override = z.enum([...fromFive, "PT20M", "P2D"]);
const Mute = z.enum([...fromFive, "P2D"]);

/** The longest stretch of data that a rule may look at. */
const MAX_LOOKBACK_MINUTES = MINUTES.P2D;
/** Up to which frequency it is documented when a stateful alert is resolved: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts */
const MAX_STATEFUL_MINUTES = 12 * 60;

const Periods = z.int().min(1).max(6);
const Dimension = z.strictObject({
  name: z.string().min(1),
  operator: z.enum(["Include", "Exclude"]),
  values: z.array(z.string().min(1)).min(1),
});

/**
 * One scheduled query rule (`Microsoft.Insights/scheduledQueryRules`, kind LogAlert) with its only condition. Strict: a field that
 * is not evaluated here is refused. `Equal` is missing: the API's specification and the service spell it differently
 * (https://github.com/Azure/azure-rest-api-specs/issues/21794).
 */
export const AlertRuleSchema = z
  .strictObject({
    displayName: z.string().min(1),
    description: z.string().min(1).max(4_096),
    severity: z.int().min(0).max(4),
    evaluationFrequency: Frequency,
    windowSize: Window,
    overrideQueryTimeRange: Override.optional(),
    operator: z.enum(["GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"]),
    threshold: z.number(),
    timeAggregation: z.enum(["Count", "Average", "Minimum", "Maximum", "Total"]),
    metricMeasureColumn: z.string().min(1).optional(),
    dimensions: z.array(Dimension).max(6).default([]),
    failingPeriods: z
      .strictObject({ numberOfEvaluationPeriods: Periods, minFailingPeriodsToAlert: Periods })
      .default({ numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }),
    autoMitigate: z.boolean(),
    muteActionsDuration: Mute.optional(),
  })
  .superRefine((rule, context) => {
    for (const message of listBrokenBounds(rule)) context.addIssue({ code: "custom", message });
  });

export type AlertRule = z.infer<typeof AlertRuleSchema>;

/** The rules of a file, by name. Throws an error that names every broken bound and every unknown field. */
export function readAlertRules(value: unknown): Readonly<Record<string, AlertRule>> {
  const rules = z.record(z.string().regex(/^[a-z][a-zA-Z]*$/), AlertRuleSchema).safeParse(value);
  if (!rules.success) throw new Error(`The alert rules are not valid:\n${z.prettifyError(rules.error)}`);
  return rules.data;
}

/** How far back a rule looks where nothing overrides it. */
export const toLookbackMinutes = ({ windowSize, failingPeriods }: AlertRule): number =>
  MINUTES[windowSize] * failingPeriods.numberOfEvaluationPeriods;

/** What the service says of fields that do not fit each other. */
function listBrokenBounds(rule: AlertRule): string[] {
  const { autoMitigate, metricMeasureColumn, timeAggregation, failingPeriods } = rule;
  const lookback = toLookbackMinutes(rule);
  const frequency = MINUTES[rule.evaluationFrequency];
  const override = rule.overrideQueryTimeRange && MINUTES[rule.overrideQueryTimeRange];
  const mute = rule.muteActionsDuration && MINUTES[rule.muteActionsDuration];
  const { numberOfEvaluationPeriods: periods, minFailingPeriodsToAlert: failing } = failingPeriods;
  const bounds: readonly (readonly [isBroken: boolean, message: string])[] = [
    [lookback > MAX_LOOKBACK_MINUTES, "windowSize times numberOfEvaluationPeriods is over two days"],
    [frequency > lookback, "evaluationFrequency is longer than what is looked at: rows between would never be seen"],
    [override !== undefined && override < lookback, "overrideQueryTimeRange is shorter than what is looked at"],
    [failing > periods, "minFailingPeriodsToAlert is over numberOfEvaluationPeriods"],
    [(timeAggregation === "Count") === (metricMeasureColumn !== undefined), MEASURE],
    [mute !== undefined && autoMitigate, "muteActionsDuration and autoMitigate exclude each other"],
    [mute !== undefined && frequency > mute, "evaluationFrequency is longer than muteActionsDuration"],
    [autoMitigate && frequency > MAX_STATEFUL_MINUTES, "autoMitigate with a frequency over 12 hours is not documented"],
    [frequency === 1 && MINUTES[rule.windowSize] > 360, "windowSize is over six hours at a frequency of one minute"],
    [frequency > 1 && MINUTES[rule.windowSize] < 5, "windowSize is under five minutes"],
    [periods > 1 && timeAggregation === "Count" && rule.operator.startsWith("Less"), EMPTY_PERIODS],
  ];
  return bounds.filter(([isBroken]) => isBroken).map(([, message]) => message);
}

const MEASURE = "metricMeasureColumn belongs to every timeAggregation but Count";
const EMPTY_PERIODS = "whether a period without rows counts as zero is not documented: use one period for silence";
