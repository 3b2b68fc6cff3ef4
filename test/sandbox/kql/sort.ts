import { compileExpression } from "./expressions.ts";
import type { Evaluate, Scope } from "./scope.ts";
import {
  childOf,
  findChild,
  itemsOf,
  kindOf,
  parametersOf,
  textOf,
  tokenOf,
  unsupported,
  type SyntaxNode,
} from "./syntax.ts";
import { compareValues, type Row, type Value } from "./values.ts";

interface SortKey {
  readonly evaluate: Evaluate;
  readonly sign: 1 | -1;
  readonly nullsFirst: boolean;
}

type Sorted = (rows: readonly Row[]) => readonly Row[];

export function compileSort(node: SyntaxNode, scope: Scope): Sorted {
  refuseHints(node);
  const keys = itemsOf(node, "Expressions").map((key) => compileKey(key, scope));
  return (rows) => sortRows(rows, keys);
}

export function compileTop(node: SyntaxNode, scope: Scope): Sorted {
  refuseHints(node);
  const count = Number(compileExpression(childOf(node, "Expression"), scope)({}));
  const keys = [compileKey(childOf(node, "ByExpression"), scope)];
  return (rows) => sortRows(rows, keys).slice(0, count);
}

function refuseHints(node: SyntaxNode): void {
  if (parametersOf(node).size > 0) throw unsupported(node, `A parameter of '${textOf(node)}'`);
}

/** Descending unless it says `asc`; nulls count as smallest unless it says where they go. */
function compileKey(node: SyntaxNode, scope: Scope): SortKey {
  if (kindOf(node) !== "OrderedExpression")
    return { evaluate: compileExpression(node, scope), sign: -1, nullsFirst: false };
  const evaluate = compileExpression(childOf(node, "Expression"), scope);
  const ordering = childOf(node, "Ordering");
  const ascending = tokenOf(ordering, "AscOrDescKeyword") === "asc";
  const nulls = findChild(ordering, "NullsClause");
  const nullsFirst = nulls ? tokenOf(nulls, "FirstOrLastKeyword") === "first" : ascending;
  return { evaluate, sign: ascending ? 1 : -1, nullsFirst };
}

function sortRows(rows: readonly Row[], keys: readonly SortKey[]): Row[] {
  // Keys are computed once per row, not once per comparison.
  const decorated = rows.map((row) => ({ row, values: keys.map((key) => key.evaluate(row)) }));
  decorated.sort((a, b) => compareKeys(keys, a.values, b.values));
  return decorated.map(({ row }) => row);
}

function compareKeys(keys: readonly SortKey[], a: readonly Value[], b: readonly Value[]): number {
  for (const [index, key] of keys.entries()) {
    const left = a[index] ?? null;
    const right = b[index] ?? null;
    const order =
      left === null || right === null ? compareNulls(key, left, right) : key.sign * (compareValues(left, right) ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function compareNulls(key: SortKey, left: Value, right: Value): number {
  if (left === right) return 0;
  return (left === null) === key.nullsFirst ? -1 : 1;
}
