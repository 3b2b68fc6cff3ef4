import type { HttpHandler } from "@azure/functions";
import { explainStoredFinding } from "../lib/jobs/explainFinding.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { toExplanation } from "./explanation.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";

/** `GET /api/findings/{id}`: the whole explanation of one finding, as JSON or as text alone. */
export function createGetFinding(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const explanation = await explainStoredFinding(deps, id);
    if (explanation) return toExplanation(request, explanation);
    return problem(404, "The finding is not known", { detail: `There is no finding ${id}.` });
  });
}
