import type { IncompleteReason } from "../core/completeness.ts";
import { isImplausibleFall } from "../core/completeness.ts";
import type { GraphFamily } from "../core/graphQueries.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import { MAX_BODY_CHARS } from "../core/tableKeys.ts";
import { UpstreamError } from "../errors.ts";
import type { ResourcePage } from "../ports.ts";
import type { Acceptance, Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import { checkSubscriptions } from "./checkSubscriptions.ts";
import { confirmAbsences } from "./confirmAbsences.ts";
import type { Deps } from "./deps.ts";
import { refusedBy } from "./refusedBy.ts";
import { SeenResources } from "./seenResources.ts";

export interface GraphScan {
  readonly part: Part;
  readonly stores: readonly Resource[];
}

/** Reads the publisher graph into the snapshot and proves, or fails to prove, that it is complete. */
export async function scanGraph(deps: Deps, snapshotId: string): Promise<GraphScan> {
  const seen = new SeenResources(deps.hash);
  const reasons: IncompleteReason[] = [];
  for (const family of GRAPH_FAMILIES) reasons.push(...(await readFamily(deps, { snapshotId, family, seen })));
  const { last, accepted, subscriptions: known } = await readEarlier(deps, snapshotId);
  const subscriptions = await checkSubscriptions(deps, { known, named: seen.subscriptions, accepted });
  reasons.push(...subscriptions.reasons);
  reasons.push(...(await confirmAbsences(deps, last, { seen, gone: subscriptions.gone })));
  reasons.push(...listImplausibleFalls(deps, last?.part, seen));
  const part: Part = {
    name: GRAPH_PART,
    complete: reasons.length === 0,
    reasons,
    counts: Object.fromEntries(seen.counts),
    subscriptions: subscriptions.expected,
    accepted: subscriptions.accepted,
  };
  // What ARM confirmed as gone need not be asked again, until a complete snapshot makes it the baseline.
  if (part.complete) await deps.absences.clear();
  return { part, stores: seen.stores };
}

interface Earlier {
  readonly last: { readonly header: SnapshotHeader; readonly part: Part } | undefined;
  /** Subscriptions of the last complete snapshot, and of every sealed one since. */
  readonly subscriptions: readonly string[];
  /** What people said of the newest sealed one, complete or not. */
  readonly accepted: readonly Acceptance[];
}

async function readEarlier(deps: Deps, before: string): Promise<Earlier> {
  const subscriptions: string[] = [];
  let accepted: readonly Acceptance[] | undefined;
  for await (const header of deps.snapshots.list()) {
    if (header.state !== "sealed" || header.id >= before) continue;
    const part = (await deps.snapshots.listParts(header.id)).find(({ name }) => name === GRAPH_PART);
    if (!part || part.reasons.some(({ code }) => code === "partMissing")) continue;
    accepted ??= part.accepted;
    subscriptions.push(...part.subscriptions);
    if (part.complete) return { last: { header, part }, subscriptions, accepted };
  }
  return { last: undefined, subscriptions, accepted: accepted ?? [] };
}

interface FamilyScan {
  readonly snapshotId: string;
  readonly family: GraphFamily;
  readonly seen: SeenResources;
}

async function readFamily(deps: Deps, scan: FamilyScan): Promise<readonly IncompleteReason[]> {
  const pages = deps.graph.listResources(scan.family, deps.config.graphScope)[Symbol.asyncIterator]();
  const progress: Progress = { listing: undefined, reasons: [] };
  try {
    while (await storeNext(deps, { ...scan, pages, progress }));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const failed: IncompleteReason = { code: "queryFailed", subject: scan.family, detail: error.message };
    return [...progress.reasons, { ...failed, ...refusedBy(error) }];
  }
  if (!progress.listing) return [{ code: "queryFailed", subject: scan.family, detail: "there was no answer" }];
  return [...progress.reasons, ...progress.listing.listMissing()];
}

interface Progress {
  listing: Listing | undefined;
  readonly reasons: IncompleteReason[];
}

interface PageScan extends FamilyScan {
  readonly pages: AsyncIterator<ResourcePage>;
  readonly progress: Progress;
}

/** False after the last page. */
async function storeNext(deps: Deps, scan: PageScan): Promise<boolean> {
  const resources = await readNext(scan);
  if (!resources) return false;
  for (const resource of resources) scan.seen.add(resource);
  scan.progress.reasons.push(...(await storeResources(deps, scan.snapshotId, resources)));
  return true;
}

/** The resources of the next page. Its rows are freed with this call: they are larger, and the next page must fit beside them. */
async function readNext({ pages, progress, ...scan }: PageScan): Promise<readonly Resource[] | undefined> {
  const next = await pages.next();
  if (next.done) return undefined;
  const page = next.value;
  if (progress.listing?.batch !== page.batch) {
    progress.reasons.push(...(progress.listing?.listMissing() ?? []));
    progress.listing = new Listing(scan, page);
  }
  progress.reasons.push(...progress.listing.add(page));
  return page.rows.flatMap((row): readonly Resource[] => {
    const read = readResource(row);
    if ("resource" in read) return [read.resource];
    progress.reasons.push({ code: "rowUnreadable", detail: read.unreadable });
    return [];
  });
}

/** One batch of a family: as many different rows must come as the service counts. */
class Listing {
  readonly batch: number;
  private readonly total: number;
  private readonly scan: FamilyScan;
  private readonly ids = new Set<number>();
  private rows = 0;

  constructor(scan: FamilyScan, { batch, totalRecords }: ResourcePage) {
    this.scan = scan;
    this.batch = batch;
    this.total = totalRecords;
  }

  add(page: ResourcePage): readonly IncompleteReason[] {
    const subject = this.scan.family;
    this.rows += page.rows.length;
    for (const row of page.rows) this.ids.add(this.scan.seen.toKey(rowId(row)));
    const reasons: IncompleteReason[] = [];
    if (page.totalRecords !== this.total)
      reasons.push({
        code: "rowsMissing",
        subject,
        detail: `the total changed from ${this.total} to ${page.totalRecords}`,
      });
    if (page.truncated) reasons.push({ code: "resultTruncated", subject });
    if (page.tenantLimitHit) reasons.push({ code: "tenantLimitHit", subject });
    return reasons;
  }

  /** A row that came twice would hide one that did not come. */
  listMissing(): readonly IncompleteReason[] {
    const subject = this.scan.family;
    if (this.rows !== this.total) return [{ code: "rowsMissing", subject, detail: `${this.rows} of ${this.total}` }];
    if (this.ids.size !== this.total)
      return [{ code: "rowsMissing", subject, detail: `${this.ids.size} different ids in ${this.total} rows` }];
    return [];
  }
}

/** Unreadable rows count too, each by its own text. */
function rowId(row: unknown): string {
  const id = typeof row === "object" && row !== null && "id" in row ? row.id : undefined;
  return typeof id === "string" ? id.toLowerCase() : JSON.stringify(row);
}

/** A row that is too large is refused with all that came with it: the others are then stored without it. */
async function storeResources(
  deps: Deps,
  snapshotId: string,
  resources: readonly Resource[],
): Promise<readonly IncompleteReason[]> {
  try {
    await deps.snapshots.putResources(snapshotId, resources);
    return [];
  } catch (error) {
    const tooLarge = resources.filter(isTooLarge);
    if (!(error instanceof RangeError) || tooLarge.length === 0) throw error;
    await deps.snapshots.putResources(
      snapshotId,
      resources.filter((resource) => !isTooLarge(resource)),
    );
    return tooLarge.map(({ id }) => ({ code: "rowUnreadable", subject: id, detail: "it is too large to be stored" }));
  }
}

/** One resource that cannot be stored makes the snapshot incomplete; it does not keep the others from being seen. */
const isTooLarge = (resource: Resource): boolean => JSON.stringify(resource).length > MAX_BODY_CHARS - 1000;

function listImplausibleFalls(deps: Deps, last: Part | undefined, seen: SeenResources): IncompleteReason[] {
  const limits = { explained: 0, maxShare: deps.config.snapshot.maxFallShare };
  return Object.entries(last?.counts ?? {})
    .filter(([kind, before]) => isImplausibleFall(before, seen.counts.get(kind) ?? 0, limits))
    .map(([kind, before]) => ({
      code: "implausibleFall",
      subject: kind,
      detail: `from ${before} to ${seen.counts.get(kind) ?? 0}`,
    }));
}
