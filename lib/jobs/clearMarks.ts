import type { Mark } from "../core/marks.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Deps } from "./deps.ts";
import type { Scene } from "./markRegistry.ts";

export interface Unlisted {
  readonly scene: Scene;
  readonly repository: Repository;
  readonly marks: ReadonlyMap<string, StoredMark>;
  readonly verdicts: readonly Verdict[];
  readonly complete: boolean;
}

/** Marks of what is tagged now are cleared on sight; of what is gone, only where the listing is complete. */
export async function clearUnlisted(
  deps: Deps,
  { scene, repository, marks, verdicts, complete }: Unlisted,
): Promise<void> {
  const untagged = new Set(verdicts.map(({ digest }) => digest));
  const listed = new Set(repository.manifests.map(({ digest }) => digest));
  for (const [digest, stored] of marks) {
    if (untagged.has(digest)) continue;
    const isTagged = listed.has(digest);
    if ((isTagged || complete) && (await deps.marks.clear(stored.mark, stored.etag))) scene.marking.totals.cleared += 1;
  }
}

/** Marks of a repository that the snapshot does not show: a complete inventory that lacks it ends them. */
export async function clearUnseen(deps: Deps, scene: Scene, marks: Iterable<StoredMark>): Promise<void> {
  for (const stored of marks) if (scene.believed || isOver(scene, stored.mark)) await clearOne(deps, scene, stored);
}

/** Marks of a repository that the snapshot shows only in part, as they are by now. */
export async function clearHalfSeen(deps: Deps, scene: Scene, repository: string): Promise<void> {
  const marks = await deps.marks.ofRepository(scene.registryId, repository);
  for (const stored of marks.values()) if (isOver(scene, stored.mark)) await clearOne(deps, scene, stored);
}

async function clearOne(deps: Deps, { marking }: Scene, { mark, etag }: StoredMark): Promise<void> {
  if (await deps.marks.clear(mark, etag)) marking.totals.cleared += 1;
}

/**
 * The graph alone may end a mark: an artifact manifest that is back, or a new need for it, restarts the clock whatever the registry says
 * tonight.
 */
function isOver(scene: Scene, mark: Mark): boolean {
  const enrolled = scene.context.policyOf(mark.storeId) !== undefined;
  const storeGone = scene.marking.graphComplete && !scene.graph.stores.has(mark.storeId);
  return !enrolled || storeGone || isNeededAgain(scene, mark);
}

function isNeededAgain({ graph, needs }: Pick<Scene, "graph" | "needs">, mark: Mark): boolean {
  if (needs.ofDigest(mark.digest).length > 0) return true;
  if (mark.class !== "decommissioned") return false;
  const known = graph.artifactManifests.get(mark.artifactManifestId);
  return (
    graph.present.has(mark.artifactManifestId) || (known !== undefined && needs.ofArtifactManifest(known).length > 0)
  );
}
