import { Cron } from "croner";

/**
 * The instant that a timer invocation stands for: the newest occurrence of its schedule that is not in the future. Timers fire
 * some milliseconds late, and after downtime once for what was missed; ids of runs and snapshots must not depend on that.
 */
export function scheduledAt(schedule: string, now: Date): Date {
  const cron = new Cron(schedule, { mode: "6-part", timezone: "UTC", domAndDow: true, paused: true });
  // A timer may fire some milliseconds early, too.
  const wholeSecond = new Date(Math.floor((now.getTime() + 1000) / 1000) * 1000);
  return cron.match(wholeSecond) ? wholeSecond : (cron.previousRuns(1, wholeSecond)[0] ?? wholeSecond);
}
