import { Cron } from "croner";

// Croner knows more than NCRONTAB does (`?`, `L`, `W`, `#`, nicknames, 7 for Sunday): what these refuse would fail in Azure.
const NUMBERS = /^[\d*,/-]+$/;
const MONTHS = /^(?:[\d*,/-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/i;
const WEEKDAYS = /^(?:[0-6*,/-]|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i;
const FIELDS = [NUMBERS, NUMBERS, NUMBERS, NUMBERS, MONTHS, WEEKDAYS];

export interface Schedule {
  /** The first occurrence after `epochMs`, in milliseconds since the epoch. */
  nextAfter(epochMs: number): number;
}

/**
 * A six-field NCRONTAB expression in UTC: second, minute, hour, day, month, day of week. Day and day of week must both match.
 * Throws on what the Functions host would not take, and on five-field expressions and time spans, which it would.
 */
export function createSchedule(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length || !FIELDS.every((field, index) => field.test(parts[index] ?? "")))
    throw new Error(`Not a six-field NCRONTAB schedule of the kind the local host supports: "${expression}"`);
  const cron = new Cron(parts.join(" "), { mode: "6-part", timezone: "UTC", domAndDow: true });
  const nextAfter = (epochMs: number) => {
    const next = cron.nextRun(new Date(epochMs));
    if (next === null) throw new Error(`The schedule "${expression}" has no occurrence`);
    return next.getTime();
  };
  nextAfter(Date.now());
  return { nextAfter };
}
