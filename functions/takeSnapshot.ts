import type { TimerHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { takeSnapshot } from "../lib/jobs/takeSnapshot.ts";
import { runTimer } from "./runTimer.ts";

/** Timer `%SNAPSHOT_SCHEDULE%`: reads the graph and starts the inventories. */
export const createTakeSnapshot = (deps: Deps): TimerHandler =>
  runTimer(deps, { stage: "snapshot", schedule: deps.config.schedules.snapshot, execute: takeSnapshot });
