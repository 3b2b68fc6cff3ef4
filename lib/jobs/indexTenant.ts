import { diffResource } from "../core/diff.ts";
import { listConsumerFindings } from "../core/consumerFindings.ts";
import type { ObservedFinding } from "../core/findings.ts";
import type { Known } from "../core/knowledge.ts";
import { isNews, learn, seenLast } from "../core/knowledge.ts";
import type { Resource } from "../core/resources.ts";
import { ALL_BUCKETS } from "../core/tableKeys.ts";
import { bucketOfId } from "../stores/buckets.ts";
import type { HistoryEntry } from "../stores/historyStore.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import { Batch } from "./batch.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";
import type { Step } from "./walkTenant.ts";
import { addStep, walkTenant } from "./walkTenant.ts";
import { Tenant } from "./tenant.ts";

const ROWS_AT_A_TIME = 500;

/**
 * One walk over the tenant: remembers what the snapshot teaches, stores what changed since the complete snapshot before, and
 * tells of consumers. Only a complete snapshot is compared: from any other, what is missing would look like a change.
 */
export async function indexTenant(deps: Deps, marking: Marking): Promise<Tenant> {
  const { header, graphComplete } = marking;
  const before = graphComplete ? (await deps.snapshots.findComplete(GRAPH_PART, header.id))?.header : undefined;
  const tenant = new Tenant();
  const learned = new Batch<Known>(ROWS_AT_A_TIME, (known) => deps.knowledge.putAll(known));
  const changes = new Batch<HistoryEntry>(ROWS_AT_A_TIME, (entries) => deps.history.append(entries));
  const consumers = new ConsumerFindings(marking);
  for await (const step of walkTenant(deps, { snapshotId: header.id, beforeId: before?.id })) {
    const known = recall(step, marking, before);
    if (known && isToStore(known, step, marking)) await learned.add(known);
    addStep(tenant, { ...step, known });
    const change = before && toEntry(step, { header, before });
    if (change) await changes.add(change);
    if (graphComplete && step.family === "consumers" && step.now) await consumers.add(step.now, tenant);
  }
  await learned.flush();
  await changes.flush();
  if (graphComplete) await consumers.finish();
  return tenant;
}

/** What is known of the resource after this snapshot. */
function recall(step: Step, marking: Marking, before: SnapshotHeader | undefined): Known | undefined {
  const { sight, graphComplete, late } = marking;
  if (step.now) return learn(step.now, step.known, { at: sight.at, complete: graphComplete, late });
  return before && step.known && isVanished(step) ? seenLast(step.known, before.readAt) : step.known;
}

/** Not the mere date of what is still there; but an incomplete snapshot is not compared later, and its dates would be lost. */
function isToStore(known: Known, step: Step, { graphComplete }: Marking): boolean {
  return isNews(known, step.known) || isVanished(step) || (step.now !== undefined && !graphComplete);
}

const isVanished = ({ before, now }: Step): boolean => before !== undefined && now === undefined;

interface Headers {
  readonly header: SnapshotHeader;
  readonly before: SnapshotHeader;
}

function toEntry({ before, now }: Step, headers: Headers): HistoryEntry | undefined {
  const resource = now ?? before;
  if (before === now) return undefined;
  const changed = diffResource(before, now);
  if (!resource || !changed) return undefined;
  const change = {
    ...changed,
    at: headers.header.readAt,
    snapshotId: headers.header.id,
    beforeAt: headers.before.readAt,
    beforeSnapshotId: headers.before.id,
  };
  return { id: resource.id, kind: resource.kind, change };
}

/** Consumers come bucket by bucket, and so do their findings: each bucket is a scope, so that no more than one is in memory. */
class ConsumerFindings {
  private readonly marking: Marking;
  private readonly done = new Set<string>();
  private bucket: string | undefined;
  private observed: ObservedFinding[] = [];

  constructor(marking: Marking) {
    this.marking = marking;
  }

  async add(consumer: Resource, { versions }: Tenant): Promise<void> {
    const bucket = bucketOfId(consumer.id);
    if (bucket !== this.bucket) await this.store();
    this.bucket = bucket;
    const scope = scopeOf(bucket);
    for (const finding of listConsumerFindings(consumer, versions, this.marking.sight))
      this.observed.push({ ...finding, scope });
  }

  /** Buckets without a consumer have nothing left to tell either. */
  async finish(): Promise<void> {
    await this.store();
    for (const bucket of ALL_BUCKETS) if (!this.done.has(bucket)) await this.reconcile(bucket, []);
  }

  private async store(): Promise<void> {
    if (this.bucket === undefined) return;
    await this.reconcile(this.bucket, this.observed);
    this.observed = [];
  }

  private async reconcile(bucket: string, observed: readonly ObservedFinding[]): Promise<void> {
    this.done.add(bucket);
    await this.marking.reconcile(scopeOf(bucket), observed);
  }
}

const scopeOf = (bucket: string): string => `consumers:${bucket}`;
