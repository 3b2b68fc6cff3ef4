import { z } from "zod";
import type { Mark } from "../core/marks.ts";
import { ALL_BUCKETS, bucketOf, encodeKey, manifestKey, partitionKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";
import { MARKED_FIELDS } from "./schemas.ts";

const MarkSchema = z.object({
  registryId: z.string(),
  ...MARKED_FIELDS,
  firstSightedAt: z.string(),
  firstSnapshotId: z.string(),
  lastConfirmedAt: z.string(),
  lastSnapshotId: z.string(),
  clockStartedAt: maybe(z.string()),
  deadline: maybe(z.string()),
}) satisfies z.ZodType<Mark>;

/** The marks of one repository, by digest. */
export interface RepositoryMarks {
  readonly repository: string;
  readonly marks: ReadonlyMap<string, StoredMark>;
}

export interface StoredMark {
  readonly mark: Mark;
  readonly etag: string;
}

/** Marks live outside snapshots and are changed only if nobody else changed them (ETag). */
export class MarkStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("marks");
  }

  /** The marks of one repository, by digest. */
  async ofRepository(registryId: string, repository: string): Promise<ReadonlyMap<string, StoredMark>> {
    const range = {
      partitionKey: partitionKey(registryId, bucketOf(repository)),
      from: `${encodeKey(repository)}|`,
      to: `${encodeKey(repository)}}`,
    };
    const marks = new Map<string, StoredMark>();
    for await (const row of this.table.list(range)) {
      const mark = parseBody(MarkSchema, row);
      marks.set(mark.digest, { mark, etag: row.etag });
    }
    return marks;
  }

  /** All marks of a registry, repository by repository. */
  async *list(registryId: string): AsyncGenerator<StoredMark> {
    for (const bucket of ALL_BUCKETS) {
      for await (const row of this.table.list({ partitionKey: partitionKey(registryId, bucket) })) {
        yield { mark: parseBody(MarkSchema, row), etag: row.etag };
      }
    }
  }

  /** The same, in the order in which a snapshot lists the repositories of a registry. */
  async *listByRepository(registryId: string): AsyncGenerator<RepositoryMarks> {
    let [repository, marks] = ["", new Map<string, StoredMark>()];
    for await (const stored of this.list(registryId)) {
      if (stored.mark.repository !== repository) {
        if (marks.size > 0) yield { repository, marks };
        [repository, marks] = [stored.mark.repository, new Map()];
      }
      marks.set(stored.mark.digest, stored);
    }
    if (marks.size > 0) yield { repository, marks };
  }

  /** Without `etag` the mark must be new. False where someone else was first. */
  async put(mark: Mark, etag: string | undefined): Promise<boolean> {
    const row = { ...keysOf(mark), body: toBody(mark) };
    return etag === undefined ? this.table.create(row) : this.table.replace(row, etag);
  }

  /** False where the mark changed since `etag` was read. */
  async clear(mark: Pick<Mark, "registryId" | "repository" | "digest">, etag?: string): Promise<boolean> {
    const { partitionKey, rowKey } = keysOf(mark);
    return this.table.remove(partitionKey, rowKey, etag);
  }
}

function keysOf(mark: Pick<Mark, "registryId" | "repository" | "digest">): { partitionKey: string; rowKey: string } {
  return {
    partitionKey: partitionKey(mark.registryId, bucketOf(mark.repository)),
    rowKey: manifestKey(mark.repository, mark.digest),
  };
}
