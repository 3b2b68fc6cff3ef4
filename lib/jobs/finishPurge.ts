import { HOUR_MS } from "../core/duration.ts";
import type { PlannedRegistry } from "../stores/planStore.ts";
import type { Deps } from "./deps.ts";
import { resolveRegistries } from "./poisonFindings.ts";
import { finishStage } from "./stages.ts";

/** Ends the run's purge stage once every registry of the plan has an end state. Safe to call by every worker. */
export async function finishPurge(deps: Deps, runId: string, planId: string): Promise<void> {
  const registries = await deps.plans.listRegistries(planId);
  if (registries.some(({ state }) => state === "planned")) return;
  await resolveDone(deps, runId, registries);
  await tellOverdue(deps, planId, registries);
  const sum = (of: "items" | "bytes" | "deleted" | "deletedBytes" | "waiting"): number =>
    registries.reduce((total, registry) => total + registry[of], 0);
  await finishStage(deps, runId, {
    stage: "purge",
    result: {
      planId,
      planned: sum("items"),
      plannedBytes: sum("bytes"),
      plannedBytesAreUpperBound: registries.some(({ isUpperBound }) => isUpperBound),
      waiting: sum("waiting"),
      deleted: sum("deleted"),
      deletedBytes: sum("deletedBytes"),
      breakersTripped: registries.filter(({ state }) => state === "breakerTripped").length,
      frozen: registries.filter(({ state }) => state === "frozen").length,
      stopped: registries.filter(({ state }) => state === "stopped" || state === "refused").length,
    },
  });
}

/** Where nothing is deleted by choice, nothing is overdue; nor is what went just now, however long it was held. */
async function tellOverdue(deps: Deps, planId: string, registries: readonly PlannedRegistry[]): Promise<void> {
  const { telemetry, clock, plans } = deps;
  const now = clock.now().getTime();
  const isReport = (await plans.find(planId))?.mode === "report";
  const left = registries.filter(({ state }) => !isReport && state !== "done" && state !== "reportOnly");
  const ages = left.map(({ oldestDueAt }) => now - (oldestDueAt === undefined ? now : Date.parse(oldestDueAt)));
  telemetry.measure("oldestOverdueHours", Math.max(0, ...ages) / HOUR_MS, {});
}

/** A plan that was cut down to another one says nothing of a registry where it holds nothing. */
async function resolveDone(deps: Deps, runId: string, registries: readonly PlannedRegistry[]): Promise<void> {
  const run = await deps.runs.find(runId);
  if (!run) return;
  const isDone = ({ state, items }: PlannedRegistry): boolean =>
    state === "done" && (items > 0 || run.boundTo === undefined);
  const registryIds = registries.filter(isDone).map(({ registryId }) => registryId);
  await resolveRegistries(deps, "purge-registry", { registryIds, runAt: run.at });
}
