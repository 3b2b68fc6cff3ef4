import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { effectiveMode } from "../lib/jobs/planRegistry.ts";
import type { StageMessage } from "../lib/jobs/stages.ts";
import { startRun } from "../lib/jobs/startRun.ts";
import { STAGES } from "../lib/stores/runStore.ts";
import { guarded, problem } from "./problem.ts";

const Body = z.strictObject({
  stage: z.enum([...STAGES, "all"]),
  mode: z.enum(["report", "enforce"]).optional(),
  planId: z.string().min(1).optional(),
});

/** `POST /api/runs`: 202 with the run's location, or 409 with the id of the one under way. */
export function createStartRun(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const body = Body.safeParse(await readJson(request));
    if (!body.success) return problem(400, "The request body cannot be used", { detail: z.prettifyError(body.error) });
    const { stage, mode, planId } = body.data;
    if (planId !== undefined && !(await deps.plans.find(planId)))
      return problem(400, "The plan is not known", { detail: `There is no plan ${planId}.` });
    const started = await startRun(deps, { stage, trigger: "http", at: deps.clock.now(), mode, boundTo: planId });
    if ("running" in started)
      return problem(409, "A run is under way", {
        detail: `Wait for run ${started.running}, or stop it with DELETE /api/runs/${started.running}.`,
        runId: started.running,
      });
    const message: StageMessage = { runId: started.run.id, stage: started.run.currentStage };
    await deps.queues.send("run-stage", message);
    return {
      status: 202,
      headers: { location: new URL(`/api/runs/${started.run.id}`, request.url).href },
      jsonBody: { id: started.run.id, effectiveMode: effectiveMode(deps.config.mode, mode) },
    };
  });
}

/** Undefined for a body that is not JSON: the schema says so in its own words. */
async function readJson(request: { text(): Promise<string> }): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return undefined;
  }
}
