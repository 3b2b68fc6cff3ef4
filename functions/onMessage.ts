import type { StorageQueueHandler } from "@azure/functions";
import type { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { toLog } from "./toLog.ts";

/** Parses a message strictly and works on it; a message that does not fit fails, and ends in the poison queue. */
export function onMessage<T>(
  base: Deps,
  schema: z.ZodType<T>,
  work: (deps: Deps, message: T) => Promise<void>,
): StorageQueueHandler {
  return async (message, context) => work({ ...base, log: toLog(context) }, schema.parse(message));
}
