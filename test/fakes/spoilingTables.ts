import type { Row, RowTable, Tables } from "../../lib/ports.ts";
import { MemoryTables } from "./memoryTables.ts";

/** Tables that spoil the body of every row that is written. */
export class SpoilingTables implements Tables {
  private readonly inner = new MemoryTables();
  private readonly spoil: (body: object) => unknown;

  constructor(spoil: (body: object) => unknown) {
    this.spoil = spoil;
  }

  open(name: string): RowTable {
    const table = this.inner.open(name);
    const spoiled = (row: Row): Row => ({ ...row, body: this.spoil(Object(row.body)) });
    return {
      find: (partitionKey, rowKey) => table.find(partitionKey, rowKey),
      list: (range) => table.list(range),
      create: (row) => table.create(spoiled(row)),
      replace: (row, etag) => table.replace(spoiled(row), etag),
      put: (row) => table.put(spoiled(row)),
      putAll: (rows) => table.putAll(rows.map(spoiled)),
      remove: (partitionKey, rowKey, etag) => table.remove(partitionKey, rowKey, etag),
    };
  }

  drop(name: string): Promise<void> {
    return this.inner.drop(name);
  }
}
