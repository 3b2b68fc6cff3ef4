import { toMinutes, type AlertRule } from "./alertRule.ts";
import type { Evaluation } from "./evaluateRule.ts";

const MINUTE_MS = 60_000;

/** What a rule remembers from one evaluation to the next. */
interface AlertState {
  /** Whether people are told of this evaluation. */
  next(evaluation: Evaluation): boolean;
}

export function createAlertState(rule: AlertRule): AlertState {
  return rule.autoMitigate ? createStateful(rule) : createStateless(rule);
}

/** Tells at every evaluation that fires, but for the time that actions are muted after one that told. */
function createStateless({ muteActionsDuration: mute }: AlertRule): AlertState {
  const muteMs = mute ? toMinutes(mute) * MINUTE_MS : 0;
  let mutedUntil = -Infinity;
  return {
    next({ at, fires }) {
      if (!fires || at.getTime() < mutedUntil) return false;
      mutedUntil = at.getTime() + muteMs;
      return true;
    },
  };
}

/** Tells once for each series that begins to fire; the series can tell again only after it has been resolved. */
function createStateful(rule: AlertRule): AlertState {
  const needed = toQuietEvaluations(toMinutes(rule.evaluationFrequency));
  // Of each fired series: for how many evaluations it has not met the condition.
  const quiet = new Map<string, number>();
  return {
    next({ series }) {
      const firing = new Set(series.filter(({ fires }) => fires).map(({ dimensions }) => JSON.stringify(dimensions)));
      const isNew = [...firing].some((key) => !quiet.has(key));
      for (const key of firing) quiet.set(key, 0);
      for (const [key, count] of quiet) {
        if (firing.has(key)) continue;
        if (count + 1 >= needed) quiet.delete(key);
        else quiet.set(key, count + 1);
      }
      return isNew;
    },
  };
}

/**
 * After how many evaluations without the condition a fired alert is resolved.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts
 */
function toQuietEvaluations(frequencyMinutes: number): number {
  if (frequencyMinutes === 1) return 10;
  return frequencyMinutes <= 15 ? 3 : 2;
}
