import { decideBreaker } from "../core/breaker.ts";
import { DAY_MS, HOUR_MS } from "../core/duration.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { VersionsLeft } from "../core/versionsLeft.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

export interface BreakerRequest {
  readonly registryId: string;
  readonly header: SnapshotHeader;
  /** Epoch milliseconds: the end of the day that counts. */
  readonly now: number;
  /** What the snapshot counted in the registry; undefined where its part is missing. */
  readonly counts: Part["counts"] | undefined;
}

/** Why the breaker trips for this plan of a registry, in words; empty where it does not. Whoever started the day's runs, all count. */
export async function checkBreaker(
  deps: Deps,
  request: BreakerRequest,
  planned: readonly PlanItem[],
): Promise<readonly string[]> {
  const lost = deps.config.breaker.lastVersion ? await listLost(deps, request, planned) : [];
  return [...(await checkAmounts(deps, request, planned)), ...lost];
}

async function checkAmounts(
  deps: Deps,
  { registryId, header, now, counts }: BreakerRequest,
  planned: readonly PlanItem[],
): Promise<readonly string[]> {
  const deleted = { count: 0, bytes: 0 };
  // What went before the snapshot is not in its counts any more; what went after it still is.
  const goneBefore = { count: 0, bytes: 0 };
  for await (const deletion of deps.deletions.listSince(registryId, now - DAY_MS, deps.clock.now().getTime())) {
    if (deletion.outcome === "kept") continue;
    for (const amount of deletion.intentAt < header.readAt ? [deleted, goneBefore] : [deleted]) {
      amount.count += 1;
      amount.bytes += deletion.size;
    }
  }
  const registry = {
    count: (counts?.["manifests"] ?? 0) + goneBefore.count,
    bytes: (counts?.["bytes"] ?? 0) + goneBefore.bytes,
  };
  // Sizes as the registry states them on both sides, shared layers counted each time: the shares compare like with like.
  const bytes = planned.reduce((sum, { size }) => sum + size, 0);
  return decideBreaker({ count: planned.length, bytes }, { deleted, registry }, deps.config.breaker);
}

/** A delete that was under way while the registry was listed may have been listed still. */
const LISTING_MS = HOUR_MS;

async function listLost(
  deps: Deps,
  { registryId, header }: BreakerRequest,
  items: readonly PlanItem[],
): Promise<readonly string[]> {
  if (items.length === 0) return [];
  const gone = new Set<string>();
  const since = Date.parse(header.readAt) - LISTING_MS;
  for await (const deletion of deps.deletions.listSince(registryId, since, deps.clock.now().getTime()))
    if (deletion.outcome !== "kept") gone.add(`${deletion.repository}@${deletion.digest}`);
  const left = new VersionsLeft({ items, gone });
  for (const storeId of new Set(items.map((item) => item.storeId)))
    for await (const known of deps.knowledge.listUnder("artifactManifests", storeId)) left.learn(known);
  for await (const repository of deps.snapshots.listRepositories(header.id, registryId)) left.see(repository);
  return left.listLost();
}
