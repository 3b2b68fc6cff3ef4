import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { ArmId } from "../lib/core/armId.ts";
import { nameOf, toArmId } from "../lib/core/armId.ts";
import type { Finding } from "../lib/core/findings.ts";
import { FINDING_KINDS } from "../lib/core/findings.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import type { FindingPage } from "../lib/stores/findingStore.ts";
import { keyOf } from "../lib/stores/schemas.ts";
import { toCsv } from "./findingsCsv.ts";
import { guarded } from "./problem.ts";
import { readQuery, Top } from "./readBody.ts";
import { refuseToken } from "./refuseToken.ts";

const DEFAULT_TOP = 200;

const Query = z.strictObject({
  state: z.enum(["open", "resolved", "all"]).default("open"),
  kind: keyOf(FINDING_KINDS).optional(),
  severity: z.enum(["info", "warning", "critical"]).optional(),
  publisher: z.string().trim().min(1).optional(),
  store: z.string().trim().min(1).optional(),
  format: z.enum(["json", "csv"]).optional(),
  top: Top(DEFAULT_TOP),
  continuationToken: z.string().min(1).optional(),
});
type Query = z.infer<typeof Query>;

/** `GET /api/findings`: what a person may care about, with what would clear it; page by page, as JSON or CSV. */
export function createListFindings(deps: Deps): HttpHandler {
  return guarded(async (request) => {
    const query = readQuery(request, Query);
    if ("refusal" in query) return query.refusal;
    const { top, continuationToken, format } = query.data;
    return refuseToken(async () => {
      const matches = (finding: Finding): boolean => isWanted(finding, query.data);
      const page = await deps.findings.listPage({ matches, after: continuationToken, limit: top });
      return (format === undefined ? wantsCsv(request) : format === "csv") ? toCsvResponse(page) : toJson(page);
    });
  });
}

function isWanted(finding: Finding, { state, kind, severity, publisher, store }: Query): boolean {
  if (state !== "all" && (finding.resolvedAt === undefined) !== (state === "open")) return false;
  if (kind !== undefined && finding.kind !== kind) return false;
  if (severity !== undefined && finding.severity !== severity) return false;
  return isNamed(finding.publisherId, publisher) && isNamed(finding.storeId, store);
}

/** By name or by resource id, whatever the casing. */
function isNamed(id: ArmId | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return id !== undefined && (nameOf(id) === wanted.toLowerCase() || id === toArmId(wanted));
}

const wantsCsv = (request: HttpRequest): boolean =>
  (request.headers.get("accept") ?? "").toLowerCase().includes("text/csv");

const toJson = ({ findings, next }: FindingPage): HttpResponseInit => ({
  jsonBody: {
    findings: findings.map((finding) => ({ ...finding, clearedBy: FINDING_KINDS[finding.kind].clearedBy })),
    continuationToken: next,
  },
});

const toCsvResponse = ({ findings, next }: FindingPage): HttpResponseInit => ({
  headers: {
    "content-type": "text/csv; charset=utf-8",
    ...(next !== undefined && { "x-continuation-token": next }),
  },
  body: toCsv(findings),
});
