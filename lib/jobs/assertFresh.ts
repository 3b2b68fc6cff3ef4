import { SafetyStopError } from "../errors.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** Throws unless the newest complete graph is young enough by the clock, not by a run's scheduled instant. */
export function assertFresh(deps: Deps, complete: SnapshotHeader | undefined): void {
  const age = complete && deps.clock.now().getTime() - Date.parse(complete.readAt);
  if (age !== undefined && age <= deps.config.snapshot.maxAgeMs) return;
  throw new SafetyStopError(
    `the newest complete snapshot of the graph is ${complete ? `from ${complete.readAt}` : "missing"}: nothing is purged`,
  );
}
