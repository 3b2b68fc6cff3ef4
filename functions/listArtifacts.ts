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

/** `GET /api/artifacts`: every untagged registry manifest of the newest processed snapshot, why it is kept, and its mark. */
export function createListArtifacts(deps: Deps): HttpHandler {
  return guarded(async () => {
    const header = await findProcessed(deps);
    if (!header)
      return problem(404, "There is no processed snapshot yet", {
        detail: "Start a run of the stages snapshot and mark first.",
      });
    const artifacts: UntaggedArtifact[] = [];
    for (const registryId of (header.expectedParts ?? []).filter((name) => name !== GRAPH_PART)) {
      const marks = new Map<string, Mark>();
      for await (const { mark } of deps.marks.list(registryId)) marks.set(`${mark.repository}@${mark.digest}`, mark);
      for await (const { repository, ...verdict } of deps.snapshots.listVerdicts(header.id, registryId)) {
        artifacts.push({
          registryId,
          repository,
          ...verdict,
          mark: marks.get(`${repository}@${verdict.digest}`) ?? null,
        });
      }
    }
    return { jsonBody: { snapshotId: header.id, artifacts } };
  });
}

async function findProcessed(deps: Deps): Promise<SnapshotHeader | undefined> {
  for await (const header of deps.snapshots.list()) if (header.processedAt !== undefined) return header;
  return undefined;
}
