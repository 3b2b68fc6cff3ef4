import { compileAggregate } from "./aggregates.ts";
import { compileExpression } from "./expressions.ts";
import type { Evaluate, Scope } from "./scope.ts";
import {
  childOf,
  columnsOf,
  findChild,
  itemsOf,
  kindOf,
  nameOf,
  refuseParameters,
  textOf,
  unsupported,
  withoutName,
  type SyntaxNode,
} from "./syntax.ts";
import { compareValues, toKey, type Row, type Value } from "./values.ts";

interface Group {
  readonly keys: readonly Value[];
  readonly rows: Row[];
}

/** One item of the list: what it makes of a group, one value for each of its output columns. */
interface Item {
  /** How many output columns; undefined for as many as the others leave. */
  readonly width: number | undefined;
  compute(rows: readonly Row[], names: readonly string[]): readonly Value[];
}

/** An item with the output columns that are its own. */
interface PlacedItem {
  readonly item: Item;
  readonly names: readonly string[];
}

export function compileSummarize(node: SyntaxNode, scope: Scope): (rows: readonly Row[]) => readonly Row[] {
  refuseParameters(node);
  const byClause = findChild(node, "ByClause");
  const keys = byClause ? itemsOf(byClause, "Expressions").map((key) => compileExpression(key, scope)) : [];
  const names = columnsOf(node).map((column) => column.name);
  const items = placeItems(node, scope, names.slice(keys.length));
  const keyNames = names.slice(0, keys.length);
  return (rows) => groupRows(rows, keys).map((group) => toSummary(group, keyNames, items));
}

/** The parser names the output columns in the order of the items, those of `arg_max(x, *)` included. */
function placeItems(node: SyntaxNode, scope: Scope, names: readonly string[]): PlacedItem[] {
  const items = itemsOf(node, "Aggregates").map((item) => compileItem(item, scope));
  const open = items.filter(({ width }) => width === undefined).length;
  const taken = items.reduce((sum, { width = 0 }) => sum + width, 0);
  const rest = open === 1 ? names.length - taken : 0;
  if (taken + rest !== names.length) throw unsupported(node, `'${textOf(node)}'`);
  let start = 0;
  return items.map((item) => {
    const end = start + (item.width ?? rest);
    const own = names.slice(start, end);
    start = end;
    return { item, names: own };
  });
}

function compileItem(node: SyntaxNode, scope: Scope): Item {
  const call = withoutName(node);
  const name = kindOf(call) === "FunctionCallExpression" ? nameOf(childOf(call, "Name")) : "";
  if ((name === "arg_max" || name === "arg_min") && scope.dialect.functions.has(name))
    return compileExtremeRow(call, scope, name === "arg_max" ? 1 : -1);
  const aggregate = compileAggregate(node, scope);
  return { width: 1, compute: (rows) => [aggregate(rows)] };
}

/** The extreme value of the first argument, and the other arguments as they are in that row. */
function compileExtremeRow(call: SyntaxNode, scope: Scope, sign: 1 | -1): Item {
  const [by, ...others] = itemsOf(childOf(call, "ArgumentList"), "Expressions");
  if (!by) throw unsupported(call, `'${textOf(call)}'`);
  const value = compileExpression(by, scope);
  const isStar = others.length === 1 && others.every((other) => kindOf(other) === "StarExpression");
  if (isStar) {
    return {
      width: undefined,
      compute(rows, names) {
        const row = findExtreme(rows, value, sign);
        return names.map((name, index) => (row ? ((index === 0 ? value(row) : row[name]) ?? null) : null));
      },
    };
  }
  const columns = [value, ...others.map((other) => compileExpression(other, scope))];
  return {
    width: columns.length,
    compute(rows) {
      const row = findExtreme(rows, value, sign);
      return columns.map((column) => (row ? column(row) : null));
    },
  };
}

/** Of several equal ones the first; the service takes any. A row without the value counts only where no row has it. */
function findExtreme(rows: readonly Row[], value: Evaluate, sign: 1 | -1): Row | undefined {
  let best: Row | undefined;
  for (const row of rows) {
    const order = best ? compareValues(value(row), value(best)) : 1;
    const isBetter = !best || (value(best) === null ? value(row) !== null : sign * (order ?? 0) > 0);
    if (isBetter) best = row;
  }
  return best;
}

/** In the order in which the groups are first met. Without a key there is one group, even of no rows. */
function groupRows(rows: readonly Row[], keys: readonly Evaluate[]): Group[] {
  if (keys.length === 0) return [{ keys: [], rows: [...rows] }];
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const values = keys.map((key) => key(row));
    const id = toKey(values);
    const group = groups.get(id) ?? { keys: values, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function toSummary(group: Group, keyNames: readonly string[], items: readonly PlacedItem[]): Row {
  const row: Record<string, Value> = {};
  for (const [index, name] of keyNames.entries()) row[name] = group.keys[index] ?? null;
  for (const { item, names } of items) {
    const values = item.compute(group.rows, names);
    for (const [index, name] of names.entries()) row[name] = values[index] ?? null;
  }
  return row;
}
