import pMap from "p-map";
import { z } from "zod";
import type { Finding, FindingKind, FindingScope, ObservedFinding } from "../core/findings.ts";
import type { Hash, RowTable, StoredRow, Tables } from "../ports.ts";
import type { Telemetry } from "../telemetry.ts";
import { fromToken, toToken } from "./continuation.ts";
import { findingId, FindingSchema, isFindingId, partitionOfScope, placeOfFinding } from "./findingRows.ts";
import { toFinding, toFindingRow } from "./findingRows.ts";
import { FindingNews } from "./findingNews.ts";
import { concatAhead } from "./readAhead.ts";
import { reconcileFindings } from "./reconcileFindings.ts";
import { inChunks, parseBody, toBody } from "./rows.ts";

const SCOPES = "scopes";
const ScopeRow = z.object({ scope: z.string() });

const PARTITIONS_AHEAD = 3;
const WRITES_AT_A_TIME = 8;

/** All that was observed of a scope, and when. */
export interface ObservedScope {
  readonly observed: readonly ObservedFinding[];
  readonly at: string;
}

/** How many findings a pass opened, or opened anew, and how many it resolved. */
export interface Reconciled {
  readonly opened: number;
  readonly resolved: number;
}

export interface Pruned {
  readonly dropped: number;
  /** How many are open, of each kind that has any. */
  readonly open: ReadonlyMap<FindingKind, number>;
}

export interface PageRequest {
  readonly matches: (finding: Finding) => boolean;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface FindingPage {
  readonly findings: readonly Finding[];
  /** Where the next page begins; not there on the last one. */
  readonly next?: string;
}

interface StoredFinding {
  readonly finding: Finding;
  readonly row: StoredRow;
}

/** Findings, one partition for each scope. What is resolved stays, so that it can be told when it was. */
export class FindingStore {
  private readonly table: RowTable;
  private readonly hash: Hash;
  private readonly news: FindingNews;
  private readonly remembered = new Set<FindingScope>();

  constructor(tables: Tables, hash: Hash, telemetry: Pick<Telemetry, "event" | "flush">) {
    this.table = tables.open("findings");
    this.hash = hash;
    this.news = new FindingNews(telemetry);
  }

  /** Opens or refreshes; the stored finding comes back. Observing the same thing twice changes nothing but `lastSeenAt`. */
  async observe(
    observed: ObservedFinding,
    at: string,
  ): Promise<{ readonly finding: Finding; readonly opened: boolean }> {
    const id = findingId(this.hash, observed);
    const { partitionKey, rowKey } = placeOfFinding(id);
    for (;;) {
      const row = await this.table.find(partitionKey, rowKey);
      const before = row && parseBody(FindingSchema, row);
      const finding = toFinding(id, observed, { before, at });
      if (!row) await this.remember(observed.scope);
      const opened = before === undefined || before.resolvedAt !== undefined;
      if (opened) await this.news.open([finding]);
      const stored = toFindingRow(finding);
      const written = row ? await this.table.replace(stored, row.etag) : await this.table.create(stored);
      if (written) return { finding, opened };
    }
  }

  /**
   * Makes the open findings of `scope` exactly the observed ones, in one pass: opens, refreshes, and resolves the rest. What a
   * later look has written stays. One caller for a scope at a time; repeating it changes nothing.
   */
  async reconcile(scope: FindingScope, { observed, at }: ObservedScope): Promise<Reconciled> {
    const stray = observed.find((finding) => finding.scope !== scope);
    if (stray) throw new RangeError(`a finding of the scope "${stray.scope}" does not belong to "${scope}"`);
    if (observed.length > 0) await this.remember(scope);
    const byId = new Map(observed.map((finding) => [findingId(this.hash, finding), finding]));
    const counts = { opened: 0, refreshed: 0, resolved: 0 };
    for await (const chunk of inChunks(reconcileFindings(this.listOfScope(scope), { observed: byId, at }))) {
      await this.news.open(chunk.filter(({ effect }) => effect === "opened").map(({ finding }) => finding));
      await this.table.putAll(chunk.map(({ finding }) => toFindingRow(finding)));
      await this.news.resolve(chunk.filter(({ effect }) => effect === "resolved").map(({ finding }) => finding));
      for (const { effect } of chunk) counts[effect] += 1;
    }
    return { opened: counts.opened, resolved: counts.resolved };
  }

