import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { effectiveMode } from "../lib/jobs/planRegistry.ts";
import { sendFirstStage, startRun } from "../lib/jobs/startRun.ts";
import { STAGES } from "../lib/stores/runStore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody } from "./readBody.ts";
import { NoQuery } from "./readQuery.ts";

const Body = z.strictObject({
  stage: z.enum([...STAGES, "all"]),
  mode: z.enum(["report", "enforce"]).optional(),
  planId: z.string().min(1).optional(),
});

/** `POST /api/runs`: 202 with the run's location, or 409 with the id of the one under way. */
export function createStartRun(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const body = await readBody(request, Body);
    if ("refusal" in body) return body.refusal;
    const { stage, mode, planId } = body.data;
    if (planId !== undefined && !(await deps.plans.find(planId)))
      return problem(400, "The plan is not known", { detail: `There is no plan ${planId}.` });
    const started = await startRun(deps, { stage, trigger: "http", at: deps.clock.now(), mode, boundTo: planId });
    if ("running" in started)
      return problem(409, "A run is under way", {
        detail: `Wait for run ${started.running}, or stop it with DELETE /api/runs/${started.running}.`,
        runId: started.running,
      });
    await sendFirstStage(deps, started.run);
    return {
      status: 202,
      headers: { location: new URL(`/api/runs/${started.run.id}`, request.url).href },
      jsonBody: { id: started.run.id, effectiveMode: effectiveMode(deps.config.mode, mode) },
    };
  });
}
