import { compileExpression } from "./expressions.ts";
import { SCALAR_FUNCTIONS } from "./scalarFunctions.ts";
import type { Evaluate, Scope } from "./scope.ts";
import {
  childOf,
  columnsOf,
  findChild,
  givenNameOf,
  hasName,
  itemsOf,
  nameOf,
  parametersOf,
  textOf,
  unsupported,
  withoutName,
  type SyntaxNode,
} from "./syntax.ts";
import { isArray, isBag, type Row, type Value } from "./values.ts";

interface Expansion {
  readonly name: string;
  readonly evaluate: Evaluate;
  readonly convert: (value: Value) => Value;
}

/** One row per element, the expansions side by side; rows beyond the limit are left out silently, as the service does. */
export function compileMvExpand(
  node: SyntaxNode,
  scope: Scope,
  input: SyntaxNode,
): (rows: readonly Row[]) => readonly Row[] {
  scope.used.mvExpands += 1;
  if (scope.used.mvExpands > scope.dialect.maxMvExpands)
    throw unsupported(node, `More than ${scope.dialect.maxMvExpands} mv-expand in ${scope.dialect.name}`);
  const limit = readLimit(node, scope);
  const indexName = readIndexName(node);
  const expansions = compileExpansions(node, scope, input);
  return (rows) => rows.flatMap((row) => expandRow(row, expansions, { limit, indexName }));
}

function readLimit(node: SyntaxNode, scope: Scope): number {
  const { default: standard, max } = scope.dialect.mvExpandRows;
  const clause = findChild(node, "RowLimitClause");
  if (!clause) return standard;
  const limit = Number(compileExpression(childOf(clause, "RowLimit"), scope)({}));
  if (limit > max) throw unsupported(clause, `A row limit over ${max} of mv-expand in ${scope.dialect.name}`);
  return limit;
}

function readIndexName(node: SyntaxNode): string | undefined {
  const parameters = parametersOf(node);
  const other = [...parameters.keys()].find((name) => name !== "with_itemindex");
  if (other !== undefined) throw unsupported(node, `The parameter '${other}'`);
  return parameters.get("with_itemindex");
}

function compileExpansions(node: SyntaxNode, scope: Scope, input: SyntaxNode): Expansion[] {
  const known = new Set(columnsOf(input).map((column) => column.name));
  const made = columnsOf(node).filter((column) => !known.has(column.name));
  return itemsOf(node, "Expressions").map((item) => {
    const expression = childOf(item, "Expression");
    const value = withoutName(expression);
    const name = givenNameOf(expression) ?? (hasName(value) ? nameOf(value) : made.shift()?.name);
    if (name === undefined) throw unsupported(item, `'${textOf(item)}'`);
    return { name, evaluate: compileExpression(value, scope), convert: compileConversion(item) };
  });
}

/** `to typeof(long)` converts each element as `tolong()` would. */
function compileConversion(item: SyntaxNode): (value: Value) => Value {
  const clause = findChild(item, "ToTypeOf");
  if (!clause) return (value) => value;
  const type = /^to\s+typeof\((\w+)\)$/.exec(textOf(clause))?.[1] ?? "";
  if (type === "dynamic") return (value) => value;
  const convert = SCALAR_FUNCTIONS[`to${type}`];
  if (!convert) throw unsupported(clause, `'${textOf(clause)}'`);
  return (value) => convert(value);
}

function expandRow(
  row: Row,
  expansions: readonly Expansion[],
  options: { limit: number; indexName: string | undefined },
): Row[] {
  const lists = expansions.map(({ evaluate }) => toElements(evaluate(row)));
  const length = Math.min(options.limit, Math.max(...lists.map((list) => list.length)));
  return Array.from({ length }, (_, index) => {
    const result: Record<string, Value> = { ...row };
    for (const [position, { name, convert }] of expansions.entries())
      result[name] = convert(lists[position]?.[index] ?? null);
    if (options.indexName !== undefined) result[options.indexName] = index;
    return result;
  });
}

/** A bag expands to bags of one property each; an empty array or bag to nothing; anything else, null too, to itself. */
function toElements(value: Value): readonly Value[] {
  if (isArray(value)) return value;
  return isBag(value) ? Object.entries(value).map(([key, item]) => ({ [key]: item })) : [value];
}
