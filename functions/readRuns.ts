import type { HttpHandler } from "@azure/functions";
import type { Deps } from "../lib/jobs/deps.ts";
import type { Run } from "../lib/stores/runStore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";

const MAX_RUNS = 100;

/** `GET /api/runs`: the newest hundred, newest first. */
export function createListRuns(deps: Deps): HttpHandler {
  return guarded(NoQuery, async () => {
    const runs: Run[] = [];
    for await (const run of deps.runs.list()) {
      runs.push(run);
      if (runs.length === MAX_RUNS) break;
    }
    return { jsonBody: { runs } };
  });
}

/** `GET /api/runs/{id}`: the run with the parts of its snapshot, why each is or is not complete, and the registries of its plan. */
export function createGetRun(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const run = await deps.runs.find(id);
    if (!run) return problem(404, "The run is not known", { detail: `There is no run ${id}.` });
    const snapshotId = run.results["snapshot"]?.["snapshotId"] ?? run.results["mark"]?.["snapshotId"];
    const parts = typeof snapshotId === "string" ? await deps.snapshots.listParts(snapshotId) : [];
    const registries = run.planId === undefined ? [] : await deps.plans.listRegistries(run.planId);
    return { jsonBody: { ...run, parts, registries } };
  });
}

/** `DELETE /api/runs/{id}`: the run stops at the next safe point. */
export function createStopRun(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const run = await deps.runs.update(id, (stored) => ({ ...stored, stopRequested: true }));
    if (!run) return problem(404, "The run is not known", { detail: `There is no run ${id}.` });
    return { status: 202, jsonBody: { id, state: run.state, stopRequested: true } };
  });
}
