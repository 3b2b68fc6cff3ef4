import { SafetyStopError } from "../errors.ts";
import type { Run, Stage } from "../stores/runStore.ts";
import { STAGES } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";
import { resolveStage } from "./poisonFindings.ts";

/** Message of the queue `run-stage`. */
export interface StageMessage {
  readonly runId: string;
  readonly stage: Stage;
}

export type StageResult = Readonly<Record<string, string | number | boolean>>;

/**
 * Ends a stage of a run: a run of `all` stages goes on with the next one through the queue. Safe to repeat; a late repetition of
 * an earlier stage changes nothing, because a run never goes back.
 */
export async function finishStage(
  deps: Deps,
  runId: string,
  ended: { readonly stage: Stage; readonly result: StageResult },
): Promise<void> {
  const position = STAGES.indexOf(ended.stage);
  const next = STAGES[position + 1];
  const run = await deps.runs.update(runId, (stored) => {
    const results = { ...stored.results, [ended.stage]: ended.result };
    const moves = stored.currentStage === ended.stage && goesOn(stored, next);
    return { ...stored, results, currentStage: moves ? next : stored.currentStage };
  });
  if (!run || run.state !== "running" || STAGES.indexOf(run.currentStage) > position + 1) return;
  await resolveStage(deps, ended.stage, run.at);
  if (run.stopRequested) return deps.runs.finish(runId, { state: "stopped", at: deps.clock.now() });
  if (!goesOn(run, next)) return deps.runs.finish(runId, { state: "done", at: deps.clock.now() });
  await deps.runs.beat(runId, deps.clock.now());
  const message: StageMessage = { runId, stage: next };
  await deps.queues.send("run-stage", message);
}

const goesOn = (run: Run, next: Stage | undefined): next is Stage =>
  run.stage === "all" && next !== undefined && !run.stopRequested;

/**
 * Executes a stage and ends the run, with the reason on record, where it cannot go on. A stop for safety is an answer, not a
 * failure: the run is `stopped` and the invocation green. Anything else is thrown on, so that the invocation is red.
 */
export async function executeStage(
  deps: Deps,
  run: Run,
  execute: (deps: Deps, run: Run) => Promise<void>,
): Promise<void> {
  try {
    await deps.telemetry.span("stage", { runId: run.id, stage: run.currentStage }, () => execute(deps, run));
  } catch (error) {
    await failRun(deps, run.id, error);
    if (!(error instanceof SafetyStopError)) throw error;
    deps.log.warn("run stopped for safety", { runId: run.id, why: error.message });
  }
}

/** Ends the run with the reason on record: `stopped` where it was a stop for safety, else `failed`. */
export async function failRun(deps: Deps, runId: string, error: unknown): Promise<void> {
  const text = error instanceof Error ? error.message : String(error);
  await deps.runs.update(runId, (run) => ({ ...run, errors: [...run.errors, text] }));
  await deps.runs.finish(runId, {
    state: error instanceof SafetyStopError ? "stopped" : "failed",
    at: deps.clock.now(),
  });
}

/** Throws where the run was stopped: read before every step that changes something outside. */
export async function assertNotStopped(deps: Deps, runId: string): Promise<void> {
  const run = await deps.runs.find(runId);
  if (run === undefined || run.stopRequested || run.state !== "running")
    throw new SafetyStopError(`run ${runId} was stopped`);
}
