import {
  stringOf,
  mistyped,
  textOf,
  typeOf,
  type SyntaxNode,
  unsupported,
  itemsOf,
  kindOf,
  childOf,
} from "./syntax.ts";
import { Timespan, type Value } from "./values.ts";

const UNIT_MS: Record<string, number> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};
const SHORT_SPAN = /^(-?[\d.]+)\s*(d|h|m|s|ms)$/;
const LONG_SPAN = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/;

/** The value of a literal node. It is read from the text: the parser's own values are boxed .NET numbers and lose precision. */
export function readLiteral(node: SyntaxNode): Value {
  const type = typeOf(node);
  const text = unwrap(textOf(node));
  switch (type) {
    case "string":
      return stringOf(node);
    case "bool":
      return text === "null" ? null : text.toLowerCase() === "true";
    case "long":
    case "int":
    case "real":
      return readNumber(node, text);
    case "datetime":
      return readInstant(node, text);
    case "timespan":
      return readTimespan(node, text);
    default:
      throw unsupported(node, `The literal ${textOf(node)}`);
  }
}

/** The value inside `dynamic(...)`. */
export function readDynamic(node: SyntaxNode): Value {
  switch (kindOf(node)) {
    case "DynamicExpression":
      return readDynamic(childOf(node, "Expression"));
    case "JsonArrayExpression":
      return itemsOf(node, "Values").map(readDynamic);
    case "JsonObjectExpression":
      return Object.fromEntries(itemsOf(node, "Pairs").map(readPair));
    case "PrefixUnaryExpression":
      return -Number(readDynamic(childOf(node, "Expression")));
    default:
      return textOf(node) === "null" ? null : readLiteral(node);
  }
}

function readPair(pair: SyntaxNode): [string, Value] {
  const quoted = textOf(childOf(pair, "Name"));
  if (quoted.includes("\\")) throw unsupported(pair, `The escape in the key ${quoted}`);
  return [quoted.slice(1, -1), readDynamic(childOf(pair, "Value"))];
}

/** `long(5)`, `datetime("2026-01-01")` and `time(1h)` without the type name and the quotes. */
function unwrap(text: string): string {
  const inner = /^[a-z]+\((.*)\)$/is.exec(text)?.[1] ?? text;
  return inner.trim().replaceAll(/^["']|["']$/g, "");
}

function readNumber(node: SyntaxNode, text: string): number | null {
  if (text === "null") return null;
  const value = Number(text);
  if (Number.isNaN(value)) throw unsupported(node, `The number ${text}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw unsupported(node, `An integer as large as ${text}`);
  return value;
}

function readInstant(node: SyntaxNode, text: string): Date | null {
  if (text === "null") return null;
  const value = parseInstant(text);
  if (!value) throw mistyped(node, `'${text}' is not an instant`);
  return value;
}

function readTimespan(node: SyntaxNode, text: string): Timespan | null {
  if (text === "null") return null;
  const value = parseTimespan(text);
  if (!value) throw unsupported(node, `The timespan ${text}`);
  return value;
}

/** An ISO 8601 date or instant, in UTC where it names no zone; null where the text is something else. */
export function parseInstant(text: string): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(
    text.trim(),
  );
  if (!match) return null;
  const value = new Date(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`);
  return Number.isNaN(value.getTime()) ? null : value;
}

/** `1d`, `90m`, `1.02:00:00` or `00:05:00`; null where the text is something else. */
export function parseTimespan(text: string): Timespan | null {
  const short = SHORT_SPAN.exec(text);
  if (short) return new Timespan(Number(short[1]) * (UNIT_MS[short[2] ?? ""] ?? Number.NaN));
  const long = LONG_SPAN.exec(text);
  if (!long) return null;
  const [, sign, days, hours, minutes, seconds] = long;
  const totalSeconds = Number(days ?? 0) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return new Timespan(totalSeconds * 1_000 * (sign ? -1 : 1));
}
