import { nameOf } from "../core/armId.ts";
import { DAY_MS } from "../core/duration.ts";
import { readInstant } from "../core/instantId.ts";
import type { JournaledIntent } from "../core/readIntent.ts";
import { readIntent } from "../core/readIntent.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";
import { toJournalFile } from "./journalFile.ts";
import type { RestoreSite } from "./openRestore.ts";

/** How far back the table is asked, one small query a day; what is older is looked for in the journal itself. */
const LOOK_BACK_MS = 400 * DAY_MS;

/** When this service last was about to delete a digest. */
export interface PastDelete {
  /** ISO 8601. */
  readonly at: string;
  /** The tags that it carried last, where they were known. */
  readonly lastTags: readonly string[];
}

/** What this service deleted in one repository, as far as it was asked for: of the journal only the nights that matter are read. */
export class PastDeletes {
  /** What went along with something, in the nights that were read. */
  readonly cascaded = new Set<string>();
  private readonly deps: Deps;
  private readonly site: RestoreSite;
  private readonly rows: ReadonlyMap<string, Deletion>;
  private readonly intents = new Map<string, JournaledIntent>();
  private readonly filesRead = new Set<string>();

  private constructor(deps: Deps, site: RestoreSite, rows: ReadonlyMap<string, Deletion>) {
    this.deps = deps;
    this.site = site;
    this.rows = rows;
  }

  static async open(deps: Deps, site: RestoreSite): Promise<PastDeletes> {
    const { registryId, repository } = site;
    const untilMs = deps.clock.now().getTime();
    const sinceMs = untilMs - LOOK_BACK_MS;
    return new PastDeletes(deps, site, await deps.deletions.findNewest({ registryId, repository, sinceMs, untilMs }));
  }

  /** The newest. */
  find(digest: string): PastDelete | undefined {
    const [row, intent] = [this.rows.get(digest), this.intents.get(digest)];
    const at = row?.intentAt ?? intent?.at;
    return at === undefined ? undefined : { at, lastTags: intent?.lastTags ?? [] };
  }

  /** Reads the nights of the newest deletes of these. */
  async read(digests: readonly string[]): Promise<void> {
    for (const file of new Set(digests.flatMap((digest) => this.fileOf(digest) ?? []))) {
      if (this.filesRead.has(file)) continue;
      this.filesRead.add(file);
      for await (const record of this.deps.journal.listRecordsOf(file)) this.add(readIntent(record));
    }
  }

  /** For what the table does not have: goes through the journal, newest night first, until each was found. */
  async search(digests: readonly string[]): Promise<void> {
    const missing = new Set(digests.filter((digest) => !this.find(digest)));
    if (missing.size === 0) return;
    let night: JournaledIntent[] = [];
    let runId: string | undefined;
    for await (const record of this.deps.journal.listRecords(nameOf(this.site.registryId))) {
      const intent = readIntent(record);
      if (!intent) continue;
      if (intent.runId !== runId) {
        this.settle(night, missing);
        if (missing.size === 0) return;
        [night, runId] = [[], intent.runId];
      }
      if (this.isHere(intent)) night.push(intent);
    }
    this.settle(night, missing);
  }

  /** Keeps a night only where it tells of something that is looked for. */
  private settle(night: readonly JournaledIntent[], missing: Set<string>): void {
    if (!night.some(({ digest }) => missing.has(digest))) return;
    for (const intent of night) {
      this.add(intent);
      missing.delete(intent.digest);
    }
  }

  private fileOf(digest: string): string | undefined {
    const row = this.rows.get(digest);
    const at = row && readInstant(row.runId);
    return at === undefined ? undefined : toJournalFile({ id: row?.runId ?? "", at }, this.site.registryId);
  }

  private add(intent: JournaledIntent | undefined): void {
    if (!intent || !this.isHere(intent)) return;
    if (intent.how === "cascade") this.cascaded.add(intent.digest);
    const known = this.intents.get(intent.digest);
    if (!known || Date.parse(known.at) <= Date.parse(intent.at)) this.intents.set(intent.digest, intent);
  }

  private isHere({ registryId, repository }: JournaledIntent): boolean {
    return registryId === this.site.registryId && repository === this.site.repository;
  }
}
