import { HOUR_MS, toIso } from "../core/duration.ts";
import type { ObservedFinding } from "../core/findings.ts";
import { AGE_SCOPE, listPartFindings, partScope, toStaleFinding } from "../core/snapshotFindings.ts";
import { UpstreamError } from "../errors.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";

/** Judged now, whatever snapshot is processed. */
const CLOCK_SCOPE = "service:clock";

/** What the snapshot says of itself, part by part, how old the view of the tenant is, and the clock that it was taken by. */
export async function observeSnapshot(deps: Deps, marking: Marking): Promise<void> {
  for (const part of marking.parts)
    await marking.reconcile(partScope(part.name), listPartFindings(part, marking.sight));
  await observeAge(deps, marking);
  await observeClock(deps, marking);
}

async function observeAge(deps: Deps, marking: Marking): Promise<void> {
  const now = deps.clock.now();
  const newest = (await deps.snapshots.findComplete(GRAPH_PART))?.header;
  const stale = toStaleFinding(newest, { now, maxAgeMs: deps.config.snapshot.maxAgeMs });
  await marking.reconcile(AGE_SCOPE, stale, toIso(now.getTime()));
  // Nothing is said of an age where there was never one: the alert rests on the silence of the event `snapshotSealed`.
  if (newest) {
    const hours = (now.getTime() - Date.parse(newest.readAt)) / HOUR_MS;
    deps.telemetry.measure("hoursSinceCompleteSnapshot", Math.max(0, hours), {});
  }
}

/** Deadlines are instants: a clock that is wrong by days would end every grace window. */
async function observeClock(deps: Deps, marking: Marking): Promise<void> {
  const skewMs = await readSkew(deps);
  if (skewMs === undefined) return;
  const at = toIso(deps.clock.now().getTime());
  const direction = skewMs > 0 ? "ahead of" : "behind";
  const text = `this app's clock is ${Math.abs(Math.round(skewMs / 1000))} seconds ${direction} Azure Resource Manager's`;
  const finding: ObservedFinding = {
    kind: "clockSkew",
    subject: "clock",
    scope: CLOCK_SCOPE,
    evidence: [{ text, at }],
  };
  await marking.reconcile(CLOCK_SCOPE, Math.abs(skewMs) > deps.config.maxClockSkewMs ? [finding] : [], at);
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
