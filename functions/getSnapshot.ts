import type { HttpHandler } from "@azure/functions";
import { INCOMPLETE_REASONS } from "../lib/core/completeness.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import type { Part } from "../lib/stores/snapshotStore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";

/** `GET /api/snapshots/{id}`: what it is, and of each part whether it is proven complete and why not. */
export function createGetSnapshot(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const header = await deps.snapshots.find(id);
    if (!header) return problem(404, "The snapshot is not known", { detail: `There is no snapshot ${id}.` });
    return { jsonBody: { ...header, parts: (await deps.snapshots.listParts(id)).map(toPart) } };
  });
}

const toPart = (part: Part): object => ({
  ...part,
  reasons: part.reasons.map((reason) => ({ ...reason, text: INCOMPLETE_REASONS[reason.code] })),
});
