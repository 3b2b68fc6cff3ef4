import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** Drops snapshots that are older than the retention, but never the newest complete one of the graph or of any registry. */
export async function dropOldSnapshots(deps: Deps, newest: SnapshotHeader): Promise<void> {
  const oldest = Date.parse(newest.at) - deps.config.snapshot.retentionMs;
  const old: SnapshotHeader[] = [];
  for await (const header of deps.snapshots.list())
    if (header.id !== newest.id && Date.parse(header.at) < oldest) old.push(header);
  if (old.length === 0) return;
  const needed = await listNeeded(deps, newest);
  for (const { id } of old) if (!needed.has(id)) await deps.snapshots.drop(id);
}

async function listNeeded(deps: Deps, newest: SnapshotHeader): Promise<ReadonlySet<string>> {
  const names = [GRAPH_PART, ...(newest.expectedParts ?? [])];
  const found = await Promise.all(names.map((name) => deps.snapshots.findComplete(name)));
  return new Set(found.flatMap((entry) => (entry ? [entry.header.id] : [])));
}
