import type { PlanItem } from "../../lib/core/planPurge.ts";
import type { PlannedRegistry } from "../../lib/stores/planStore.ts";
import { collect } from "../fakes/collect.ts";
import { registryIdOf } from "./smallEstate.ts";
import type { World } from "./world.ts";

export const REGISTRY = registryIdOf().toLowerCase();

/** The plan of the newest run that made one. */
export async function readPlanId(world: World): Promise<string> {
  const [run] = (await world.listRuns()).filter(({ planId }) => planId !== undefined);
  return run?.planId ?? "";
}

export const listItems = async (world: World): Promise<readonly PlanItem[]> =>
  collect(world.stores.plans.listItems(await readPlanId(world), REGISTRY));

export interface SmallPlan {
  readonly id: string;
  readonly items: readonly PlanItem[];
  readonly state: PlannedRegistry["state"];
}

/** A plan of the morning of the fourth night, for a run to be bound to. */
export async function putPlan(world: World, { id, items, state }: SmallPlan): Promise<void> {
  const { plans } = world.stores;
  await plans.put({ id, runId: "r", at: "2026-03-05T05:00:00Z", snapshotId: "", mode: "enforce" });
  await plans.putItems(id, REGISTRY, items);
  const figures = {
    items: items.length,
    bytes: 0,
    waiting: 0,
    deleted: 0,
    deletedBytes: 0,
    isUpperBound: false,
    notes: [],
  };
  await plans.createRegistry(id, { registryId: REGISTRY, state, ...figures });
}

/** A plan of its own for each repository of the newest one, named for its first segment, as several people would have it. */
export async function splitPlan(world: World): Promise<void> {
  const byName = Map.groupBy(await listItems(world), ({ repository }) => repository.split("/")[0] ?? "");
  for (const [id, items] of byName) await putPlan(world, { id, items, state: "reportOnly" });
}
