import type { TimerHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { markDecommissioned } from "../lib/jobs/markDecommissioned.ts";
import { runTimer } from "./runTimer.ts";

/** Timer `%MARK_SCHEDULE%`: turns the newest snapshot into findings, marks and unmarks. */
export const createMarkDecommissioned = (deps: Deps): TimerHandler =>
  runTimer(deps, { stage: "mark", schedule: deps.config.schedules.mark, execute: markDecommissioned });
