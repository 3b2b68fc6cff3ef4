import { toIso } from "../core/duration.ts";
import type { Site } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";

/**
 * Settles what an earlier worker of this run intended and left without an outcome: what reads as gone now is recorded as such.
 * What still reads is left open, and is decided anew like anything else.
 */
export async function settleIntents(deps: Deps, site: Site, sinceMs: number): Promise<number> {
  const now = deps.clock.now().getTime();
  const { registryId, runId, reader } = site;
  let settled = 0;
  for await (const deletion of deps.deletions.listSince(registryId, sinceMs, now)) {
    if (deletion.runId !== runId || deletion.outcome !== undefined) continue;
    const { repository, digest } = deletion;
    if (await reader.findManifest(repository, digest)) continue;
    const outcomeAt = toIso(now);
    const record = {
      what: "outcome",
      at: outcomeAt,
      runId,
      registryId,
      repository,
      digest,
      outcome: "goneAfterIntent",
    };
    await deps.journal.append(site.journalFile, record);
    await deps.deletions.put({ ...deletion, outcome: "goneAfterIntent", outcomeAt });
    await deps.marks.clear({ registryId, repository, digest });
    settled += 1;
  }
  return settled;
}
