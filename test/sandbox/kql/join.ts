import { refuseDynamicKey } from "./expressions.ts";
import type { Column } from "./schema.ts";
import type { Scope } from "./scope.ts";
import {
  childOf,
  columnsOf,
  itemsOf,
  kindOf,
  nameOf,
  parametersOf,
  textOf,
  tokenOf,
  unsupported,
  type SyntaxNode,
} from "./syntax.ts";
import { toKey, type Row, type Value } from "./values.ts";

type Join = (left: readonly Row[], right: readonly Row[]) => readonly Row[];
type KeyOf = (row: Row) => string | undefined;

interface JoinInput {
  readonly left: readonly Column[];
  readonly right: readonly Column[];
  readonly scope: Scope;
}

/** Compiles a join of two tables whose columns are known; which kinds there are is the dialect's choice. */
export function compileJoin(node: SyntaxNode, input: JoinInput): Join {
  const { dialect, used } = input.scope;
  used.joins += 1;
  if (used.joins > dialect.maxJoins) throw unsupported(node, `More than ${dialect.maxJoins} joins in ${dialect.name}`);
  const parameters = parametersOf(node);
  const other = [...parameters.keys()].find((name) => name !== "kind");
  if (other !== undefined) throw unsupported(node, `The parameter '${other}' of join`);
  const kind = parameters.get("kind") ?? "innerunique";
  if (!dialect.joinKinds.has(kind)) throw unsupported(node, `The join kind '${kind}' in ${dialect.name}`);
  const pairs = itemsOf(childOf(node, "ConditionClause"), "Expressions").flatMap(readCondition);
  const keys = { left: keyOf(pairs.map(({ left }) => left)), right: keyOf(pairs.map(({ right }) => right)) };
  return createJoin(kind, keys, createMerge(node, input));
}

/** `on a`, `on $left.a == $right.b`, and several of them joined by commas or `and`. */
function readCondition(node: SyntaxNode): { left: string; right: string }[] {
  if (kindOf(node) === "NameReference") {
    refuseDynamicKey(node, "Join key");
    return [{ left: nameOf(node), right: nameOf(node) }];
  }
  if (kindOf(node) === "ParenthesizedExpression") return readCondition(childOf(node, "Expression"));
  const operator = kindOf(node) === "BinaryExpression" ? tokenOf(node, "Operator") : "";
  if (operator === "and") return [...readCondition(childOf(node, "Left")), ...readCondition(childOf(node, "Right"))];
  if (operator !== "==") throw unsupported(node, `The join condition '${textOf(node)}'`);
  const sides = new Map([readSide(childOf(node, "Left")), readSide(childOf(node, "Right"))]);
  const left = sides.get("$left");
  const right = sides.get("$right");
  if (left === undefined || right === undefined) throw unsupported(node, `The join condition '${textOf(node)}'`);
  return [{ left, right }];
}

function readSide(node: SyntaxNode): [side: string, column: string] {
  if (kindOf(node) !== "PathExpression") throw unsupported(node, `'${textOf(node)}' in a join condition`);
  refuseDynamicKey(node, "Join key");
  return [nameOf(childOf(node, "Expression")), nameOf(childOf(node, "Selector"))];
}

/** A null never joins with anything; an empty string does. */
function keyOf(names: readonly string[]): KeyOf {
  return (row) => {
    const values = names.map((name) => row[name] ?? null);
    return values.includes(null) ? undefined : toKey(values);
  };
}

type Merge = (left: Row | undefined, right: Row | undefined) => Row;

/** The output has the left columns, then the right ones; the parser has given duplicates their suffix. */
function createMerge(node: SyntaxNode, { left, right }: JoinInput): Merge {
  const names = columnsOf(node).map((column) => column.name);
  const leftNames = names.slice(0, left.length);
  const rightNames = names.slice(left.length);
  return (leftRow, rightRow) => {
    const row: Record<string, Value> = {};
    for (const name of leftNames) row[name] = leftRow?.[name] ?? null;
    for (const [index, name] of rightNames.entries()) row[name] = rightRow?.[right[index]?.name ?? ""] ?? null;
    return row;
  };
}

function createJoin(kind: string, keys: Keys, merge: Merge): Join {
  const swapped = { left: keys.right, right: keys.left };
  switch (kind) {
    case "leftanti":
      return (left, right) => keep(left, toFinder(right, keys), false);
    case "leftsemi":
      return (left, right) => keep(left, toFinder(right, keys), true);
    case "rightanti":
      return (left, right) => keep(right, toFinder(left, swapped), false);
    case "rightsemi":
      return (left, right) => keep(right, toFinder(left, swapped), true);
    default:
      return (left, right) => mergeRows({ kind, left, right }, keys, merge);
  }
}

interface Keys {
  readonly left: KeyOf;
  readonly right: KeyOf;
}

type Find = (row: Row) => readonly Row[];

/** Finds the rows of one side that match a row of the other. */
function toFinder(rows: readonly Row[], keys: Keys): Find {
  const matches = Map.groupBy(rows, keys.right);
  return (row) => {
    const key = keys.left(row);
    return key === undefined ? [] : (matches.get(key) ?? []);
  };
}

const keep = (rows: readonly Row[], find: Find, wanted: boolean): Row[] =>
  rows.filter((row) => find(row).length > 0 === wanted);

function mergeRows(
  { kind, left, right }: { kind: string; left: readonly Row[]; right: readonly Row[] },
  keys: Keys,
  merge: Merge,
): Row[] {
  const find = toFinder(right, keys);
  const keepsLeft = kind === "leftouter" || kind === "fullouter";
  const rows = (kind === "innerunique" ? uniqueRows(left, keys.left) : left).flatMap((row) => {
    const found = find(row);
    return found.length === 0 && keepsLeft ? [merge(row, undefined)] : found.map((match) => merge(row, match));
  });
  if (kind !== "rightouter" && kind !== "fullouter") return rows;
  const alone = keep(right, toFinder(left, { left: keys.right, right: keys.left }), false);
  return [...rows, ...alone.map((row) => merge(undefined, row))];
}

/** The service keeps any one row of each key; here it is the first. */
function uniqueRows(rows: readonly Row[], key: KeyOf): Row[] {
  const unique = new Map<string | undefined, Row>();
  for (const row of rows) if (!unique.has(key(row))) unique.set(key(row), row);
  return [...unique.values()];
}
