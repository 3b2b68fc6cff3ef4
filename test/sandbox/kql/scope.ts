import type { Dialect } from "./dialects.ts";
import type { SyntaxNode } from "./syntax.ts";
import type { Row, Value } from "./values.ts";

export type Evaluate = (row: Row) => Value;
/** Rows by the first name of their table. */
export type TableData = ReadonlyMap<string, readonly Row[]>;
export type Source = (data: TableData) => readonly Row[];

/** One call of a function in a query: the service's other rules are about these. */
export interface Call {
  readonly name: string;
  readonly text: string;
  readonly type: string | undefined;
}

/** What the compilation of one query knows and counts. */
export interface Scope {
  readonly dialect: Dialect;
  /** `now()`, in milliseconds since the epoch. */
  readonly now: number;
  /** From every spelling of a table's name to the first. */
  readonly tableNames: ReadonlyMap<string, string>;
  readonly scalars: Map<string, Evaluate>;
  readonly tables: Map<string, Source>;
  /** Parser classes of the operators met so far. */
  readonly operators: Set<string>;
  readonly calls: Call[];
  /** What the query runs on; undefined while it is being compiled. */
  readonly data: { current: TableData | undefined };
  /** Compiles a table that stands where a value is expected. */
  subquery(node: SyntaxNode): Source;
  /** Inside a calculation around aggregates: the aggregate that a call is, if it is one. The parser refuses columns there. */
  readonly aggregate?: (call: SyntaxNode) => Evaluate | undefined;
  readonly used: { joins: number; mvExpands: number; unionLegs: number };
}
