import { KqlError } from "./errors.ts";
import type { Dialect } from "./dialects.ts";
import { compileExpression } from "./expressions.ts";
import { createParser, type Parse } from "./parser.ts";
import type { Column, TableSchema } from "./schema.ts";
import type { Call, Scope, Source, TableData } from "./scope.ts";
import { childOf, columnsOf, isTable, kindOf, nameOf, unsupported, type SyntaxNode } from "./syntax.ts";
import { compileTable } from "./tables.ts";
import type { Row, Value } from "./values.ts";

/** A query that has been parsed, checked and compiled to closures. */
export interface CompiledQuery {
  readonly columns: readonly Column[];
  /** Parser classes of the operators in it, such as `TakeOperator`. */
  readonly operators: ReadonlySet<string>;
  readonly calls: readonly Call[];
  /** Rows with exactly the `columns`, in their order. `data` holds the rows of every table, by the first of its names. */
  run(data: TableData): Row[];
}

export interface Kql {
  /** `now` is what `now()` gives, in milliseconds. Throws a {@link KqlError} for anything that cannot be answered truthfully. */
  compile(query: string, now: number): CompiledQuery;
}

/** KQL over the given tables, restricted to a service's dialect. */
export function createKql(options: { tables: readonly TableSchema[]; dialect: Dialect }): Kql {
  const parse = rememberLast(createParser(options.tables));
  const tableNames = new Map(options.tables.flatMap(({ names }) => names.map((name) => [name, names[0]] as const)));
  return {
    compile(query, now) {
      const scope: Scope = {
        dialect: options.dialect,
        now,
        tableNames,
        scalars: new Map(),
        tables: new Map(),
        operators: new Set(),
        calls: [],
        data: { current: undefined },
        subquery: (node) => compileTable(node, scope),
        used: { joins: 0, mvExpands: 0, unionLegs: 0 },
      };
      return compileStatements(parse(query), scope);
    },
  };
}

/** Parsing takes far longer than compiling, and the same query is asked again and again at other instants. */
function rememberLast(parse: Parse): Parse {
  let last: { readonly query: string; readonly statements: SyntaxNode[] } | undefined;
  return (query) => {
    if (last?.query !== query) last = { query, statements: parse(query) };
    return last.statements;
  };
}

function compileStatements(statements: readonly SyntaxNode[], scope: Scope): CompiledQuery {
  const last = statements.at(-1);
  if (!last) throw new KqlError("syntax", "The query is empty", { position: 0, token: "<EOF>" });
  for (const statement of statements.slice(0, -1)) compileLet(statement, scope);
  if (kindOf(last) !== "ExpressionStatement") throw unsupported(last, "A query without a result");
  const expression = childOf(last, "Expression");
  const source = compileTable(expression, scope);
  const columns = columnsOf(expression);
  return {
    columns,
    operators: scope.operators,
    calls: scope.calls,
    run(data) {
      scope.data.current = data;
      return toResult(source, columns, data);
    },
  };
}

function compileLet(statement: SyntaxNode, scope: Scope): void {
  if (kindOf(statement) !== "LetStatement") throw unsupported(statement, "A query of several statements");
  if (!scope.dialect.allowsLet) throw unsupported(statement, `The statement 'let' in ${scope.dialect.name}`);
  const name = nameOf(childOf(statement, "Name"));
  const expression = childOf(statement, "Expression");
  if (isTable(expression)) scope.tables.set(name, compileTable(expression, scope));
  else scope.scalars.set(name, compileExpression(expression, scope));
}

function toResult(source: Source, columns: readonly Column[], data: TableData): Row[] {
  return source(data).map((row) => {
    const result: Record<string, Value> = {};
    for (const { name, type } of columns) result[name] = row[name] ?? (type === "string" ? "" : null);
    return result;
  });
}
