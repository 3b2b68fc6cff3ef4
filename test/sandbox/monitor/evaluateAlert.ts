import { compileAlertQuery } from "./alertQuery.ts";
import { toMinutes, type AlertRule } from "./alertRule.ts";
import { createAlertState } from "./alertState.ts";
import { evaluateRule, type Evaluation } from "./evaluateRule.ts";
import type { TelemetryLog } from "./telemetryLog.ts";

const MINUTE_MS = 60_000;

export interface Firing extends Evaluation {
  /** Whether people are told: not while a stateful alert stays fired, nor while it is muted. */
  readonly notifies: boolean;
}

export interface Alert {
  /** What the rule finds at one instant. */
  evaluate(telemetry: TelemetryLog, instant: number): Evaluation;
  /**
   * The evaluations that fire, of those at `from` and every `evaluationFrequency` after it up to `to`. Where in the hour the service
   * begins is its own choice: vary `from`. It retries when data is late; here a row that comes in after its window is never seen.
   */
  advance(telemetry: TelemetryLog, span: { readonly from: number; readonly to: number }): readonly Firing[];
}

/** A rule with its query. Throws where the service would refuse them, or do with them what is not known. */
export function createAlert(rule: AlertRule, query: string): Alert {
  const compiled = compileAlertQuery(rule, query);
  const evaluate = (telemetry: TelemetryLog, instant: number): Evaluation =>
    evaluateRule(rule, compiled, { telemetry, instant });
  return {
    evaluate,
    advance(telemetry, { from, to }) {
      const state = createAlertState(rule);
      const firings: Firing[] = [];
      for (let instant = from; instant <= to; instant += toMinutes(rule.evaluationFrequency) * MINUTE_MS) {
        const evaluation = evaluate(telemetry, instant);
        const notifies = state.next(evaluation);
        if (evaluation.fires) firings.push({ ...evaluation, notifies });
      }
      return firings;
    },
  };
}
