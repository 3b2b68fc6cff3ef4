import { compileJoin } from "./join.ts";
import { compileStep } from "./operators.ts";
import type { Scope, Source } from "./scope.ts";
import {
  childOf,
  columnsOf,
  itemsOf,
  kindOf,
  nameOf,
  parametersOf,
  symbolKindOf,
  textOf,
  unsupported,
  type SyntaxNode,
} from "./syntax.ts";
import type { Row } from "./values.ts";

/** Compiles a tabular expression: a table, a pipe, a union. */
export function compileTable(node: SyntaxNode, scope: Scope): Source {
  switch (kindOf(node)) {
    case "NameReference":
      return compileTableName(node, scope);
    case "ParenthesizedExpression":
      return compileTable(childOf(node, "Expression"), scope);
    case "PipeExpression":
      return compilePipe(node, scope);
    case "MaterializeExpression":
      return compileTable(childOf(node, "Expression"), scope);
    case "UnionOperator":
      return compileUnion(node, scope);
    default:
      throw unsupported(node, `'${textOf(node)}' as a table`);
  }
}

function compileTableName(node: SyntaxNode, scope: Scope): Source {
  const name = nameOf(node);
  const variable = symbolKindOf(node) === "VariableSymbol" ? scope.tables.get(name) : undefined;
  if (variable) return variable;
  const table = scope.tableNames.get(name);
  if (table === undefined) throw unsupported(node, `'${name}' as a table`);
  return (data) => {
    const rows = data.get(table);
    if (!rows) throw new Error(`No rows were given for the table ${table}`);
    return rows;
  };
}

function compilePipe(node: SyntaxNode, scope: Scope): Source {
  const input = childOf(node, "Expression");
  const operator = childOf(node, "Operator");
  const source = compileTable(input, scope);
  const kind = kindOf(operator);
  if (kind === "UnionOperator") return compileUnion(operator, scope, source);
  allow(operator, scope);
  if (kind === "JoinOperator") {
    const right = childOf(operator, "Expression");
    const join = compileJoin(operator, { left: columnsOf(input), right: columnsOf(right), scope });
    const rightSource = compileTable(right, scope);
    return (data) => join(source(data), rightSource(data));
  }
  const step = compileStep(operator, input, scope);
  return (data) => step(source(data));
}

function allow(operator: SyntaxNode, { dialect, operators }: Scope): void {
  const kind = kindOf(operator);
  const word = textOf(operator).split(/[\s(]/, 1)[0] ?? kind;
  if (!dialect.operators.has(kind)) throw unsupported(operator, `The operator '${word}' in ${dialect.name}`);
  operators.add(kind);
}

/** The rows of all legs, one after the other. `first` is what is piped into the union, if anything is. */
function compileUnion(node: SyntaxNode, scope: Scope, first?: Source): Source {
  allow(node, scope);
  const other = [...parametersOf(node).keys()].find((name) => name !== "kind");
  if (other !== undefined) throw unsupported(node, `The parameter '${other}' of union`);
  const legs = itemsOf(node, "Expressions");
  scope.used.unionLegs += legs.length;
  if (scope.used.unionLegs > scope.dialect.maxUnionLegs)
    throw unsupported(node, `More than ${scope.dialect.maxUnionLegs} union legs in ${scope.dialect.name}`);
  const columns = columnsOf(node);
  for (const leg of legs) refuseConflict(leg, columns);
  const names = columns.map((column) => column.name);
  const sources = [...(first ? [first] : []), ...legs.map((leg) => compileTable(leg, scope))];
  return (data) => sources.flatMap((source) => source(data).map((row) => align(row, names)));
}

/** Columns of one name and two types come out under new names, which the evaluator does not follow. */
function refuseConflict(leg: SyntaxNode, columns: readonly { name: string; type: string }[]): void {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const conflict = columnsOf(leg).find(({ name, type }) => types.has(name) && types.get(name) !== type);
  const renamed = columns.find(({ name, type }) => name.endsWith(`_${type}`));
  if (conflict ?? renamed) throw unsupported(leg, "A union of columns with the same name and different types");
}

function align(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
