import type { StorageQueueHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { inventoryRegistry } from "../lib/jobs/inventoryRegistry.ts";
import { onMessage } from "./onMessage.ts";

export const InventoryMessageSchema = z.strictObject({
  runId: z.string(),
  snapshotId: z.string(),
  registryId: z.string(),
  after: z.string().optional(),
});

/** Queue `inventory-registry`: lists one registry into a snapshot. */
export const createInventoryRegistry = (deps: Deps): StorageQueueHandler =>
  onMessage(deps, InventoryMessageSchema, inventoryRegistry);