  /** Resolves what is open in `scope`, fits `isOver` and was not observed at `at` or later. Returns how many. */
  async resolve(scope: FindingScope, at: string, isOver: (finding: Finding) => boolean): Promise<number> {
    let resolved = 0;
    const resolveOne = async ({ finding, row }: StoredFinding): Promise<void> => {
      const wasObserved = Date.parse(finding.lastSeenAt) >= Date.parse(at);
      if (finding.resolvedAt !== undefined || wasObserved || !isOver(finding)) return;
      const over = { ...finding, resolvedAt: at };
      if (!(await this.table.replace(toFindingRow(over), row.etag))) return;
      resolved += 1;
      await this.news.resolve([over]);
    };
    await pMap(this.listStored(scope), resolveOne, { concurrency: WRITES_AT_A_TIME });
    return resolved;
  }

  /** Drops what was resolved before `olderThan`. One that is observed again meanwhile stays. Counts what is open on the way. */
  async prune(olderThan: Date): Promise<Pruned> {
    const open = new Map<FindingKind, number>();
    let dropped = 0;
    const pruneOne = async (row: StoredRow): Promise<void> => {
      const { kind, resolvedAt } = parseBody(FindingSchema, row);
      if (resolvedAt === undefined) open.set(kind, (open.get(kind) ?? 0) + 1);
      else if (Date.parse(resolvedAt) < olderThan.getTime())
        if (await this.table.remove(row.partitionKey, row.rowKey, row.etag)) dropped += 1;
    };
    await pMap(this.listRows(), pruneOne, { concurrency: WRITES_AT_A_TIME });
    return { dropped, open };
  }

  /** Every scope that ever had a finding, also where all are resolved. */
  async *listScopes(): AsyncGenerator<FindingScope> {
    for await (const row of this.table.list({ partitionKey: SCOPES })) yield parseBody(ScopeRow, row).scope;
  }

  /** Sorted by id; resolved ones included. */
  list(): AsyncGenerator<Finding> {
    return this.listAfter(undefined);
  }

  async find(id: string): Promise<Finding | undefined> {
    if (!isFindingId(id)) return undefined;
    const { partitionKey, rowKey } = placeOfFinding(id);
    const row = await this.table.find(partitionKey, rowKey);
    return row && parseBody(FindingSchema, row);
  }

  /** The first `limit` findings that match, sorted by id, after the page before. A `RangeError` for what is no token of a page. */
  async listPage({ matches, after, limit }: PageRequest): Promise<FindingPage> {
    if (!(limit >= 1)) throw new RangeError(`a page of ${limit} findings cannot be listed: ask for at least one`);
    const findings: Finding[] = [];
    for await (const finding of this.listAfter(after === undefined ? undefined : fromToken(after, isFindingId))) {
      if (!matches(finding)) continue;
      const last = findings.at(-1);
      if (last && findings.length >= limit) return { findings, next: toToken(last.id) };
      findings.push(finding);
    }
    return { findings };
  }

  private async *listAfter(id: string | undefined): AsyncGenerator<Finding> {
    for await (const row of this.listRows(id)) if (row.rowKey !== id) yield parseBody(FindingSchema, row);
  }

  /** From the finding of this id on, in the order of their ids. */
  private async *listRows(id?: string): AsyncGenerator<StoredRow> {
    const partitions = new Set<string>();
    for await (const scope of this.listScopes()) partitions.add(partitionOfScope(this.hash, scope));
    const first = id === undefined ? "" : placeOfFinding(id).partitionKey;
    const rest = [...partitions].filter((partition) => partition >= first).sort();
    const streams = rest.map((partitionKey) =>
      this.table.list({ partitionKey, ...(id !== undefined && partitionKey === first && { from: id }) }),
    );
    yield* concatAhead(streams, PARTITIONS_AHEAD);
  }

  /** Without those of another scope whose partition is the same. */
  private async *listStored(scope: FindingScope): AsyncGenerator<StoredFinding> {
    for await (const row of this.table.list({ partitionKey: partitionOfScope(this.hash, scope) })) {
      const finding = parseBody(FindingSchema, row);
      if (finding.scope === scope) yield { finding, row };
    }
  }

  /** Sorted by id; resolved ones included. */
  async *listOfScope(scope: FindingScope): AsyncGenerator<Finding> {
    for await (const { finding } of this.listStored(scope)) yield finding;
  }

  /** Before the scope's first finding: a finding of a scope that nobody knows would be found by its id alone. */
  private async remember(scope: FindingScope): Promise<void> {
    if (this.remembered.has(scope)) return;
    await this.table.create({ partitionKey: SCOPES, rowKey: this.hash(scope), body: toBody({ scope }) });
    this.remembered.add(scope);
  }
}
