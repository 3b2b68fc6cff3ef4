import pMap from "p-map";
import { z } from "zod";
import { DAY_MS } from "../core/duration.ts";
import { encodeKey, manifestKey, repositoryKey } from "../core/tableKeys.ts";
import type { Row, RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";

/** One delete: the intent is stored before the registry is asked, the outcome after its answer. */
export interface Deletion {
  readonly registryId: string;
  readonly repository: string;
  readonly digest: string;
  readonly runId: string;
  readonly size: number;
  /** Bytes of layers that nothing else known holds. */
  readonly freedBytes: number;
  readonly intentAt: string;
  /**
   * Undefined: the worker stopped between intent and outcome, or no answer came; what happened is not known.
   * `goneAfterIntent`: that was so, and a later look found it gone.
   */
  readonly outcome: "deleted" | "goneAfterIntent" | "alreadyGone" | "kept" | undefined;
  readonly outcomeAt: string | undefined;
}

const DeletionSchema = z.object({
  registryId: z.string(),
  repository: z.string(),
  digest: z.string(),
  runId: z.string(),
  size: z.number(),
  freedBytes: z.number(),
  intentAt: z.string(),
  outcome: maybe(z.enum(["deleted", "goneAfterIntent", "alreadyGone", "kept"])),
  outcomeAt: maybe(z.string()),
}) satisfies z.ZodType<Deletion>;

/** Where, and from when until when, deletions are looked for: to the day. */
export interface DeletionScope {
  readonly registryId: string;
  readonly repository: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

const DAYS_AT_A_TIME = 8;

/** Deletions by registry and day: what the breaker counts, and what tells our own deletes from a short listing. */
export class DeletionStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("deletions");
  }

  async put(deletion: Deletion): Promise<void> {
    await this.table.put(toRow(deletion));
  }

  /** Everything intended in `registryId` since `sinceMs`, to the day and then to the instant. Unknown outcomes are included. */
  async *listSince(registryId: string, sinceMs: number, nowMs: number): AsyncGenerator<Deletion> {
    for (let day = Math.floor(sinceMs / DAY_MS); day <= Math.floor(nowMs / DAY_MS); day += 1) {
      for await (const row of this.table.list({ partitionKey: dayKey(registryId, day * DAY_MS) })) {
        const deletion = parseBody(DeletionSchema, row);
        if (Date.parse(deletion.intentAt) >= sinceMs) yield deletion;
      }
    }
  }

  /** The newest intent on each digest of one repository, whatever came of it. */
  async findNewest({
    registryId,
    repository,
    sinceMs,
    untilMs,
  }: DeletionScope): Promise<ReadonlyMap<string, Deletion>> {
    const [first, last] = [Math.floor(sinceMs / DAY_MS), Math.floor(untilMs / DAY_MS)];
    const days = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * DAY_MS);
    const perDay = await pMap(days, (dayMs) => this.listDay({ registryId, repository, dayMs }), {
      concurrency: DAYS_AT_A_TIME,
    });
    const inOrder = perDay.flat().toSorted((a, b) => Date.parse(a.intentAt) - Date.parse(b.intentAt));
    return new Map(inOrder.map((deletion) => [deletion.digest, deletion]));
  }

  private async listDay({ registryId, repository, dayMs }: RepositoryDay): Promise<readonly Deletion[]> {
    const range = { from: repositoryKey(repository), to: `${encodeKey(repository)}}` };
    const rows = this.table.list({ partitionKey: dayKey(registryId, dayMs), ...range });
    return (await Array.fromAsync(rows)).map((row) => parseBody(DeletionSchema, row));
  }
}

interface RepositoryDay {
  readonly registryId: string;
  readonly repository: string;
  readonly dayMs: number;
}

const dayKey = (registryId: string, atMs: number): string =>
  `${encodeKey(registryId)}|${new Date(atMs).toISOString().slice(0, 10)}`;

function toRow(deletion: Deletion): Row {
  return {
    partitionKey: dayKey(deletion.registryId, Date.parse(deletion.intentAt)),
    rowKey: `${manifestKey(deletion.repository, deletion.digest)}|${encodeKey(deletion.runId)}`,
    body: toBody(deletion),
  };
}
