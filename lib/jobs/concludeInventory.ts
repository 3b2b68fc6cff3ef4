import type { IncompleteReason, IncompleteText } from "../core/completeness.ts";
import { codeOfText, isImplausibleFall, isPartial } from "../core/completeness.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { UpstreamError } from "../errors.ts";
import { mergeByKey, nothing } from "../stores/mergeByKey.ts";
import { keyOfRepository } from "../stores/repositoryRows.ts";
import type { Part } from "../stores/snapshotStore.ts";
import type { Inventory } from "./absences.ts";
import { Absences } from "./absences.ts";
import type { Deps } from "./deps.ts";
import { openGoneMemory } from "./goneMemory.ts";
import { refusedBy } from "./refusedBy.ts";

/** Compares with the last complete inventory: what vanished and was not deleted by us must answer 404. */
export async function concludeInventory(
  deps: Deps,
  inventory: Inventory,
  refused: UpstreamError | undefined,
): Promise<Part> {
  const { header, registryId } = inventory;
  const last = await deps.snapshots.findComplete(registryId, header.id);
  const reasons: IncompleteReason[] = [];
  const counts = { repositories: 0, manifests: 0, untagged: 0, bytes: 0 };
  let listed = 0;
  const ours = last ? await listOurDeletions(deps, registryId, last.header.readAt) : new Set<string>();
  const gone = await openGoneMemory(deps, registryId, last?.header.readAt ?? header.readAt);
  const absences = new Absences(deps, inventory, { ours, gone });
  const now = deps.snapshots.listRepositories(header.id, registryId);
  const before = last ? deps.snapshots.listRepositories(last.header.id, registryId) : nothing<Repository>();
  for await (const { left, right } of mergeByKey(before, now, { left: keyOfRepository, right: keyOfRepository })) {
    if (right) addCounts(counts, right);
    if (right && !right.incomplete.some(isUnlisted)) listed += 1;
    if (right) reasons.push(...right.incomplete.map((text) => toReason(right.name, text)));
    if (left) reasons.push(...(await absences.check(left, right)));
  }
  const fall = { before: last?.part.counts["manifests"] ?? 0, now: counts.manifests, explained: ours.size };
  if (isImplausible(deps, fall))
    reasons.push({
      code: "implausibleFall",
      subject: registryId,
      detail: `from ${fall.before} to ${fall.now} registry manifests`,
    });
  if (refused && listed === 0 && !(await isAnyAbsent(deps, inventory))) throw refused;
  // First, so that it stands where a long list is cut.
  if (refused)
    reasons.unshift({
      code: "catalogueRefused",
      subject: registryId,
      detail: refused.message,
      ...refusedBy(refused),
    });
  const complete = reasons.every(isPartial);
  await gone.store(deps, registryId, complete);
  return { name: registryId, complete, reasons, counts, subscriptions: [], accepted: [] };
}

interface Fall {
  readonly before: number;
  readonly now: number;
  readonly explained: number;
}

const isImplausible = ({ config }: Deps, { before, now, explained }: Fall): boolean =>
  isImplausibleFall(before, now, { explained, maxShare: config.snapshot.maxFallShare });

/** A name that the registry does not know is an answer, too; with no answer about any, it is the registry that refuses. */
async function isAnyAbsent(deps: Deps, { header, registryId }: Inventory): Promise<boolean> {
  for await (const _ of deps.snapshots.listAbsent(header.id, registryId)) return true;
  return false;
}

const isUnlisted = (text: IncompleteText): boolean => codeOfText(text) === "listingFailed";

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
