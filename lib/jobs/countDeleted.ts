import type { Deps } from "./deps.ts";

/** What the records of a run say that it deleted in a registry, since `sinceMs`. */
export async function countDeleted(
  { deletions, clock }: Pick<Deps, "deletions" | "clock">,
  { runId, registryId }: { readonly runId: string; readonly registryId: string },
  sinceMs: number,
): Promise<{ readonly deleted: number; readonly deletedBytes: number }> {
  let deleted = 0;
  let deletedBytes = 0;
  for await (const deletion of deletions.listSince(registryId, sinceMs, clock.now().getTime())) {
    const { outcome } = deletion;
    if (deletion.runId !== runId || (outcome !== "deleted" && outcome !== "goneAfterIntent")) continue;
    deleted += 1;
    deletedBytes += deletion.freedBytes;
  }
  return { deleted, deletedBytes };
}
