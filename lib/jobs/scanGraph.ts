import pMap from "p-map";
import { subscriptionOf } from "../core/armId.ts";
import type { IncompleteReason } from "../core/completeness.ts";
import { isImplausibleFall } from "../core/completeness.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import { CONFIRMED_KINDS, GRAPH_TYPES } from "../core/resources.ts";
import { MAX_BODY_CHARS } from "../core/tableKeys.ts";
import { UpstreamError } from "../errors.ts";
import type { Part } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** More absences than this in one run are not confirmed one by one: the snapshot is incomplete instead. */
const MAX_CONFIRMATIONS = 2000;
const ARM_CONCURRENCY = 8;

/** What the scan keeps in memory: ids, counts and the resources that name registries. */
export interface GraphScan {
  readonly part: Part;
  readonly stores: readonly Resource[];
}

/** Reads the publisher graph into the snapshot and proves, or fails to prove, that it is complete. */
export async function scanGraph(deps: Deps, snapshotId: string): Promise<GraphScan> {
  const seen = new Seen();
  const reasons: IncompleteReason[] = [];
  reasons.push(...(await readPages(deps, snapshotId, seen)));
  const last = await deps.snapshots.findComplete(GRAPH_PART, snapshotId);
  const subscriptions = await checkSubscriptions(deps, last?.part, seen);
  reasons.push(...subscriptions.reasons, ...(await confirmAbsences(deps, last?.header.id, seen)));
  reasons.push(...listImplausibleFalls(deps, last?.part, seen));
  return {
    part: {
      name: GRAPH_PART,
      complete: reasons.length === 0,
      reasons,
      counts: Object.fromEntries(seen.counts),
      subscriptions: subscriptions.expected,
    },
    stores: seen.stores,
  };
}

/** One resource that cannot be stored makes the snapshot incomplete; it does not keep the others from being seen. */
const isTooLarge = (resource: Resource): boolean => JSON.stringify(resource).length > MAX_BODY_CHARS - 1000;

/** Unreadable rows count too, each by its own text. */
function rowId(row: unknown): string {
  const id = typeof row === "object" && row !== null && "id" in row ? row.id : undefined;
  return typeof id === "string" ? id.toLowerCase() : JSON.stringify(row);
}

class Seen {
  readonly rows = new Set<string>();
  readonly ids = new Set<string>();
  readonly counts = new Map<string, number>();
  readonly subscriptions = new Set<string>();
  readonly stores: Resource[] = [];

  add(resource: Resource): void {
    this.ids.add(resource.id);
    this.counts.set(resource.kind, (this.counts.get(resource.kind) ?? 0) + 1);
    for (const id of [resource.id, ...listNamedIds(resource)]) this.subscriptions.add(subscriptionOf(id));
    if (resource.kind === "artifactStore") this.stores.push(resource);
  }
}

/** Ids in references: a subscription that is only ever named there must be visible too. */
function listNamedIds({ details }: Resource): readonly string[] {
  if (details.of === "store") return details.registryId === undefined ? [] : [details.registryId];
  if (details.of === "version")
    return details.references.flatMap((reference) => (reference.form === "unreadable" ? [] : [reference.id]));
  if (details.of === "consumer")
    return details.versions.flatMap((version) => (version.by === "id" ? [version.id] : []));
  return [];
}

