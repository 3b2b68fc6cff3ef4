import type { Row, RowTable, Tables } from "../../lib/ports.ts";
import { MemoryTables } from "../fakes/memoryTables.ts";

const keyOf = (partitionKey: string, rowKey: string): string => `${partitionKey}\n${rowKey}`;

/** Tables in memory that can be copied with all that they hold. */
export class ForkableTables implements Tables {
  readonly #inner = new MemoryTables();
  readonly #rows = new Map<string, Map<string, Row>>();

  open(name: string): RowTable {
    const table = this.#inner.open(name);
    const note = (...rows: readonly Row[]): true => {
      const kept = this.#rows.get(name) ?? new Map<string, Row>();
      this.#rows.set(name, kept);
      for (const row of rows) kept.set(keyOf(row.partitionKey, row.rowKey), row);
      return true;
    };
    return {
      find: (partitionKey, rowKey) => table.find(partitionKey, rowKey),
      list: (range) => table.list(range),
      create: async (row) => (await table.create(row)) && note(row),
      replace: async (row, etag) => (await table.replace(row, etag)) && note(row),
      put: async (row) => {
        await table.put(row);
        note(row);
      },
      putAll: async (rows) => {
        await table.putAll(rows);
        note(...rows);
      },
      remove: async (partitionKey, rowKey, etag) => {
        const removed = await table.remove(partitionKey, rowKey, etag);
        if (removed) this.#rows.get(name)?.delete(keyOf(partitionKey, rowKey));
        return removed;
      },
    };
  }

  async drop(name: string): Promise<void> {
    await this.#inner.drop(name);
    this.#rows.delete(name);
  }

  async fork(): Promise<ForkableTables> {
    const copy = new ForkableTables();
    for (const [name, rows] of this.#rows) await copy.open(name).putAll([...rows.values()]);
    return copy;
  }
}
