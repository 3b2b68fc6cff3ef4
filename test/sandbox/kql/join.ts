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
import { toKey, type Row } from "./values.ts";

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

type Merge = (left: Row, right: Row | undefined) => Row;

/** The output has the left columns, then the right ones; the parser has given duplicates their suffix. */
function createMerge(node: SyntaxNode, { left, right }: JoinInput): Merge {
  const names = columnsOf(node).map((column) => column.name);
  const rightNames = names.slice(left.length);
  return (leftRow, rightRow) => {
    const row = { ...leftRow };
    for (const [index, name] of rightNames.entries()) row[name] = rightRow?.[right[index]?.name ?? ""] ?? null;
    return row;
  };
}

function createJoin(kind: string, keys: { left: KeyOf; right: KeyOf }, merge: Merge): Join {
  return (left, right) => {
    const matches = Map.groupBy(right, keys.right);
    const find = (row: Row): readonly Row[] => {
      const key = keys.left(row);
      return key === undefined ? [] : (matches.get(key) ?? []);
    };
    if (kind === "leftanti") return left.filter((row) => find(row).length === 0);
    if (kind === "leftsemi") return left.filter((row) => find(row).length > 0);
    const rows = kind === "innerunique" ? uniqueRows(left, keys.left) : left;
    return rows.flatMap((row) => {
      const found = find(row);
      return found.length === 0 && kind === "leftouter"
        ? [merge(row, undefined)]
        : found.map((match) => merge(row, match));
    });
  };
}

/** The service keeps any one row of each key; here it is the first. */
function uniqueRows(rows: readonly Row[], key: KeyOf): Row[] {
  const unique = new Map<string | undefined, Row>();
  for (const row of rows) if (!unique.has(key(row))) unique.set(key(row), row);
  return [...unique.values()];
}
