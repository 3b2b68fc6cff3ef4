import type { StorageQueueHandler } from "@azure/functions";
import type { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { giveUpInventory, giveUpPurge, giveUpStage, reportUnreadable } from "../lib/jobs/poisoned.ts";
import type { WorkQueue } from "../lib/jobs/poisonFindings.ts";
import { InventoryMessageSchema } from "./inventoryRegistry.ts";
import { PurgeMessageSchema } from "./purgeRegistry.ts";
import { StageMessageSchema } from "./runStage.ts";
import { toLog } from "./toLog.ts";

/** Queue `<queue>-poison`, where the host puts a message of `queue` that failed too often: says so, and ends what waits for it. */
export function createPoisoned(deps: Deps, queue: WorkQueue): StorageQueueHandler {
  switch (queue) {
    case "inventory-registry":
      return onPoisoned(deps, queue, { schema: InventoryMessageSchema, giveUp: giveUpInventory });
    case "purge-registry":
      return onPoisoned(deps, queue, { schema: PurgeMessageSchema, giveUp: giveUpPurge });
    case "run-stage":
      return onPoisoned(deps, queue, { schema: StageMessageSchema, giveUp: giveUpStage });
    default:
      return queue satisfies never;
  }
}

interface Work<T> {
  readonly schema: z.ZodType<T>;
  readonly giveUp: (deps: Deps, message: T) => Promise<void>;
}

/** A body that does not fit is told of and done with: thrown on, it would come back for days. */
function onPoisoned<T>(base: Deps, queue: WorkQueue, { schema, giveUp }: Work<T>): StorageQueueHandler {
  return async (body, context) => {
    const deps = { ...base, log: toLog(context) };
    const parsed = schema.safeParse(body);
    return parsed.success ? giveUp(deps, parsed.data) : reportUnreadable(deps, queue, body);
  };
}
