import { KqlError, type KqlErrorKind } from "./errors.ts";
import { fromKustoList, kusto, toKustoList, type KustoDiagnostic, type KustoGlobals } from "./kusto.ts";
import type { ColumnType, TableSchema } from "./schema.ts";
import { itemsOf, type SyntaxNode } from "./syntax.ts";

/** Parses one query into its statements. Throws a {@link KqlError} of kind `syntax` or `semantic`. */
export type Parse = (query: string) => SyntaxNode[];

// Broken text rather than text that does not fit the tables: missing, misplaced or unknown words.
const SYNTAX_CODE = /^KS(0\d\d|17[46]|198)$/;

const KUSTO_TYPES: Record<ColumnType, string> = {
  string: "String",
  long: "Long",
  int: "Int",
  real: "Real",
  bool: "Bool",
  datetime: "DateTime",
  timespan: "TimeSpan",
  dynamic: "Dynamic",
  guid: "Guid",
};

/** A parser that knows exactly these tables: any other table or column is an error. */
export function createParser(tables: readonly TableSchema[]): Parse {
  const globals = toGlobals(tables);
  return (query) => {
    const code = kusto.KustoCode.ParseAndAnalyze(query, globals);
    const diagnostics = fromKustoList(code.GetDiagnostics());
    const first = diagnostics.find((diagnostic) => diagnostic.Severity === "Error");
    if (first) throw toError(first, query);
    return itemsOf(code.Syntax, "Statements");
  };
}

function toGlobals(tables: readonly TableSchema[]): KustoGlobals {
  const { Symbols, GlobalState } = kusto;
  const members = tables.flatMap((table) => table.names.map((name) => toTableSymbol(name, table)));
  const database = new Symbols.DatabaseSymbol.$ctor3("database", null, toKustoList(members, Symbols.Symbol), false);
  return GlobalState.Default.WithDatabase(database);
}

function toTableSymbol(name: string, table: TableSchema): object {
  const { ColumnSymbol, ScalarTypes, TableSymbol } = kusto.Symbols;
  const columns = table.columns.map((column) => {
    const type = ScalarTypes[KUSTO_TYPES[column.type]];
    if (!type) throw new Error(`The parser has no type ${column.type}`);
    return new ColumnSymbol(column.name, type, null, null, null, null);
  });
  return new TableSymbol.$ctor4(name, columns);
}

function toError(diagnostic: KustoDiagnostic, query: string): KqlError {
  const kind: KqlErrorKind = SYNTAX_CODE.test(diagnostic.Code) ? "syntax" : "semantic";
  const token = query.slice(diagnostic.Start, diagnostic.Start + diagnostic.Length) || "<EOF>";
  return new KqlError(kind, diagnostic.Message, { position: diagnostic.Start, token });
}
