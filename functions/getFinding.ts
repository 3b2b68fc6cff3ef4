import type { HttpHandler } from "@azure/functions";
import { explainStoredFinding } from "../lib/jobs/explainFinding.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { toExplanation } from "./explanation.ts";
import { guarded, problem } from "./problem.ts";

/** `GET /api/findings/{id}`: the whole explanation of one finding, as JSON or as text alone. */
export function createGetFinding(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const id = request.params["id"] ?? "";
    const explanation = await explainStoredFinding(deps, id);
    if (explanation) return toExplanation(request, explanation);
    return problem(404, "The finding is not known", { detail: `There is no finding ${id}.` });
  });
}
