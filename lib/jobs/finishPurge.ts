import type { Deps } from "./deps.ts";
import { finishStage } from "./stages.ts";

/** Ends the run's purge stage once every registry of the plan has an end state. Safe to call by every worker. */
export async function finishPurge(deps: Deps, runId: string, planId: string): Promise<void> {
  const registries = await deps.plans.listRegistries(planId);
  if (registries.some(({ state }) => state === "planned")) return;
  const sum = (of: "items" | "bytes" | "deleted" | "deletedBytes" | "waiting"): number =>
    registries.reduce((total, registry) => total + registry[of], 0);
  await finishStage(deps, runId, {
    stage: "purge",
    result: {
      planId,
      planned: sum("items"),
      plannedBytes: sum("bytes"),
      waiting: sum("waiting"),
      deleted: sum("deleted"),
      deletedBytes: sum("deletedBytes"),
      breakersTripped: registries.filter(({ state }) => state === "breakerTripped").length,
      stopped: registries.filter(({ state }) => state === "stopped" || state === "refused").length,
    },
  });
}
