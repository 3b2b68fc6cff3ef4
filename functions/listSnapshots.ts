import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { isSnapshotId } from "../lib/stores/snapshotHeader.ts";
import { guarded } from "./guarded.ts";
import { Token, Top } from "./readQuery.ts";

const DEFAULT_TOP = 50;
const Query = z.strictObject({ top: Top(DEFAULT_TOP), continuationToken: Token(isSnapshotId) });

/** `GET /api/snapshots`: headers, newest first, page by page. */
export function createListSnapshots(deps: Deps): HttpHandler {
  return guarded(Query, async (_request, { top, continuationToken }) => {
    const { headers, next } = await deps.snapshots.listPageOfHeaders({ after: continuationToken, limit: top });
    return { jsonBody: { snapshots: headers, continuationToken: next } };
  });
}
