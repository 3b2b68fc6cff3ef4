import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { guarded } from "./problem.ts";
import { readQuery, Top } from "./readBody.ts";
import { refuseToken } from "./refuseToken.ts";

const DEFAULT_TOP = 50;
const Query = z.strictObject({ top: Top(DEFAULT_TOP), continuationToken: z.string().min(1).optional() });

/** `GET /api/snapshots`: headers, newest first, page by page. */
export function createListSnapshots(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const query = readQuery(request, Query);
    if ("refusal" in query) return query.refusal;
    const { top, continuationToken } = query.data;
    return refuseToken(async () => {
      const { headers, next } = await deps.snapshots.listPageOfHeaders({ after: continuationToken, limit: top });
      return { jsonBody: { snapshots: headers, continuationToken: next } };
    });
  });
}
