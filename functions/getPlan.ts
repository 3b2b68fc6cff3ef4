import type { HttpHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import { guarded, problem } from "./problem.ts";

/** `GET /api/plans/{id}`: what would be, or was, deleted per registry, and why each other mark waits. */
export function createGetPlan(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const id = request.params["id"] ?? "";
    const plan = await deps.plans.find(id);
    if (!plan) return problem(404, "The plan is not known", { detail: `There is no plan ${id}.` });
    const registries = await deps.plans.listRegistries(id);
    const detailed = await Promise.all(
      registries.map(async ({ items: count, waiting: waitingCount, ...registry }) => ({
        ...registry,
        count,
        waitingCount,
        items: await Array.fromAsync(deps.plans.listItems(id, registry.registryId)),
        waiting: await Array.fromAsync(deps.plans.listWaiting(id, registry.registryId)),
      })),
    );
    return { jsonBody: { ...plan, registries: detailed } };
  });
}
