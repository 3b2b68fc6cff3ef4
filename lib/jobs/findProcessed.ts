import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** The newest snapshot that marking has processed; undefined before the first. */
export async function findProcessed(deps: Pick<Deps, "snapshots">): Promise<SnapshotHeader | undefined> {
  for await (const header of deps.snapshots.list()) if (header.processedAt !== undefined) return header;
  return undefined;
}
