import type { TimerHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { purgeManifests } from "../lib/jobs/purgeManifests.ts";
import { runTimer } from "./runTimer.ts";

/** Timer `%PURGE_SCHEDULE%`: plans, and in enforce mode starts the purge of each registry. */
export const createPurgeManifests = (deps: Deps): TimerHandler =>
  runTimer(deps, { stage: "purge", schedule: deps.config.schedules.purge, execute: purgeManifests });