async function readPages(deps: Deps, snapshotId: string, seen: Seen): Promise<IncompleteReason[]> {
  const reasons: IncompleteReason[] = [];
  let rows = 0;
  let total: number | undefined;
  try {
    for await (const page of deps.graph.listResources(GRAPH_TYPES)) {
      rows += page.rows.length;
      total ??= page.totalRecords;
      if (page.totalRecords !== total)
        reasons.push({ code: "rowsMissing", detail: `the total changed from ${total} to ${page.totalRecords}` });
      if (page.truncated) reasons.push({ code: "resultTruncated" });
      if (page.tenantLimitHit) reasons.push({ code: "tenantLimitHit" });
      reasons.push(...(await storePage(deps, snapshotId, { rows: page.rows, seen })));
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return [...reasons, { code: "queryFailed", detail: error.message }];
  }
  if (rows !== total) reasons.push({ code: "rowsMissing", detail: `${rows} of ${total ?? 0}` });
  // A row that came twice would hide one that did not come.
  else if (seen.rows.size !== total)
    reasons.push({ code: "rowsMissing", detail: `${seen.rows.size} different ids in ${total ?? 0} rows` });
  return reasons;
}

async function storePage(
  deps: Deps,
  snapshotId: string,
  page: { rows: readonly unknown[]; seen: Seen },
): Promise<IncompleteReason[]> {
  const reasons: IncompleteReason[] = [];
  const resources: Resource[] = [];
  for (const row of page.rows) {
    page.seen.rows.add(rowId(row));
    const read = readResource(row);
    if ("unreadable" in read) reasons.push({ code: "rowUnreadable", detail: read.unreadable });
    else if (isTooLarge(read.resource))
      reasons.push({ code: "rowUnreadable", subject: read.resource.id, detail: "it is too large to be stored" });
    else resources.push(read.resource);
  }
  for (const resource of resources) page.seen.add(resource);
  await deps.snapshots.putResources(snapshotId, resources);
  return reasons;
}

/** Expected are the configured subscriptions, those of the last complete snapshot, and those that any id names. */
async function checkSubscriptions(
  deps: Deps,
  last: Part | undefined,
  seen: Seen,
): Promise<{ expected: readonly string[]; reasons: IncompleteReason[] }> {
  const expected = [
    ...new Set([...deps.config.expectedSubscriptions, ...(last?.subscriptions ?? []), ...seen.subscriptions]),
  ].sort();
  let visible: ReadonlySet<string>;
  try {
    visible = new Set(await deps.graph.listSubscriptions());
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { expected, reasons: [{ code: "queryFailed", detail: error.message }] };
  }
  const all = [...new Set([...expected, ...visible])].sort();
  const reasons = await pMap(all, (subscription) => checkSubscription(deps, subscription, visible.has(subscription)), {
    concurrency: ARM_CONCURRENCY,
  });
  return { expected: all, reasons: reasons.filter((reason) => reason !== undefined) };
}

async function checkSubscription(deps: Deps, subject: string, visible: boolean): Promise<IncompleteReason | undefined> {
  if (!visible) return { code: "subscriptionNotVisible", subject };
  try {
    return (await deps.arm.canReadAll(subject)) ? undefined : { code: "subscriptionNotReadable", subject };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { code: "subscriptionNotReadable", subject, detail: error.message };
  }
}

/** Resource Graph hides what may not be read: what vanished since the last complete snapshot must answer 404 to an ARM GET. */
async function confirmAbsences(deps: Deps, lastId: string | undefined, seen: Seen): Promise<IncompleteReason[]> {
  if (lastId === undefined) return [];
  const missing: string[] = [];
  for await (const resource of deps.snapshots.listResources(lastId)) {
    if (CONFIRMED_KINDS.has(resource.kind) && !seen.ids.has(resource.id)) missing.push(resource.id);
    if (missing.length > MAX_CONFIRMATIONS)
      return [{ code: "tooManyAbsent", detail: `more than ${MAX_CONFIRMATIONS} resources` }];
  }
  const answers = await pMap(missing, async (id) => ({ id, answer: await deps.arm.getResource(id) }), {
    concurrency: ARM_CONCURRENCY,
  });
  return answers
    .filter(({ answer }) => answer.is !== "absent")
    .map(({ id, answer }) => ({
      code: "absenceUnconfirmed",
      subject: id,
      detail: answer.is === "unknown" ? answer.why : "ARM still has it",
    }));
}

function listImplausibleFalls(deps: Deps, last: Part | undefined, seen: Seen): IncompleteReason[] {
  const limits = { explained: 0, maxShare: deps.config.snapshot.maxFallShare };
  return Object.entries(last?.counts ?? {})
    .filter(([kind, before]) => isImplausibleFall(before, seen.counts.get(kind) ?? 0, limits))
    .map(([kind, before]) => ({
      code: "implausibleFall",
      subject: kind,
      detail: `from ${before} to ${seen.counts.get(kind) ?? 0}`,
    }));
}
