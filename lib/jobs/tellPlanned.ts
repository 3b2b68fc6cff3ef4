import { HOUR_MS } from "../core/duration.ts";
import type { Plan } from "../stores/planStore.ts";
import type { Deps } from "./deps.ts";
import type { RegistryPlan } from "./planRegistry.ts";

/** In what state marks are for a purge: `due`, or waiting, and for what. */
const STATES = [
  "due",
  "sightedOnce",
  "inGrace",
  "inGraceOfEnforce",
  "pushedRecently",
  "held",
  "keptAsLastVersion",
  "notConfirmedRecently",
  "supersededNotOptedIn",
  "storeNotEnrolled",
  "protected",
  "notListed",
] as const satisfies readonly ("due" | RegistryPlan["waiting"][number]["why"])[];

/** What a plan shows of each registry: marks by state, for how long the oldest is overdue, and a breaker that tripped. */
export async function tellPlanned(deps: Deps, plan: Plan, planned: readonly RegistryPlan[]): Promise<void> {
  tellMarks(deps, plan, planned);
  for (const registry of planned) {
    const { registryId, state, notes } = registry.row;
    if (state !== "breakerTripped") continue;
    deps.telemetry.measure("breakerTrips", 1, {});
    const limits = notes.join("; ");
    await deps.telemetry.event("breakerTripped", { runId: plan.runId, planId: plan.id, registryId, limits });
  }
}

/** Every state, those without a mark too: a gauge that is not told keeps its last value. */
function tellMarks({ telemetry }: Deps, plan: Plan, planned: readonly RegistryPlan[]): void {
  const counts = new Map<string, number>([["due", 0]]);
  const add = (state: string, marks: number): unknown => counts.set(state, (counts.get(state) ?? 0) + marks);
  let oldestDueAt = Date.parse(plan.at);
  for (const { items, waiting, oldestDueAt: dueAt } of planned) {
    add("due", items.length);
    for (const { why } of waiting) add(why, 1);
    oldestDueAt = Math.min(oldestDueAt, dueAt ?? oldestDueAt);
  }
  for (const state of STATES) telemetry.measure("marks", counts.get(state) ?? 0, { state });
  telemetry.measure("oldestOverdueHours", (Date.parse(plan.at) - oldestDueAt) / HOUR_MS, {});
}
