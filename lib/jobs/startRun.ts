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

type StartAnswer = { readonly run: Run } | { readonly running: string };

/**
 * Starts a run, or names the one that is under way. A timer that fires twice for one instant is one run. Two requests within one
 * second are not: a run is its creator's, for it has that one's mode and plan, and the other is told to wait.
 */
export async function startRun(deps: Deps, request: RunRequest): Promise<StartAnswer> {
  const run = toRun(request);
  const before = await deps.runs.find(run.id);
  if (before && (before.state !== "running" || !isOwn(request, before))) return toAnswer(request, before);
  const started = await deps.runs.start(run, deps.clock.now());
  if ("running" in started) return started;
  return started.created ? { run } : joinOther(deps, request, run);
}

/** Another caller created the run meanwhile. Where it has ended since, its slot was taken anew, and is given back. */
async function joinOther(deps: Deps, request: RunRequest, run: Run): Promise<StartAnswer> {
  const stored = (await deps.runs.find(run.id)) ?? run;
  if (stored.state !== "running") await deps.runs.finish(stored.id, { state: stored.state, at: deps.clock.now() });
  return toAnswer(request, stored);
}

const toAnswer = (request: RunRequest, stored: Run): StartAnswer =>
  isOwn(request, stored) ? { run: stored } : { running: stored.id };

const isOwn = (request: RunRequest, stored: Run): boolean => request.trigger === "timer" && stored.trigger === "timer";

function toRun(request: RunRequest): Run {
  return {
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
}

/** Tells a worker to begin; doing so again is fine. */
export async function sendStage(deps: Deps, { id, currentStage }: Run): Promise<void> {
  const message: StageMessage = { runId: id, stage: currentStage };
  await deps.queues.send("run-stage", message);
}

/** A run that no message leads to would do nothing, and keep every other from starting for as long as one is waited for. */
export async function sendFirstStage(deps: Deps, run: Run): Promise<void> {
  try {
    await sendStage(deps, run);
  } catch (error) {
    await deps.runs.finish(run.id, { state: "failed", at: deps.clock.now() });
    throw error;
  }
}
