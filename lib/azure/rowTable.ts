import type { TableClient, TableEntityResult, TableEntityResultPage, TransactionAction } from "@azure/data-tables";
import { odata } from "@azure/data-tables";
import pMap from "p-map";
import { z } from "zod";
import type { Row, RowRange, RowTable, StoredRow, Tables } from "../ports.ts";
import { MAX_BODY_CHARS } from "../core/tableKeys.ts";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { PageRows } from "./pageRows.ts";
import type { StorageClients } from "./storageClients.ts";

/** Azure limits: 100 entities and 4 MiB a transaction, 32 Ki characters a string property, 1 MiB an entity. */
const MAX_TRANSACTION_ROWS = 100;
const MAX_TRANSACTION_CHARS = 1_500_000;
const MAX_PROPERTY_CHARS = 32_000;
const PARALLEL_TRANSACTIONS = 4;

export function createTables(clients: StorageClients): Tables {
  const opened = new Map<string, RowTable>();
  const pageRows = new PageRows();
  return {
    open(name) {
      const existing = opened.get(name);
      if (existing) return existing;
      const table = new AzureRowTable(clients.table(name), name, pageRows);
      opened.set(name, table);
      return table;
    },
    async drop(name) {
      opened.delete(name);
      await guard(`drop table ${name}`, () => clients.table(name).deleteTable());
    },
  };
}

class AzureRowTable implements RowTable {
  private readonly client: TableClient;
  private readonly name: string;
  private readonly pageRows: PageRows;
  private ready: Promise<void> | undefined;

  constructor(client: TableClient, name: string, pageRows: PageRows) {
    this.client = client;
    this.name = name;
    this.pageRows = pageRows;
  }

