import { z } from "zod";
import type { Finding, ObservedFinding } from "../core/findings.ts";
import { FINDING_KINDS, openFinding } from "../core/findings.ts";
import { ALL_BUCKETS, encodeKey } from "../core/tableKeys.ts";
import type { Hash, RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";
import { keyOf } from "./schemas.ts";

const FindingSchema = z.object({
  id: z.string(),
  kind: keyOf(FINDING_KINDS),
  severity: z.enum(["info", "warning", "critical"]),
  subject: z.string(),
  scope: z.string(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  resolvedAt: maybe(z.string()),
  evidence: z.array(z.string()),
}) satisfies z.ZodType<Finding>;

/** Evidence is for reading; beyond this it is cut, the subject stays complete. */
const MAX_EVIDENCE = 50;

export class FindingStore {
  private readonly table: RowTable;
  private readonly hash: Hash;

  constructor(tables: Tables, hash: Hash) {
    this.table = tables.open("findings");
    this.hash = hash;
  }

  /** Opens or refreshes; the stored finding comes back. Observing the same thing twice changes nothing but `lastSeenAt`. */
  async observe(
    observed: ObservedFinding,
    at: string,
  ): Promise<{ readonly finding: Finding; readonly opened: boolean }> {
    const id = this.idOf(observed);
    for (;;) {
      const row = await this.table.find(bucketOfId(id), encodeKey(id));
      const before = row && parseBody(FindingSchema, row);
      const evidence = observed.evidence.slice(0, MAX_EVIDENCE);
      const finding = openFinding(id, { ...observed, evidence }, { before, at });
      const stored = { partitionKey: bucketOfId(id), rowKey: encodeKey(id), body: toBody(finding) };
      const written = row ? await this.table.replace(stored, row.etag) : await this.table.create(stored);
      if (written) return { finding, opened: before === undefined || before.resolvedAt !== undefined };
    }
  }

  /** Sorted by id; resolved ones included. */
  async *list(): AsyncGenerator<Finding> {
    for (const bucket of ALL_BUCKETS) {
      for await (const row of this.table.list({ partitionKey: bucket })) yield parseBody(FindingSchema, row);
    }
  }

  async find(id: string): Promise<Finding | undefined> {
    const row = await this.table.find(bucketOfId(id), encodeKey(id));
    return row && parseBody(FindingSchema, row);
  }

  /** Resolves what is open, fits `isOver` and was not observed at `at`. Returns what it resolved. */
  async resolve(at: string, isOver: (finding: Finding) => boolean): Promise<readonly Finding[]> {
    const resolved: Finding[] = [];
    for (const bucket of ALL_BUCKETS) {
      for await (const row of this.table.list({ partitionKey: bucket })) {
        const finding = parseBody(FindingSchema, row);
        if (finding.resolvedAt !== undefined || finding.lastSeenAt >= at || !isOver(finding)) continue;
        const over = { ...finding, resolvedAt: at };
        if (
          await this.table.replace({ partitionKey: row.partitionKey, rowKey: row.rowKey, body: toBody(over) }, row.etag)
        )
          resolved.push(over);
      }
    }
    return resolved;
  }

  private idOf({ kind, subject }: ObservedFinding): string {
    return this.hash(`${kind}\n${subject}`).slice(0, 24);
  }
}

/** The first hex digit of a hash spreads evenly. */
const bucketOfId = (id: string): string => id.charAt(0);
