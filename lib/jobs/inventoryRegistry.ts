import pMap from "p-map";
import type { IncompleteReason, IncompleteText } from "../core/completeness.ts";
import { codeOfText, isImplausibleFall } from "../core/completeness.ts";
import type { Repository } from "../core/registryManifest.ts";
import { bucketOf, repositoryKey } from "../core/tableKeys.ts";
import { UpstreamError } from "../errors.ts";
import type { RegistryReader } from "../ports.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { toUnknownPart } from "../stores/snapshotStore.ts";
import type { Inventory } from "./absences.ts";
import { Absences } from "./absences.ts";
import type { Deps } from "./deps.ts";
import { mergeByKey, nothing } from "../stores/mergeByKey.ts";
import { refusedBy } from "./refusedBy.ts";
import { readRepository } from "./readRepository.ts";
import { readTarget } from "./registryTarget.ts";
import { sealIfReady } from "./sealSnapshot.ts";
import type { InventoryMessage } from "./takeSnapshot.ts";

const REPOSITORY_CONCURRENCY = 4;
/** Stored together, in few transactions; the time budget is looked at after each. */
const REPOSITORY_BATCH = 20;
const BUSY_MS = 60_000;

/**
 * Lists one registry into the snapshot. Works for the time budget, then hands the rest to a new message; the last invocation
 * confirms what vanished, writes the part and seals the snapshot if it was the last one. Safe to repeat at any point.
 */
export async function inventoryRegistry(deps: Deps, message: InventoryMessage): Promise<void> {
  const run = await deps.runs.find(message.runId);
  if (run?.stopRequested) return deps.runs.finish(message.runId, { state: "stopped", at: deps.clock.now() });
  if (run?.state !== "running") return; // displaced: the next run reads anew
  await deps.runs.beat(message.runId, deps.clock.now());
  const lease = await deps.leases.acquire(`inventory-${deps.hash(message.registryId).slice(0, 32)}`);
  if (!lease) return deps.queues.send("inventory-registry", message, BUSY_MS);
  try {
    await takeInventory(deps, message);
  } finally {
    await lease.release();
  }
  await sealIfReady(deps, message.snapshotId);
}

/** A message that comes again after its part is in must not touch what may be sealed. */
async function takeInventory(deps: Deps, message: InventoryMessage): Promise<void> {
  const header = await deps.snapshots.find(message.snapshotId);
  const parts = header ? await deps.snapshots.listParts(message.snapshotId) : [];
  if (!header || header.state === "sealed" || parts.some(({ name }) => name === message.registryId)) return;
  const part = await readPart(deps, message, header);
  if (part) await deps.snapshots.putPart(message.snapshotId, part);
}

/** Undefined where the time was up and another message goes on. */
async function readPart(deps: Deps, message: InventoryMessage, header: SnapshotHeader): Promise<Part | undefined> {
  const { registryId } = message;
  const found = await readTarget(deps, registryId);
  if ("unusable" in found)
    return toUnknownPart(registryId, {
      code: "registryUnusable",
      subject: registryId,
      detail: found.unusable,
      ...refusedBy({ service: "ARM", status: found.status }),
    });
  const reader = deps.openRegistry(found.target);
  try {
    const finished = await storeRepositories(deps, message, reader);
    return finished ? await concludePart(deps, { header, registryId, reader }) : undefined;
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.service !== "registry") throw error;
    const code = error.status === 401 || error.status === 403 ? "registryUnusable" : "catalogueFailed";
    return toUnknownPart(registryId, { code, subject: registryId, detail: error.message, ...refusedBy(error) });
  }
}

/** False where the time was up. */
async function storeRepositories(deps: Deps, message: InventoryMessage, reader: RegistryReader): Promise<boolean> {
  const { registryId, snapshotId } = message;
  const until = deps.clock.now().getTime() + deps.config.timeBudgetMs;
  const source = { reader, edges: deps.edges, registryId };
  for await (const page of reader.listRepositories(message.after)) {
    for (let start = 0; start < page.length; start += REPOSITORY_BATCH) {
      const names = page.slice(start, start + REPOSITORY_BATCH);
      const repositories = await pMap(names, (name) => readRepository(source, name), {
        concurrency: REPOSITORY_CONCURRENCY,
      });
      await deps.snapshots.putRepositories(snapshotId, repositories);
      const last = names.at(-1);
      if (last === undefined || deps.clock.now().getTime() < until) continue;
      const rest: InventoryMessage = { runId: message.runId, snapshotId, registryId, after: last };
      await deps.queues.send("inventory-registry", rest);
      return false;
    }
  }
  return true;
}

/** Compares with the last complete inventory: what vanished and was not deleted by us must answer 404. */
async function concludePart(deps: Deps, inventory: Inventory): Promise<Part> {
  const { header, registryId } = inventory;
  const last = await deps.snapshots.findComplete(registryId, header.id);
  const reasons: IncompleteReason[] = [];
  const counts = { repositories: 0, manifests: 0, untagged: 0, bytes: 0 };
  const ours = last ? await listOurDeletions(deps, registryId, last.header.readAt) : new Set<string>();
  const absences = new Absences(deps, inventory, ours);
  const now = deps.snapshots.listRepositories(header.id, registryId);
  const before = last ? deps.snapshots.listRepositories(last.header.id, registryId) : nothing<Repository>();
  for await (const { left, right } of mergeByKey(before, now, { left: keyOf, right: keyOf })) {
    if (right) addCounts(counts, right);
    if (right) reasons.push(...right.incomplete.map((text) => toReason(right.name, text)));
    if (left) reasons.push(...(await absences.check(left, right)));
  }
  const fall = { before: last?.part.counts["manifests"] ?? 0, now: counts.manifests, explained: ours.size };
  if (
    isImplausibleFall(fall.before, fall.now, { explained: fall.explained, maxShare: deps.config.snapshot.maxFallShare })
  )
    reasons.push({
      code: "implausibleFall",
      subject: registryId,
      detail: `from ${fall.before} to ${fall.now} registry manifests`,
    });
  const complete = reasons.every(({ repository }) => repository !== undefined);
  return { name: registryId, complete, reasons, counts, subscriptions: [], accepted: [] };
}

/** The order in which a snapshot lists repositories. */
const keyOf = ({ name }: Repository): string => `${bucketOf(name)}|${repositoryKey(name)}`;

const toReason = (repository: string, text: IncompleteText): IncompleteReason => ({
  code: codeOfText(text),
  repository,
  detail: text,
});

function addCounts(
  counts: { repositories: number; manifests: number; untagged: number; bytes: number },
  repository: Repository,
): void {
  counts.repositories += 1;
  counts.manifests += repository.manifests.length;
  for (const { tags, size } of repository.manifests) {
    if (tags.length === 0) counts.untagged += 1;
    counts.bytes += size;
  }
}

/** `repository@digest` of everything that this service deleted, or may have deleted, since the last complete inventory. */
async function listOurDeletions(deps: Deps, registryId: string, since: string): Promise<ReadonlySet<string>> {
  const ours = new Set<string>();
  for await (const { repository, digest, outcome } of deps.deletions.listSince(
    registryId,
    Date.parse(since),
    deps.clock.now().getTime(),
  )) {
    if (outcome !== "kept") ours.add(`${repository}@${digest}`);
  }
  return ours;
}
