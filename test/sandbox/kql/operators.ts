import { compileExpression } from "./expressions.ts";
import { compileMvExpand } from "./mvExpand.ts";
import type { Evaluate, Scope } from "./scope.ts";
import { compileSort, compileTop } from "./sort.ts";
import { compileSummarize } from "./summarize.ts";
import {
  childOf,
  columnsOf,
  givenNameOf,
  itemsOf,
  kindOf,
  refuseParameters,
  textOf,
  unsupported,
  type SyntaxNode,
} from "./syntax.ts";
import { toKey, type Row, type Value } from "./values.ts";

/** What an operator of one input makes of its rows. */
export type Step = (rows: readonly Row[]) => readonly Row[];

/** Compiles an operator that reads only the rows piped into it. `input` is what stands left of the pipe. */
export function compileStep(node: SyntaxNode, input: SyntaxNode, scope: Scope): Step {
  const compiler = STEPS[kindOf(node)];
  if (!compiler) throw unsupported(node, `The operator '${textOf(node)}'`);
  return compiler(node, scope, input);
}

const STEPS: Readonly<Record<string, (node: SyntaxNode, scope: Scope, input: SyntaxNode) => Step>> = {
  FilterOperator: compileFilter,
  ProjectOperator: compileProject,
  ProjectAwayOperator: compileKeep,
  ProjectKeepOperator: compileKeep,
  ProjectReorderOperator: compileKeep,
  ProjectRenameOperator: compileRename,
  ExtendOperator: compileExtend,
  SortOperator: compileSort,
  TopOperator: compileTop,
  TakeOperator: compileTake,
  CountOperator: () => (rows) => [{ Count: rows.length }],
  DistinctOperator: compileDistinct,
  SummarizeOperator: compileSummarize,
  MvExpandOperator: compileMvExpand,
};

function compileFilter(node: SyntaxNode, scope: Scope): Step {
  refuseParameters(node);
  const condition = compileExpression(childOf(node, "Condition"), scope);
  return (rows) => rows.filter((row) => condition(row) === true);
}

/** The output columns of a list of expressions: one each, as the parser names them. */
function compileColumns(node: SyntaxNode, scope: Scope): [name: string, evaluate: Evaluate][] {
  const columns = columnsOf(node);
  const expressions = itemsOf(node, "Expressions");
  if (columns.length !== expressions.length) throw unsupported(node, `The list '${textOf(node)}'`);
  return columns.map((column, index) => [column.name, compileExpression(expressions[index] ?? node, scope)]);
}

function computeRow(columns: readonly (readonly [string, Evaluate])[], row: Row): Row {
  const result: Record<string, Value> = {};
  for (const [name, evaluate] of columns) result[name] = evaluate(row);
  return result;
}

function compileProject(node: SyntaxNode, scope: Scope): Step {
  const columns = compileColumns(node, scope);
  return (rows) => rows.map((row) => computeRow(columns, row));
}

function pick(names: readonly string[], row: Row): Row {
  const result: Record<string, Value> = {};
  for (const name of names) result[name] = row[name] ?? null;
  return result;
}

function compileKeep(node: SyntaxNode): Step {
  const names = columnsOf(node).map((column) => column.name);
  return (rows) => rows.map((row) => pick(names, row));
}

function compileRename(node: SyntaxNode, _scope: Scope, input: SyntaxNode): Step {
  const before = columnsOf(input).map((column) => column.name);
  const after = columnsOf(node).map((column) => column.name);
  return (rows) =>
    rows.map((row) => Object.fromEntries(after.map((name, index) => [name, row[before[index] ?? ""] ?? null])));
}

/** Every expression sees the row as it was before the operator. */
function compileExtend(node: SyntaxNode, scope: Scope, input: SyntaxNode): Step {
  const names = nameExtension(node, input);
  const columns = itemsOf(node, "Expressions").map((expression, index): [string, Evaluate] => {
    const name = names[index];
    if (name === undefined) throw unsupported(expression, `The unnamed expression '${textOf(expression)}'`);
    return [name, compileExpression(expression, scope)];
  });
  return (rows) => rows.map((row) => ({ ...row, ...computeRow(columns, row) }));
}

/** The parser tells which columns come out, not which expression makes which: the unnamed ones take the new names in order. */
function nameExtension(node: SyntaxNode, input: SyntaxNode): (string | undefined)[] {
  const given = itemsOf(node, "Expressions").map(givenNameOf);
  const known = new Set([...columnsOf(input).map((column) => column.name), ...given]);
  const made = columnsOf(node)
    .map((column) => column.name)
    .filter((name) => !known.has(name));
  return given.map((name) => name ?? made.shift());
}

function compileTake(node: SyntaxNode, scope: Scope): Step {
  refuseParameters(node);
  const count = Number(compileExpression(childOf(node, "Expression"), scope)({}));
  return (rows) => rows.slice(0, count);
}

function compileDistinct(node: SyntaxNode, scope: Scope): Step {
  refuseParameters(node);
  const hasStar = itemsOf(node, "Expressions").some((expression) => kindOf(expression) === "StarExpression");
  const compute = hasStar ? compileKeep(node) : compileProject(node, scope);
  return (rows) => {
    const seen = new Map<string, Row>();
    for (const row of compute(rows)) {
      const key = toKey(Object.values(row));
      if (!seen.has(key)) seen.set(key, row);
    }
    return [...seen.values()];
  };
}
