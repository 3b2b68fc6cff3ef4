/** What the parser must know about the data: tables with their columns, as data. */
export const COLUMN_TYPES = [
  "string",
  "long",
  "int",
  "real",
  "bool",
  "datetime",
  "timespan",
  "dynamic",
  "guid",
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export interface TableSchema {
  /** Table names are case-sensitive to the parser; where the service ignores case, give every spelling in use. */
  readonly names: readonly [string, ...string[]];
  readonly columns: readonly Column[];
}
