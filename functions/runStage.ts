import type { StorageQueueHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { runStage } from "../lib/jobs/runStage.ts";
import { STAGES } from "../lib/stores/runStore.ts";
import { onMessage } from "./onMessage.ts";

export const StageMessageSchema = z.strictObject({ runId: z.string(), stage: z.enum(STAGES) });

/** Queue `run-stage`: a stage that was requested over HTTP, or the next one of a run of all. */
export const createRunStage = (deps: Deps): StorageQueueHandler => onMessage(deps, StageMessageSchema, runStage);
