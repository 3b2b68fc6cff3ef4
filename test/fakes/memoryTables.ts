import { MAX_BODY_CHARS } from "../../lib/core/tableKeys.ts";
import type { Row, RowRange, RowTable, StoredRow, Tables } from "../../lib/ports.ts";

/** Table Storage in memory, as strict as the real one: bodies are copies, keys are checked, every write has a new etag. */
export class MemoryTables implements Tables {
  private readonly byName = new Map<string, MemoryRowTable>();

  open(name: string): RowTable {
    if (!/^[A-Za-z][A-Za-z0-9]{2,62}$/.test(name)) throw new RangeError(`"${name}" is not the name of a table`);
    const key = name.toLowerCase();
    const table = this.byName.get(key) ?? new MemoryRowTable();
    this.byName.set(key, table);
    return table;
  }

  /** The texts of all bodies in a table. */
  textsOf(name: string): readonly string[] {
    return this.byName.get(name.toLowerCase())?.listTexts() ?? [];
  }

  /** Lower-case. */
  listNames(): readonly string[] {
    return [...this.byName.keys()];
  }

  async drop(name: string): Promise<void> {
    this.byName.get(name.toLowerCase())?.clear();
    this.byName.delete(name.toLowerCase());
  }
}

interface Entry {
  readonly row: Row;
  readonly text: string;
  readonly etag: string;
}

/** Characters that a key may not hold, by the documentation of the Table service. */
// oxlint-disable-next-line no-control-regex -- control characters are what is forbidden
const FORBIDDEN = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

class MemoryRowTable implements RowTable {
  private readonly partitions = new Map<string, Map<string, Entry>>();
  private writes = 0;

  listTexts(): readonly string[] {
    return [...this.partitions.values()].flatMap((partition) => [...partition.values()].map(({ text }) => text));
  }

  clear(): void {
    this.partitions.clear();
  }

  async find(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    const entry = this.entryOf(partitionKey, rowKey);
    return entry && toStored(entry);
  }

  async *list({ partitionKey, from, to }: RowRange): AsyncGenerator<StoredRow> {
    // A copy: what is written while the rows are read does not disturb the reader.
    const entries = [...(this.partitions.get(partitionKey)?.entries() ?? [])];
    const inRange = entries.filter(([key]) => (from === undefined || key >= from) && (to === undefined || key < to));
    for (const [, entry] of inRange.sort(([a], [b]) => (a < b ? -1 : 1))) yield toStored(entry);
  }

  async create(row: Row): Promise<boolean> {
    if (this.entryOf(row.partitionKey, row.rowKey)) return false;
    this.write(row);
    return true;
  }

  async replace(row: Row, etag: string): Promise<boolean> {
    if (this.entryOf(row.partitionKey, row.rowKey)?.etag !== etag) return false;
    this.write(row);
    return true;
  }

  async put(row: Row): Promise<void> {
    this.write(row);
  }

  async putAll(rows: readonly Row[]): Promise<void> {
    for (const row of rows) this.write(row);
  }

  async remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean> {
    const entry = this.entryOf(partitionKey, rowKey);
    if (!entry || (etag !== undefined && entry.etag !== etag)) return false;
    return this.partitions.get(partitionKey)?.delete(rowKey) ?? false;
  }

  private entryOf(partitionKey: string, rowKey: string): Entry | undefined {
    return this.partitions.get(partitionKey)?.get(rowKey);
  }

  private write(row: Row): void {
    for (const key of [row.partitionKey, row.rowKey])
      if (FORBIDDEN.test(key) || key.length > 1024) throw new RangeError(`"${key}" is not a key`);
    const text = JSON.stringify(row.body);
    if (text.length > MAX_BODY_CHARS)
      throw new RangeError(`row ${row.partitionKey} / ${row.rowKey} has ${text.length} characters`);
    this.writes += 1;
    const partition = this.partitions.get(row.partitionKey) ?? new Map<string, Entry>();
    partition.set(row.rowKey, { row, text, etag: `"${this.writes}"` });
    this.partitions.set(row.partitionKey, partition);
  }
}

function toStored({ row, text, etag }: Entry): StoredRow {
  const body: unknown = JSON.parse(text);
  return { partitionKey: row.partitionKey, rowKey: row.rowKey, etag, text, body };
}
