import type { WaitingReason } from "../core/planPurge.ts";
import type { Plan } from "../stores/planStore.ts";
import type { Deps } from "./deps.ts";
import type { RegistryPlan } from "./planRegistry.ts";

/** In what state marks are for a purge: `due`, or waiting, and for what. */
type State = "due" | WaitingReason;

const NONE: Readonly<Record<State, number>> = {
  due: 0,
  sightedOnce: 0,
  inGrace: 0,
  inGraceOfEnforce: 0,
  pushedRecently: 0,
  held: 0,
  keptAsLastVersion: 0,
  notConfirmedRecently: 0,
  supersededNotOptedIn: 0,
  storeNotEnrolled: 0,
  protected: 0,
  notListed: 0,
};

/** What a plan shows of each registry: marks by state, and a breaker that tripped. */
export async function tellPlanned(deps: Deps, plan: Plan, planned: readonly RegistryPlan[]): Promise<void> {
  tellMarks(deps, planned);
  for (const registry of planned) {
    const { registryId, state, notes } = registry.row;
    if (state !== "breakerTripped") continue;
    deps.telemetry.measure("breakerTrips", 1, {});
    const limits = notes.join("; ");
    await deps.telemetry.event("breakerTripped", { runId: plan.runId, planId: plan.id, registryId, limits });
  }
}

/** Every state, those without a mark too: a picture would go on with its last value. */
function tellMarks({ telemetry }: Deps, planned: readonly RegistryPlan[]): void {
  const counts: Record<State, number> = { ...NONE };
  for (const { items, waiting } of planned) {
    counts.due += items.length;
    for (const { why } of waiting) counts[why] += 1;
  }
  for (const [state, marks] of Object.entries(counts)) telemetry.measure("marks", marks, { state });
}
