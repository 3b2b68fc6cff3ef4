import { binAt, type ScalarFunction } from "./scalarFunctions.ts";
import { isArray, Timespan, toNumber, toText, type Value } from "./values.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const PART_MS: Readonly<Record<string, number>> = {
  day: DAY_MS,
  hour: HOUR_MS,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};
const PART_MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

/** How many borders between parts lie between the two instants: an hour begins at its first minute, whatever the distance. */
function differ(part: Value, end: Value, start: Value): number | null {
  if (!(end instanceof Date) || !(start instanceof Date)) return null;
  const name = toText(part).toLowerCase();
  const months = PART_MONTHS[name];
  const index = (date: Date): number =>
    months === undefined
      ? Math.floor(date.getTime() / toPartMs(name))
      : Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
  return index(end) - index(start);
}

function addParts(part: Value, count: Value, date: Value): Date | null {
  const amount = toNumber(count);
  const step = toPartMs(toText(part).toLowerCase());
  return date instanceof Date && amount !== null ? new Date(date.getTime() + amount * step) : null;
}

function toPartMs(name: string): number {
  const ms = PART_MS[name];
  if (ms === undefined) throw new Error(`The part '${name}' of a date is not supported`);
  return ms;
}

function endOfDay(value: Value): Date | null {
  const start = binAt(value, new Timespan(DAY_MS), new Date(0));
  // The last tick of the day is 100 ns before midnight; a Date has milliseconds.
  return start instanceof Date ? new Date(start.getTime() + DAY_MS - 1) : null;
}

function onNumber(calculate: (number: number) => number): ScalarFunction {
  return (value = null) => {
    const number = toNumber(value);
    return number === null ? null : calculate(number);
  };
}

function joinTexts(delimiter: Value, items: readonly Value[]): string {
  return items.map(toText).join(toText(delimiter));
}

/** Functions that Log Analytics has on top of the common ones. Types and numbers of arguments have been checked by the parser. */
export const LOG_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  datetime_diff: (part = null, end = null, start = null) => differ(part, end, start),
  datetime_add: (part = null, count = null, date = null) => addParts(part, count, date),
  bin_at: (value = null, size = null, fixed = null) => binAt(value, size, fixed),
  endofday: (value = null) => endOfDay(value),
  hourofday: (value = null) => (value instanceof Date ? value.getUTCHours() : null),
  abs: onNumber(Math.abs),
  ceiling: onNumber(Math.ceil),
  strcat_array: (list = null, delimiter = null) => (isArray(list) ? joinTexts(delimiter, list) : ""),
  strcat_delim: (delimiter = null, ...parts) => joinTexts(delimiter, parts),
};