  async find(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    return guard(`read in table ${this.name}`, async () => {
      try {
        return fromEntity(await this.client.getEntity(partitionKey, rowKey));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  async *list({ partitionKey, from, to }: RowRange): AsyncGenerator<StoredRow> {
    const clauses = [odata`PartitionKey eq ${partitionKey}`];
    if (from !== undefined) clauses.push(odata`RowKey ge ${from}`);
    if (to !== undefined) clauses.push(odata`RowKey lt ${to}`);
    const read = (after: string | undefined) => this.readPage({ partitionKey, filter: clauses.join(" and ") }, after);
    let page = await read(undefined);
    while (page) {
      // The next page comes while this one is worked on. If it fails, it does when its turn comes, or nobody asks for it.
      const next = page.continuationToken === undefined ? undefined : read(page.continuationToken);
      next?.catch(() => undefined);
      for (const entity of page) yield fromEntity(entity);
      page = await next;
    }
  }

  /** Undefined where the table does not exist. Few rows where they are large. */
  private async readPage(
    { partitionKey, filter }: { readonly partitionKey: string; readonly filter: string },
    after: string | undefined,
  ): Promise<Page | undefined> {
    const maxPageSize = this.pageRows.next(partitionKey);
    const pages = this.client
      .listEntities({ queryOptions: { filter } })
      .byPage({ maxPageSize, ...(after !== undefined && { continuationToken: after }) });
    const page = await guard(`list in table ${this.name}`, () => nextPage(pages));
    if (!page || page.done) return undefined;
    this.pageRows.learn(partitionKey, page.value.map(sizeOf));
    return page.value;
  }

  async create(row: Row): Promise<boolean> {
    return this.call("create", () => unless([409], () => this.client.createEntity(toEntity(row))));
  }

  async replace(row: Row, etag: string): Promise<boolean> {
    return this.call("replace", () =>
      unless([404, 412], () => this.client.updateEntity(toEntity(row), "Replace", { etag })),
    );
  }

  async put(row: Row): Promise<void> {
    await this.call("put", () => this.client.upsertEntity(toEntity(row), "Replace"));
  }

  async putAll(rows: readonly Row[]): Promise<void> {
    const byPartition = Map.groupBy(rows, ({ partitionKey }) => partitionKey);
    const transactions = [...byPartition.values()].flatMap(toTransactions);
    await pMap(transactions, (actions) => this.call("put", () => this.client.submitTransaction(actions)), {
      concurrency: PARALLEL_TRANSACTIONS,
    });
  }

  async remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean> {
    const expected = etag === undefined ? [404] : [404, 412];
    return this.call("remove", () =>
      unless(expected, () => this.client.deleteEntity(partitionKey, rowKey, { etag: etag ?? "*" })),
    );
  }

  /** For writes: the first one creates the table. */
  private async call<T>(operation: string, action: () => Promise<T>): Promise<T> {
    this.ready ??= this.client.createTable();
    return guard(`${operation} in table ${this.name}`, async () => {
      await this.ready?.catch((error: unknown) => {
        this.ready = undefined; // the next call tries again
        throw error;
      });
      return action();
    });
  }
}

/** Undefined where the table does not exist: reading must not create one, least of all one that was just dropped. */
async function nextPage<T>(pages: AsyncIterator<T>): Promise<IteratorResult<T> | undefined> {
  try {
    return await pages.next();
  } catch (error) {
    if (TableNotFound.safeParse(error).success) return undefined;
    throw error;
  }
}

const TableNotFound = z.object({ details: z.object({ odataError: z.object({ code: z.literal("TableNotFound") }) }) });

async function guard<T>(operation: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toUpstreamError("tables", operation, error);
  }
}

/** False where the service answers with one of `statuses`. */
async function unless(statuses: readonly number[], action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}

type Page = TableEntityResultPage<Record<string, unknown>>;

interface Entity extends Record<string, unknown> {
  partitionKey: string;
  rowKey: string;
}

/** Characters of the body before they are escaped once more on the wire, which at most doubles them. */
function sizeOf(entity: Readonly<Record<string, unknown>>): number {
  let size = 0;
  for (let index = 0; ; index += 1) {
    const part = entity[`b${index}`];
    if (typeof part !== "string") return size;
    size += part.length;
  }
}

/** The body as JSON, cut into string properties `b0`, `b1`, … */
function toEntity({ partitionKey, rowKey, body }: Row): Entity {
  const text = JSON.stringify(body);
  if (text.length > MAX_BODY_CHARS)
    throw new RangeError(`row ${partitionKey} / ${rowKey} has ${text.length} characters, more than ${MAX_BODY_CHARS}`);
  const entity: Entity = { partitionKey, rowKey };
  for (let index = 0; index * MAX_PROPERTY_CHARS < text.length; index += 1) {
    entity[`b${index}`] = text.slice(index * MAX_PROPERTY_CHARS, (index + 1) * MAX_PROPERTY_CHARS);
  }
  return entity;
}

const Keys = z.object({ partitionKey: z.string(), rowKey: z.string(), etag: z.string() });

function fromEntity(entity: TableEntityResult<Record<string, unknown>>): StoredRow {
  let text = "";
  for (let index = 0; ; index += 1) {
    const part = entity[`b${index}`];
    if (typeof part !== "string") break;
    text += part;
  }
  return new ParsedLate(Keys.parse(entity), text);
}

/** Many rows are only compared, and never parsed. */
class ParsedLate implements StoredRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly text: string;
  private parsed: { readonly body: unknown } | undefined;

  constructor({ partitionKey, rowKey, etag }: z.infer<typeof Keys>, text: string) {
    this.partitionKey = partitionKey;
    this.rowKey = rowKey;
    this.etag = etag;
    this.text = text;
  }

  get body(): unknown {
    this.parsed ??= { body: JSON.parse(this.text) };
    return this.parsed.body;
  }
}

function toTransactions(rows: readonly Row[]): TransactionAction[][] {
  const transactions: TransactionAction[][] = [];
  let current: TransactionAction[] = [];
  let chars = 0;
  // A transaction may name a row once: the last version of a row wins, as it would in single writes.
  for (const row of new Map(rows.map((row) => [row.rowKey, row])).values()) {
    const entity = toEntity(row);
    const size = sizeOf(entity);
    if (current.length === MAX_TRANSACTION_ROWS || (current.length > 0 && chars + size > MAX_TRANSACTION_CHARS)) {
      transactions.push(current);
      current = [];
      chars = 0;
    }
    current.push(["upsert", entity, "Replace"]);
    chars += size;
  }
  return current.length > 0 ? [...transactions, current] : transactions;
}
