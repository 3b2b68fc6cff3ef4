import type { Run } from "../stores/runStore.ts";
import { toRunId } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";
import type { StageMessage } from "./stages.ts";

export interface RunRequest {
  readonly stage: Run["stage"];
  readonly trigger: Run["trigger"];
  readonly at: Date;
  readonly mode?: Run["mode"];
  readonly boundTo?: string | undefined;
  readonly override?: Run["override"];
}

/** Starts a run, or names the one that is under way. The same request for the same instant is the same run. */
export async function startRun(
  deps: Deps,
  request: RunRequest,
): Promise<{ readonly run: Run } | { readonly running: string }> {
  const run: Run = {
    id: toRunId(request.at, request.stage),
    stage: request.stage,
    trigger: request.trigger,
    at: `${request.at.toISOString().slice(0, 19)}Z`,
    mode: request.mode,
    boundTo: request.boundTo,
    override: request.override,
    planId: undefined,
    state: "running",
    currentStage: request.stage === "all" ? "snapshot" : request.stage,
    stopRequested: false,
    finishedAt: undefined,
    results: {},
    errors: [],
  };
  const before = await deps.runs.find(run.id);
  // Two requests within one second would be one run with the first one's mode: the second is told to wait.
  if (before && request.trigger === "http") return { running: before.id };
  if (before && before.state !== "running") return { run: before };
  const running = await deps.runs.start(run, deps.clock.now());
  return running === undefined ? { run: before ?? run } : { running };
}

/** A run that no message leads to would do nothing, and keep every other from starting for as long as one is waited for. */
export async function sendFirstStage(deps: Deps, { id, currentStage }: Run): Promise<void> {
  const message: StageMessage = { runId: id, stage: currentStage };
  try {
    await deps.queues.send("run-stage", message);
  } catch (error) {
    await deps.runs.finish(id, { state: "failed", at: deps.clock.now() });
    throw error;
  }
}
