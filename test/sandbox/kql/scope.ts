import type { Dialect } from "./dialects.ts";
import type { Row, Value } from "./values.ts";

export type Evaluate = (row: Row) => Value;
/** Rows by the first name of their table. */
export type TableData = ReadonlyMap<string, readonly Row[]>;
export type Source = (data: TableData) => readonly Row[];

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
  readonly used: { joins: number; mvExpands: number; unionLegs: number };
}
