import type { TimerHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import type { Run, Stage } from "../lib/stores/runStore.ts";
import { executeStage } from "../lib/jobs/stages.ts";
import { startRun } from "../lib/jobs/startRun.ts";
import { scheduledAt } from "./scheduledAt.ts";
import { toLog } from "./toLog.ts";

export interface TimerJob {
  readonly stage: Stage;
  readonly schedule: string;
  readonly execute: (deps: Deps, run: Run) => Promise<void>;
}

/** The handler of a timer of one stage. A run that is still under way is left alone; the next night catches up. */
export function runTimer(base: Deps, job: TimerJob): TimerHandler {
  return async (_timer, context) => {
    const deps = { ...base, log: toLog(context) };
    const at = scheduledAt(job.schedule, deps.clock.now());
    const started = await startRun(deps, { stage: job.stage, trigger: "timer", at });
    if ("running" in started) {
      deps.log.warn("another run is under way: this one is skipped", { stage: job.stage, running: started.running });
      return;
    }
    if (started.run.state !== "running") return;
    await executeStage(deps, started.run, job.execute);
  };
}
