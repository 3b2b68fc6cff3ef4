import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import type { Finding } from "../lib/core/findings.ts";
import { FINDING_KINDS } from "../lib/core/findings.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { keyOf } from "../lib/stores/schemas.ts";
import { guarded, problem } from "./problem.ts";

const Query = z.strictObject({
  state: z.enum(["open", "resolved", "all"]).default("open"),
  kind: keyOf(FINDING_KINDS).optional(),
  code: z.string().optional(),
});

/** `GET /api/findings?state=open&kind=…`: what a person may care about, with what would clear it. */
export function createListFindings(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const query = Query.safeParse(Object.fromEntries(request.query));
    if (!query.success) return problem(400, "The query cannot be used", { detail: z.prettifyError(query.error) });
    const { state, kind } = query.data;
    const findings: (Finding & { clearedBy: string })[] = [];
    for await (const finding of deps.findings.list()) {
      if (state !== "all" && (finding.resolvedAt === undefined) !== (state === "open")) continue;
      if (kind !== undefined && finding.kind !== kind) continue;
      findings.push({ ...finding, clearedBy: FINDING_KINDS[finding.kind].clearedBy });
    }
    return {
      jsonBody: { findings: findings.sort((a, b) => (`${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1)) },
    };
  });
}
