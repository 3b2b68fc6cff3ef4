import type { Mark } from "../core/marks.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Deps } from "./deps.ts";
import type { Scene } from "./markRegistry.ts";

/** Which repositories the snapshot shows, and which of them only in part. */
export class Judged {
  readonly repositories = new Set<string>();
  readonly incomplete = new Set<string>();
}

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

/**
 * Marks whose repository the snapshot does not show, or shows only in part. A complete inventory that lacks the repository ends
 * them; otherwise the graph alone may: an artifact manifest that is back, or a new need for it, restarts the clock whatever the
 * registry says tonight.
 */
export async function clearUnjudged(deps: Deps, scene: Scene, judged: Judged): Promise<void> {
  const over: { mark: Mark; etag: string }[] = [];
  for await (const stored of deps.marks.list(scene.registryId)) {
    const { repository } = stored.mark;
    if (judged.repositories.has(repository) && !judged.incomplete.has(repository)) continue;
    const vanished = scene.believed && !judged.repositories.has(repository);
    const enrolled = scene.context.policyOf(stored.mark.storeId) !== undefined;
    const storeGone = scene.marking.graphComplete && !scene.graph.stores.has(stored.mark.storeId);
    if (vanished || !enrolled || storeGone || isNeededAgain(scene, stored.mark)) over.push(stored);
  }
  for (const { mark, etag } of over) if (await deps.marks.clear(mark, etag)) scene.marking.totals.cleared += 1;
}

function isNeededAgain({ graph, needs }: Pick<Scene, "graph" | "needs">, mark: Mark): boolean {
  if (needs.ofDigest(mark.digest).length > 0) return true;
  if (mark.class !== "decommissioned") return false;
  const known = graph.artifactManifests.get(mark.artifactManifestId);
  return (
    graph.present.has(mark.artifactManifestId) || (known !== undefined && needs.ofArtifactManifest(known).length > 0)
  );
}
