import type { HttpHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { GRAPH_PART } from "../lib/stores/snapshotStore.ts";
import { guarded } from "./guarded.ts";
import { NoQuery } from "./readQuery.ts";

/** `GET /api/health`: anonymous, so it says no more than whether the service sees its storage and how old its view is. */
export function createGetHealth(deps: Deps): HttpHandler {
  return guarded(NoQuery, async () => {
    const complete = await deps.snapshots.findComplete(GRAPH_PART);
    const ageMs = complete && deps.clock.now().getTime() - Date.parse(complete.header.readAt);
    const isFresh = ageMs !== undefined && ageMs <= deps.config.snapshot.maxAgeMs;
    return { jsonBody: { status: isFresh ? "ok" : "stale", lastCompleteSnapshotAt: complete?.header.readAt ?? null } };
  });
}
