import type { HttpHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { findFreeze } from "../lib/jobs/stopSwitch.ts";
import { GRAPH_PART } from "../lib/stores/snapshotStore.ts";
import { guarded } from "./guarded.ts";
import { NoQuery } from "./readQuery.ts";

/**
 * `GET /api/health`: anonymous, so it says no more than whether the service sees its storage, how old its view is, and whether
 * deleting is held back. Who paused, and why, is for those who have a key.
 */
export function createGetHealth(deps: Deps): HttpHandler {
  return guarded(NoQuery, async () => {
    const complete = await deps.snapshots.findComplete(GRAPH_PART);
    const ageMs = complete && deps.clock.now().getTime() - Date.parse(complete.header.readAt);
    const isFresh = ageMs !== undefined && ageMs <= deps.config.snapshot.maxAgeMs;
    const status = isFresh ? "ok" : "stale";
    const frozen = (await findFreeze(deps)) !== undefined;
    return { jsonBody: { status, lastCompleteSnapshotAt: complete?.header.readAt ?? null, frozen } };
  });
}
