import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import type { OverrideAnswer } from "../lib/jobs/overridePlan.ts";
import { overridePlan } from "../lib/jobs/overridePlan.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";
import { toLog } from "./toLog.ts";

const Body = z.strictObject({ by: Words, why: Words });

/** `POST /api/plans/{id}/override`: a person's word that a plan is carried out, once, although the breaker tripped. */
export function createOverridePlan(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const planId = readId(request);
    const body = await readBody(request, Body);
    if ("refusal" in body) return body.refusal;
    const answer = await overridePlan(deps, { planId, ...body.data });
    toLog(context).warn("override of a plan was asked for", { planId, ...body.data, answer: answer.is });
    return toResponse(request, planId, answer);
  });
}

function toResponse(request: HttpRequest, planId: string, answer: OverrideAnswer): HttpResponseInit {
  switch (answer.is) {
    case "started": {
      const { id, override } = answer.run;
      const location = new URL(`/api/runs/${id}`, request.url).href;
      return { status: 202, headers: { location }, jsonBody: { id, planId, override } };
    }
    case "unknown":
      return problem(404, "The plan is not known", { detail: `There is no plan ${planId}.` });
    case "notEnforced":
      return problem(409, "Nothing is deleted in report mode", {
        detail: `The setting ${answer.setting}: it must be enforce.`,
      });
    case "madeInReportMode":
      return problem(409, "The plan was made in report mode", {
        detail: "Start a run of the stage purge in enforce mode, and override its plan if the breaker trips again.",
      });
    case "notTripped":
      return problem(409, "The breaker did not trip", {
        detail: `No registry of plan ${planId} is breakerTripped. See GET /api/plans/${planId}.`,
      });
    case "overridden":
      return problem(409, "The plan is overridden already", {
        detail: "One word is good for one run. The next plan can be overridden again.",
        override: answer.override,
      });
    case "tooOld":
      return problem(409, "The plan is too old", {
        detail: `It was made at ${answer.at}, more than 36 hours ago: override a newer one.`,
      });
    case "frozen":
      return problem(409, "Nothing may be deleted now", {
        detail: `The service is ${answer.why}. See GET /api/pause.`,
      });
    case "running":
      return problem(409, "A run is under way", {
        detail: `Wait for run ${answer.runId}, or stop it with DELETE /api/runs/${answer.runId}.`,
        runId: answer.runId,
      });
    default:
      return answer satisfies never;
  }
}
