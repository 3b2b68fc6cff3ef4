import { toIso } from "../core/duration.ts";
import type { ObservedFinding } from "../core/findings.ts";
import { listPartFindings, SNAPSHOT_SCOPE, toStaleFinding } from "../core/snapshotFindings.ts";
import { UpstreamError } from "../errors.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";

/** Scope of findings about this service itself. */
const SERVICE_SCOPE = "service";

/** What the snapshot says of itself, and the clock that it was taken by. */
export async function observeSnapshot(deps: Deps, marking: Marking): Promise<void> {
  const { parts, sight } = marking;
  const newest = (await deps.snapshots.findComplete(GRAPH_PART))?.header;
  const stale = toStaleFinding(newest, { now: deps.clock.now(), maxAgeMs: deps.config.snapshot.maxAgeMs });
  await marking.reconcile(SNAPSHOT_SCOPE, [...parts.flatMap((part) => listPartFindings(part, sight)), ...stale]);
  await observeClock(deps, marking);
}

/** Deadlines are instants: a clock that is wrong by days would end every grace window. */
async function observeClock(deps: Deps, marking: Marking): Promise<void> {
  const skewMs = await readSkew(deps);
  if (skewMs === undefined) return;
  const finding: ObservedFinding = {
    kind: "clockSkew",
    subject: "clock",
    scope: SERVICE_SCOPE,
    evidence: [
      {
        text: `this app's clock is ${Math.abs(Math.round(skewMs / 1000))} seconds ${skewMs > 0 ? "ahead of" : "behind"} Azure Resource Manager's`,
        at: toIso(deps.clock.now().getTime()),
      },
    ],
  };
  await marking.reconcile(SERVICE_SCOPE, Math.abs(skewMs) > deps.config.maxClockSkewMs ? [finding] : []);
}

/** Milliseconds that this app is ahead; undefined where ARM does not tell the time, which is no answer. */
async function readSkew(deps: Deps): Promise<number | undefined> {
  try {
    const before = deps.clock.now().getTime();
    const server = (await deps.arm.readServerTime()).getTime();
    const after = deps.clock.now().getTime();
    // ARM states whole seconds, at some time between question and answer.
    return server < before ? before - server - 1000 : Math.min(0, after - server);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    deps.log.warn("the clock could not be compared", { why: error.message });
    return undefined;
  }
}
