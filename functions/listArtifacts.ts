import type { HttpHandler } from "@azure/functions";
import type { Mark } from "../lib/core/marks.ts";
import type { Verdict } from "../lib/core/verdicts.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import type { SnapshotHeader } from "../lib/stores/snapshotStore.ts";
import { GRAPH_PART } from "../lib/stores/snapshotStore.ts";
import { guarded, problem } from "./problem.ts";

interface UntaggedArtifact extends Verdict {
  readonly registryId: string;
  readonly repository: string;
  readonly mark: Mark | null;
}

/**
 * `GET /api/artifacts`: every untagged registry manifest of the newest processed snapshot, why it is kept, and its mark. A mark
 * whose digest that snapshot does not show (an incomplete listing) is listed too: it still stands.
 */
export function createListArtifacts(deps: Deps): HttpHandler {
  return guarded(async () => {
    const header = await findProcessed(deps);
    if (!header)
      return problem(404, "There is no processed snapshot yet", {
        detail: "Start a run of the stages snapshot and mark first.",
      });
    const artifacts: UntaggedArtifact[] = [];
    for (const registryId of await listRegistries(deps, header)) {
      artifacts.push(...(await listOf(deps, header.id, registryId)));
    }
    return { jsonBody: { snapshotId: header.id, artifacts } };
  });
}

async function listRegistries(deps: Deps, header: SnapshotHeader): Promise<readonly string[]> {
  const registryIds = new Set((header.expectedParts ?? []).filter((name) => name !== GRAPH_PART));
  for await (const { registryId } of deps.knowledge.listStores()) registryIds.add(registryId);
  return [...registryIds].sort();
}

async function listOf(deps: Deps, snapshotId: string, registryId: string): Promise<readonly UntaggedArtifact[]> {
  const marks = new Map<string, Mark>();
  for await (const { mark } of deps.marks.list(registryId)) marks.set(`${mark.repository}@${mark.digest}`, mark);
  const artifacts: UntaggedArtifact[] = [];
  for await (const verdict of deps.snapshots.listVerdicts(snapshotId, registryId)) {
    const name = `${verdict.repository}@${verdict.digest}`;
    artifacts.push({ registryId, ...verdict, mark: marks.get(name) ?? null });
    marks.delete(name);
  }
  const unseen = [...marks.values()].map(({ repository, digest, class: markClass, storeId, artifactManifestId }) => ({
    registryId,
    repository,
    digest,
    class: markClass,
    storeId,
    artifactManifestId,
    keep: [],
    mark: marks.get(`${repository}@${digest}`) ?? null,
  }));
  return [...artifacts, ...unseen];
}

async function findProcessed(deps: Deps): Promise<SnapshotHeader | undefined> {
  for await (const header of deps.snapshots.list()) if (header.processedAt !== undefined) return header;
  return undefined;
}
