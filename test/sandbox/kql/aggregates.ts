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

/** Compiles one aggregate of a `summarize`, with the calculation around it where the dialect has that. */
export function compileAggregate(node: SyntaxNode, scope: Scope): Aggregate {
  const expression = withoutName(node);
  const aggregate = findAggregate(expression, scope);
  if (aggregate) return aggregate;
  if (scope.dialect.allowsCalculatedAggregates) return compileCalculation(expression, scope);
  if (kindOf(expression) !== "FunctionCallExpression")
    throw unsupported(expression, `The aggregate '${textOf(expression)}'`);
  throw unsupported(expression, `The aggregate function '${nameOf(childOf(expression, "Name"))}'`);
}

/** The aggregate that the node is a call of; undefined for anything else. */
function findAggregate(node: SyntaxNode, scope: Scope): Aggregate | undefined {
  if (kindOf(node) !== "FunctionCallExpression") return undefined;
  const name = nameOf(childOf(node, "Name"));
  const create = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : findMore(name, scope);
  if (!create) return undefined;
  const [value = NONE, second] = itemsOf(childOf(node, "ArgumentList"), "Expressions").map((arg) =>
    compileExpression(arg, scope),
  );
  return create({ value, second });
}

function findMore(name: string, { dialect }: Scope): CreateAggregate | undefined {
  return dialect.functions.has(name) && Object.hasOwn(LOG_AGGREGATES, name) ? LOG_AGGREGATES[name] : undefined;
}

/** Every aggregate in the expression becomes a column of one row, on which the rest of it is computed. */
function compileCalculation(node: SyntaxNode, scope: Scope): Aggregate {
  const aggregates: Aggregate[] = [];
  const evaluate = compileExpression(node, {
    ...scope,
    aggregate(call) {
      const aggregate = findAggregate(call, scope);
      if (!aggregate) return undefined;
      const column = String(aggregates.push(aggregate) - 1);
      return (row) => row[column] ?? null;
    },
  });
  if (aggregates.length === 0) throw unsupported(node, `The aggregate '${textOf(node)}'`);
  return (rows) => evaluate(Object.fromEntries(aggregates.map((aggregate, index) => [String(index), aggregate(rows)])));
}

type CreateAggregate = (args: Arguments) => Aggregate;

const LOG_AGGREGATES: Readonly<Record<string, CreateAggregate>> = {
  maxif:
    ({ value, second }) =>
    (rows) =>
      extreme(valuesOf(where(rows, second), value), 1),
  minif:
    ({ value, second }) =>
    (rows) =>
      extreme(valuesOf(where(rows, second), value), -1),
  make_set_if:
    ({ value, second }) =>
    (rows) =>
      distinct(valuesOf(where(rows, second), value)),
  make_list_if:
    ({ value, second }) =>
    (rows) =>
      valuesOf(where(rows, second), value),
};

const AGGREGATES: Readonly<Record<string, CreateAggregate>> = {
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
