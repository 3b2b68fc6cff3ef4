import type { ArmId } from "../core/armId.ts";
import { nameOf, publisherOf } from "../core/armId.ts";
import type { ResourceHistory } from "../core/history.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/**
 * Drops changes that are older than the retention. What explains an open mark stays as long as the mark: the history of its
 * publisher's resources, and of consumers that name that publisher.
 */
export async function pruneHistory(deps: Deps, newest: SnapshotHeader): Promise<void> {
  const oldest = new Date(Date.parse(newest.at) - deps.config.snapshot.retentionMs);
  const publishers = await listMarkedPublishers(deps);
  await deps.history.prune(oldest, (history) => isNeeded(history, publishers));
}

async function listMarkedPublishers(deps: Deps): Promise<ReadonlySet<ArmId>> {
  const publishers = new Set<ArmId>();
  const registries = new Set<string>();
  for await (const { registryId } of deps.knowledge.listStores()) registries.add(registryId);
  for (const registryId of registries) {
    for await (const { mark } of deps.marks.list(registryId)) {
      const publisherId = publisherOf(mark.storeId);
      if (publisherId !== undefined) publishers.add(publisherId);
    }
  }
  return publishers;
}

/** Consumers say whom they use by id or by name. */
function isNeeded({ id, changes }: ResourceHistory, publishers: ReadonlySet<ArmId>): boolean {
  const own = publisherOf(id);
  if (own !== undefined) return publishers.has(own);
  const texts = changes.flatMap(({ fields }) => fields.flatMap(({ removed, added }) => [...removed, ...added]));
  return [...publishers].some((publisherId) => texts.some((text) => text.toLowerCase().includes(nameOf(publisherId))));
}
