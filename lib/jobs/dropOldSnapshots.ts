import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** Drops snapshots that are older than the retention, but never the newest complete one of the graph or of any registry. */
export async function dropOldSnapshots(deps: Deps, newest: SnapshotHeader): Promise<void> {
  const oldest = Date.parse(newest.at) - deps.config.snapshot.retentionMs;
  const old: string[] = [];
  // Every registry that any snapshot knows: the newest may lack one whose store could not be seen.
  const names = new Set([GRAPH_PART]);
  for await (const header of deps.snapshots.list()) {
    for (const name of header.expectedParts ?? []) names.add(name);
    if (header.id !== newest.id && Date.parse(header.at) < oldest) old.push(header.id);
  }
  if (old.length === 0) return;
  const complete = await Promise.all([...names].map((name) => deps.snapshots.findComplete(name)));
  const needed = new Set(complete.flatMap((entry) => (entry ? [entry.header.id] : [])));
  for (const id of old) if (!needed.has(id)) await deps.snapshots.drop(id);
}
