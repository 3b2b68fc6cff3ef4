import { compileExpression } from "./expressions.ts";
import type { Evaluate, Scope } from "./scope.ts";
import { childOf, itemsOf, kindOf, nameOf, textOf, unsupported, withoutName, type SyntaxNode } from "./syntax.ts";
import { compareValues, toKey, toNumber, type Row, type Value } from "./values.ts";

export type Aggregate = (rows: readonly Row[]) => Value;

/** Arguments of an aggregate: the value, and the second argument (a predicate or a limit) where the function has one. */
interface Arguments {
  readonly value: Evaluate;
  readonly second: Evaluate | undefined;
}

const NONE: Evaluate = () => null;

/** Compiles one aggregate of a `summarize`. Calculations around an aggregate are refused. */
export function compileAggregate(node: SyntaxNode, scope: Scope): Aggregate {
  const call = withoutName(node);
  if (kindOf(call) !== "FunctionCallExpression") throw unsupported(call, `The aggregate '${textOf(call)}'`);
  const name = nameOf(childOf(call, "Name"));
  const create = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
  if (!create) throw unsupported(call, `The aggregate function '${name}'`);
  const [value = NONE, second] = itemsOf(childOf(call, "ArgumentList"), "Expressions").map((arg) =>
    compileExpression(arg, scope),
  );
  return create({ value, second });
}

const AGGREGATES: Readonly<Record<string, (args: Arguments) => Aggregate>> = {
  count: () => (rows) => rows.length,
  countif:
    ({ value }) =>
    (rows) =>
      rows.filter((row) => value(row) === true).length,
  dcount:
    ({ value }) =>
    (rows) =>
      distinct(valuesOf(rows, value)).length,
  dcountif:
    ({ value, second }) =>
    (rows) =>
      distinct(valuesOf(where(rows, second), value)).length,
  sum:
    ({ value }) =>
    (rows) =>
      sum(valuesOf(rows, value)),
  sumif:
    ({ value, second }) =>
    (rows) =>
      sum(valuesOf(where(rows, second), value)),
  avg:
    ({ value }) =>
    (rows) =>
      average(valuesOf(rows, value)),
  min:
    ({ value }) =>
    (rows) =>
      extreme(valuesOf(rows, value), -1),
  max:
    ({ value }) =>
    (rows) =>
      extreme(valuesOf(rows, value), 1),
  make_list: ({ value, second }) => listOf(value, second, (values) => values),
  make_set: ({ value, second }) => listOf(value, second, distinct),
  take_any: ({ value }) => anyOf(value),
  any: ({ value }) => anyOf(value),
};

function listOf(value: Evaluate, limit: Evaluate | undefined, pick: (values: Value[]) => Value[]): Aggregate {
  const max = limit ? (toNumber(limit({})) ?? 0) : Infinity;
  return (rows) => pick(valuesOf(rows, value)).slice(0, max);
}

function anyOf(value: Evaluate): Aggregate {
  return (rows) => (rows[0] ? value(rows[0]) : null);
}

/** The values that are not null: no aggregate counts a null. */
function valuesOf(rows: readonly Row[], value: Evaluate): Value[] {
  return rows.map(value).filter((item) => item !== null);
}

function where(rows: readonly Row[], predicate: Evaluate | undefined): readonly Row[] {
  return predicate ? rows.filter((row) => predicate(row) === true) : rows;
}

function distinct(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [toKey([value]), value])).values()];
}

function sum(values: readonly Value[]): number {
  let total = 0;
  for (const value of values) total += toNumber(value) ?? 0;
  return total;
}

function average(values: readonly Value[]): number | null {
  const numbers = values.map(toNumber).filter((value) => value !== null);
  return numbers.length === 0 ? null : sum(numbers) / numbers.length;
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  let best: Value = null;
  for (const value of values) if (best === null || sign * (compareValues(value, best) ?? 0) > 0) best = value;
  return best;
}
