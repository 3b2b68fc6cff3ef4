import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import type { Azurite } from "../sandbox/azurite/startAzurite.ts";

/** The test's own look into the service's storage, by account key. This process must trust the sandbox's CA. */
export class StoredRecords {
  readonly #connectionString: string;

  constructor({ connectionString }: Azurite) {
    this.#connectionString = connectionString;
  }

  /** Every row of every table by `<table> <partition key> <row key>`, with its body as an object, without ETag and timestamp. */
  async readRows(): Promise<ReadonlyMap<string, unknown>> {
    const service = TableServiceClient.fromConnectionString(this.#connectionString);
    const rows = new Map<string, unknown>();
    for await (const { name = "" } of service.listTables()) {
      const table = TableClient.fromConnectionString(this.#connectionString, name);
      for await (const { partitionKey = "", rowKey = "", ...rest } of table.listEntities())
        rows.set(`${name} ${partitionKey} ${rowKey}`, readBody(rest));
    }
    return rows;
  }

  /** The text of every blob of the journal, by name. */
  async readJournal(): Promise<ReadonlyMap<string, string>> {
    const container = BlobServiceClient.fromConnectionString(this.#connectionString).getContainerClient("journal");
    const texts = new Map<string, string>();
    if (!(await container.exists())) return texts;
    for await (const { name } of container.listBlobsFlat())
      texts.set(name, (await container.getBlobClient(name).downloadToBuffer()).toString());
    return texts;
  }

  /** The journal's lines of all files, in order within each file. */
  async listJournalEntries(): Promise<readonly unknown[]> {
    const entries: unknown[] = [];
    for (const [name, text] of await this.readJournal()) {
      if (!name.endsWith(".jsonl")) continue;
      for (const line of text.trimEnd().split("\n")) entries.push(JSON.parse(line));
    }
    return entries;
  }

  /** Puts a message into a queue as the service itself would. */
  async send(queue: string, message: unknown): Promise<void> {
    const client = QueueServiceClient.fromConnectionString(this.#connectionString).getQueueClient(queue);
    await client.sendMessage(Buffer.from(JSON.stringify(message)).toString("base64"));
  }
}

/** The body is JSON in the properties `b0`, `b1`, …; the order of its fields says nothing. */
function readBody(properties: Readonly<Record<string, unknown>>): unknown {
  const parts = Object.entries(properties)
    .filter(([name]) => /^b\d+$/.test(name))
    .sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)))
    .map(([, part]) => String(part));
  return JSON.parse(parts.join(""));
}
