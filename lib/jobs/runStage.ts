import type { Run, Stage } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";
import { markDecommissioned } from "./markDecommissioned.ts";
import { purgeManifests } from "./purgeManifests.ts";
import type { StageMessage } from "./stages.ts";
import { executeStage } from "./stages.ts";
import { takeSnapshot } from "./takeSnapshot.ts";

const EXECUTE: Readonly<Record<Stage, (deps: Deps, run: Run) => Promise<void>>> = {
  snapshot: takeSnapshot,
  mark: markDecommissioned,
  purge: purgeManifests,
};

/** Executes one stage of a run that was started over HTTP, or the next stage of a run of all. */
export async function runStage(deps: Deps, { runId, stage }: StageMessage): Promise<void> {
  const run = await deps.runs.find(runId);
  if (!run || run.state !== "running" || run.currentStage !== stage) return;
  if (run.stopRequested) return deps.runs.finish(runId, { state: "stopped", at: deps.clock.now() });
  return executeStage(deps, run, EXECUTE[stage]);
}
