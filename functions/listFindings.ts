import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { ArmId } from "../lib/core/armId.ts";
import type { Finding } from "../lib/core/findings.ts";
import { FINDING_KINDS } from "../lib/core/findings.ts";
import { isNamed } from "../lib/core/isNamed.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import type { Owners } from "../lib/jobs/findingOwners.ts";
import { readFindingOwners, withOwners } from "../lib/jobs/findingOwners.ts";
import { isFindingId } from "../lib/stores/findingRows.ts";
import type { FindingPage } from "../lib/stores/findingStore.ts";
import { keyOf } from "../lib/stores/schemas.ts";
import { toCsv } from "./findingsCsv.ts";
import { guarded } from "./guarded.ts";
import { Token, Top } from "./readQuery.ts";

const DEFAULT_TOP = 200;
const Name = z.string().trim().min(1).optional();

const Query = z.strictObject({
  state: z.enum(["open", "resolved", "all"]).default("open"),
  kind: keyOf(FINDING_KINDS).optional(),
  severity: z.enum(["info", "warning", "critical"]).optional(),
  publisher: Name,
  store: Name,
  registry: Name,
  format: z.enum(["json", "csv"]).optional(),
  top: Top(DEFAULT_TOP),
  continuationToken: Token(isFindingId),
});
type Query = z.infer<typeof Query>;

/** `GET /api/findings`: what a person may care about, with what would clear it; page by page, as JSON or CSV. */
export function createListFindings(deps: Deps): HttpHandler {
  return guarded(Query, async (request, query) => {
    const { top, continuationToken, format } = query;
    const ownersOf = await readFindingOwners(deps);
    const matches = (finding: Finding): boolean => isWanted(finding, query) && concerns(ownersOf(finding), query);
    const page = await deps.findings.listPage({ matches, after: continuationToken, limit: top });
    const owned = { ...page, findings: page.findings.map((finding) => withOwners(finding, ownersOf(finding))) };
    return (format === undefined ? wantsCsv(request) : format === "csv") ? toCsvResponse(owned) : toJson(owned);
  });
}

function isWanted(finding: Finding, { state, kind, severity }: Query): boolean {
  if (state !== "all" && (finding.resolvedAt === undefined) !== (state === "open")) return false;
  if (kind !== undefined && finding.kind !== kind) return false;
  return severity === undefined || finding.severity === severity;
}

const concerns = ({ publisherIds, storeIds, registryId }: Owners, { publisher, store, registry }: Query): boolean =>
  isAmong(publisherIds, publisher) &&
  isAmong(storeIds, store) &&
  isAmong(registryId === undefined ? [] : [registryId], registry);

const isAmong = (ids: readonly ArmId[], wanted: string | undefined): boolean =>
  wanted === undefined || ids.some((id) => isNamed(id, wanted));

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
