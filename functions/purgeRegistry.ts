import type { StorageQueueHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { purgeRegistry } from "../lib/jobs/purgeRegistry.ts";
import { onMessage } from "./onMessage.ts";

export const PurgeMessageSchema = z.strictObject({
  runId: z.string(),
  planId: z.string(),
  registryId: z.string(),
  after: z.string().optional(),
});

/** Queue `purge-registry`: works off one registry of a plan. */
export const createPurgeRegistry = (deps: Deps): StorageQueueHandler =>
  onMessage(deps, PurgeMessageSchema, purgeRegistry);
