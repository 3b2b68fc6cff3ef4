import { createRequire } from "node:module";

/**
 * The few members of `@kusto/language-service-next` that we use. Its own declarations do not pass a strict compiler, and it
 * installs itself as three globals instead of exporting anything.
 */
export interface BridgeList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

export interface KustoDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

/** One node of the parsed query. Read it through `syntax.ts`, which fails loudly where the tree is not as expected. */
export interface SyntaxNode {
  readonly TextStart: number;
  ToString(includeTrivia: number): string;
}

interface KustoCode {
  readonly Syntax: SyntaxNode;
  GetDiagnostics(): BridgeList<KustoDiagnostic>;
}

export interface KustoGlobals {
  WithDatabase(database: object): KustoGlobals;
}

interface Symbols {
  readonly ColumnSymbol: new (name: string, type: object, ...rest: null[]) => object;
  readonly TableSymbol: { readonly $ctor4: new (name: string, columns: readonly object[]) => object };
  readonly DatabaseSymbol: {
    readonly $ctor3: new (name: string, alternate: null, members: object, isOpen: boolean) => object;
  };
  readonly ScalarTypes: Readonly<Record<string, object>>;
  readonly Symbol: object;
}

export interface Kusto {
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: KustoGlobals): KustoCode };
  readonly GlobalState: { readonly Default: KustoGlobals };
  readonly Symbols: Symbols;
}

interface KustoList {
  add(item: object): void;
}

declare global {
  var Kusto: { readonly Language: Kusto };
  var Bridge: { getTypeName(value: unknown): string };
  var System: {
    readonly Collections: {
      readonly Generic: { readonly List$1: (type: object) => { readonly ctor: new () => KustoList } };
    };
  };
}

const load = createRequire(import.meta.url);
// The order matters: the parser is compiled from C# and runs on the first file. The minified builds load in a third of the time.
load("@kusto/language-service-next/bridge.min.js");
load("@kusto/language-service-next/Kusto.Language.Bridge.min.js");

export const kusto: Kusto = globalThis.Kusto.Language;

/** The parser's class name of a syntax node or symbol, without its namespace: `FilterOperator`, `ColumnSymbol`. */
export function classOf(value: object): string {
  return globalThis.Bridge.getTypeName(value).split(".").pop() ?? "";
}

export function toKustoList(items: readonly object[], type: object): object {
  const list = new (globalThis.System.Collections.Generic.List$1(type).ctor)();
  for (const item of items) list.add(item);
  return list;
}

export function fromKustoList<T>(list: BridgeList<T>): T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}
