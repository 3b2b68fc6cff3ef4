import { parseInstant, parseTimespan } from "./literals.ts";
import { toRegExp } from "./text.ts";
import { compareValues, isArray, isBag, parseDynamic, Timespan, toNumber, toText, type Value } from "./values.ts";

/** A function over values that are already computed; a missing argument is null. */
export type ScalarFunction = (...args: Value[]) => Value;

const DAY_MS = 86_400_000;
const YEAR_ONE_MS = Date.parse("0001-01-01T00:00:00Z");

function toInteger(value: Value): number | null {
  if (typeof value === "string" && !/^\s*[+-]?\d+\s*$/.test(value)) return null;
  const number = toNumber(value);
  return number === null ? null : Math.trunc(number);
}

function toBool(value: Value): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const text = toText(value).toLowerCase();
  return text === "true" || text === "false" ? text === "true" : null;
}

function toDateTime(value: Value): Date | null {
  return value instanceof Date ? value : parseInstant(toText(value));
}

function toTimespan(value: Value): Timespan | null {
  return value instanceof Timespan ? value : parseTimespan(toText(value));
}

function split(text: Value, delimiter: Value, index: Value): Value {
  const parts = toText(text).split(toText(delimiter));
  return typeof index === "number" ? parts.slice(index, index + 1) : parts;
}

function substring(text: Value, start: Value, length: Value): string {
  const from = toNumber(start) ?? 0;
  return toText(text).slice(from, length === null ? undefined : from + Math.max(0, toNumber(length) ?? 0));
}

function trim(pattern: Value, text: Value): string {
  const edge = toText(pattern);
  return toText(text)
    .replace(new RegExp(`^(?:${edge})`, "u"), "")
    .replace(new RegExp(`(?:${edge})$`, "u"), "");
}

function extract(pattern: Value, group: Value, text: Value): string {
  return toRegExp(toText(pattern)).exec(toText(text))?.[toNumber(group) ?? 0] ?? "";
}

function packBag(...pairs: Value[]): Value {
  const keys = pairs.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(keys.map((key, index) => [toText(key), pairs[index * 2 + 1] ?? null]));
}

function bagKeys(bag: Value): Value {
  return isBag(bag) ? Object.keys(bag) : null;
}

function extreme(values: Value[], sign: 1 | -1): Value {
  let best: Value = null;
  for (const value of values)
    if (value !== null && (best === null || sign * (compareValues(value, best) ?? 0) > 0)) best = value;
  return best;
}

/** The greatest multiple of `size` that is not above `value`. Instants count from the year 1: weeks begin on a Monday. */
function bin(value: Value, size: Value): Value {
  return binAt(value, size, value instanceof Date ? new Date(YEAR_ONE_MS) : 0);
}

/** The greatest value not above `value` that lies a multiple of `size` from `fixed`. */
export function binAt(value: Value, size: Value, fixed: Value): Value {
  const step = toSize(size);
  const start = toSize(fixed);
  if (step === null || step <= 0 || start === null) return null;
  const floor = (number: number): number => start + Math.floor((number - start) / step) * step;
  if (value instanceof Date) return new Date(floor(value.getTime()));
  if (value instanceof Timespan) return new Timespan(floor(value.ms));
  return typeof value === "number" ? floor(value) : null;
}

function toSize(value: Value): number | null {
  if (value instanceof Date) return value.getTime();
  return value instanceof Timespan ? value.ms : toNumber(value);
}

function round(value: Value, digits: Value): Value {
  const number = toNumber(value);
  const factor = 10 ** (toNumber(digits) ?? 0);
  return number === null ? null : Math.round(number * factor) / factor;
}

const isEmpty: ScalarFunction = (value = null) => toText(value) === "";
const asDynamic: ScalarFunction = (value = null) => parseDynamic(value);

/** By name, as KQL writes them. Types and numbers of arguments have been checked by the parser. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  tostring: (value = null) => toText(value),
  tolower: (value = null) => toText(value).toLowerCase(),
  toupper: (value = null) => toText(value).toUpperCase(),
  toint: (value = null) => toInteger(value),
  tolong: (value = null) => toInteger(value),
  toreal: (value = null) => toNumber(value),
  todouble: (value = null) => toNumber(value),
  tobool: (value = null) => toBool(value),
  toboolean: (value = null) => toBool(value),
  todatetime: (value = null) => toDateTime(value),
  totimespan: (value = null) => toTimespan(value),
  parse_json: asDynamic,
  parsejson: asDynamic,
  todynamic: asDynamic,
  split: (text = null, delimiter = null, index = null) => split(text, delimiter, index),
  strcat: (...parts) => parts.map(toText).join(""),
  strlen: (text = null) => Array.from(toText(text)).length,
  substring: (text = null, start = null, length = null) => substring(text, start, length),
  trim: (pattern = null, text = null) => trim(pattern, text),
  replace_string: (text = null, from = null, to = null) => toText(text).replaceAll(toText(from), () => toText(to)),
  indexof: (text = null, part = null) => toText(text).indexOf(toText(part)),
  extract: (pattern = null, group = null, text = null) => extract(pattern, group, text),
  array_length: (value = null) => (isArray(value) ? value.length : null),
  array_concat: (...arrays) => arrays.flatMap((array) => (isArray(array) ? array : [])),
  pack_array: (...values) => values,
  bag_pack: packBag,
  pack: packBag,
  bag_keys: (bag = null) => bagKeys(bag),
  isempty: isEmpty,
  isnotempty: (value = null) => isEmpty(value) === false,
  notempty: (value = null) => isEmpty(value) === false,
  isnull: (value = null) => value === null,
  isnotnull: (value = null) => value !== null,
  notnull: (value = null) => value !== null,
  not: (value = null) => (typeof value === "boolean" ? !value : null),
  coalesce: (...values) => values.find((value) => value !== null && value !== "") ?? values.at(-1) ?? null,
  min_of: (...values) => extreme(values, -1),
  max_of: (...values) => extreme(values, 1),
  bin: (value = null, size = null) => bin(value, size),
  floor: (value = null, size = null) => bin(value, size),
  round: (value = null, digits = null) => round(value, digits),
  startofday: (value = null) => bin(value, new Timespan(DAY_MS)),
};
