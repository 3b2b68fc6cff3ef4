/** A value of a row. `null` is KQL's null of any type; a KQL `string` is never null but empty. */
export type Value =
  null | boolean | number | string | Date | Timespan | readonly Value[] | { readonly [key: string]: Value };
export type Row = Readonly<Record<string, Value>>;

const DAY_MS = 86_400_000;

/** KQL's `timespan`; a class, so that it can be told from a dynamic property bag. */
export class Timespan {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  /** `d.hh:mm:ss.fffffff` as KQL prints it. */
  toString(): string {
    const size = Math.abs(this.ms);
    const days = Math.floor(size / DAY_MS);
    const time = new Date(size % DAY_MS).toISOString().slice(11, 23);
    const fraction = time.endsWith(".000") ? time.slice(0, 8) : `${time}0000`;
    return `${this.ms < 0 ? "-" : ""}${days > 0 ? `${days}.` : ""}${fraction}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Whether the value is a dynamic property bag. */
export function isBag(value: Value): value is { readonly [key: string]: Value } {
  return (
    typeof value === "object" &&
    value !== null &&
    !isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Timespan)
  );
}

/** What `tostring()` gives: empty for null, JSON for an array or a bag. */
export function toText(value: Value): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString().replace("Z", "0000Z");
  if (value instanceof Timespan) return value.toString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number from a number, a bool or a text; null for anything else. */
export function toNumber(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Date || typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** A number for instants and durations, so that they compare; other values as they are. */
function toComparable(value: Value): Value {
  if (value instanceof Date) return value.getTime();
  return value instanceof Timespan ? value.ms : value;
}

/** Negative, zero or positive; undefined for values that have no order between them: nulls, unlike types, arrays and bags. */
export function compareValues(a: Value, b: Value): number | undefined {
  const left = toComparable(a);
  const right = toComparable(b);
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : Number(left > right);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return undefined;
}

/** KQL's equality: null for two nulls, false for a null and a value. */
export function equals(a: Value, b: Value): boolean | null {
  if (a === null && b === null) return null;
  return compareValues(a, b) === 0;
}

/** A text that is the same exactly for equal lists of values: the key of a group or of a join. */
export function toKey(values: readonly Value[]): string {
  return JSON.stringify(values.map((value) => (value instanceof Date ? { instant: value.getTime() } : value)));
}

/** Reads JSON text into values; text that is not JSON stays text, as `parse_json()` has it. */
export function parseDynamic(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    const parsed: Value = JSON.parse(value);
    return parsed;
  } catch {
    return value;
  }
}

/** A member of a bag (by name) or of an array (by index, from the end where negative); null where there is none. */
export function memberOf(value: Value, key: string | number): Value {
  if (isArray(value)) return typeof key === "number" ? (value.at(key) ?? null) : null;
  return isBag(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}
