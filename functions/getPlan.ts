import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import { toArmId } from "../lib/core/armId.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import type { PlanPage, PlanPlace } from "../lib/jobs/readPlanPage.ts";
import { readPlanPage } from "../lib/jobs/readPlanPage.ts";
import { toToken } from "../lib/stores/continuation.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readId } from "./readId.ts";
import { Key, Top } from "./readQuery.ts";

const DEFAULT_TOP = 500;

const Query = z.strictObject({
  top: Top(DEFAULT_TOP),
  continuationToken: Key((key) => fromKey(key) !== undefined),
});

/** `GET /api/plans/{id}`: what would be, or was, deleted per registry, and why each other mark waits; page by page. */
export function createGetPlan(deps: Deps): HttpHandler {
  return guarded(Query, async (request, { top, continuationToken }) => {
    const planId = readId(request);
    const from = continuationToken === undefined ? undefined : fromKey(continuationToken);
    const page = await readPlanPage(deps, { planId, from, limit: top });
    if (from && from.planId !== planId)
      return problem(400, "The continuation token cannot be used", { detail: `It is not one of plan ${planId}.` });
    if (!page) return problem(404, "The plan is not known", { detail: `There is no plan ${planId}.` });
    return { jsonBody: toBody(page) };
  });
}

const toBody = ({ plan, registries, next }: PlanPage): object => ({
  ...plan,
  registries: registries.map(({ items: count, waiting: waitingCount, entries, ...registry }) => ({
    ...registry,
    count,
    waitingCount,
    ...entries,
  })),
  continuationToken: next && toToken(toKey({ ...next, planId: plan.id })),
});

interface Place extends PlanPlace {
  readonly planId: string;
}

/** No part of a place holds a line break. */
const toKey = ({ planId, registryId, list, index }: Place): string => [planId, registryId, list, index].join("\n");

function fromKey(key: string): Place | undefined {
  const [planId = "", registryId = "", list, index = "", ...more] = key.split("\n");
  const isPlace = toArmId(registryId) === registryId && /^\d{1,8}$/.test(index) && more.length === 0;
  if (!isPlace || (list !== "items" && list !== "waiting")) return undefined;
  return { planId, registryId, list, index: Number(index) };
}
