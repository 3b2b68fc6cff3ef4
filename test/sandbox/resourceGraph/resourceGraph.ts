import type { Change } from "../arm/armStore.ts";
import type { FaultEffect, JsonAnswer, JsonRequest } from "../arm/jsonServer.ts";
import type { Clock } from "../contracts.ts";
import type { ManagementGroup } from "../estate.ts";
import { isInScope, type TokenClaims } from "../identity/tokens.ts";
import { argDialect } from "../kql/dialects.ts";
import { KqlError } from "../kql/errors.ts";
import { createKql, type CompiledQuery } from "../kql/kql.ts";
import type { Row } from "../kql/values.ts";
import { createDelayedView, dropShare, type GraphRows } from "./delayedView.ts";
import { toBadRequest, toGraphError, toQueryError } from "./graphErrors.ts";
import { createQuota, toQuotaHeaders } from "./quota.ts";
import { QueryRequestSchema, type QueryRequest } from "./requests.ts";
import { createResultSets, type ResultSets } from "./resultSets.ts";
import { findScope, type Scope } from "./scopes.ts";
import { RESOURCE_GRAPH_TABLES } from "./tables.ts";

export interface ResourceGraphOptions {
  /** How far the view lags behind ARM; default one minute, which the service calls typical. */
  readonly delayMs?: number;
  /** Queries per caller; default 15 in 5 s. */
  readonly quota?: { readonly limit: number; readonly windowMs: number };
}

interface ResourceGraphDeps extends ResourceGraphOptions {
  readonly clock: Clock;
  readonly tenantId: string;
  /** Below the tenant's root group. */
  readonly managementGroups: readonly ManagementGroup[];
  readonly changes: readonly Change[];
}

export interface ResourceGraph {
  answer(request: JsonRequest, claims: TokenClaims): JsonAnswer;
  /** Remembers what is shown now, for as long as requests carry this effect. */
  freeze(effect: FaultEffect): void;
  liftQuota(): void;
}

const MAX_RESPONSE_BYTES = 16_777_216;

/** Azure Resource Graph over a delayed view of ARM's resources. */
export function createResourceGraph(deps: ResourceGraphDeps): ResourceGraph {
  const view = createDelayedView({ ...deps, delayMs: deps.delayMs ?? 60_000 });
  const quota = createQuota(deps.clock, deps.quota ?? { limit: 15, windowMs: 5_000 });
  const kql = createKql({ tables: RESOURCE_GRAPH_TABLES, dialect: argDialect });
  const frozen = new WeakMap<FaultEffect, GraphRows>();
  const resultSets = createResultSets();
  const read = (effect: FaultEffect | undefined): GraphRows => {
    const rows = (effect && frozen.get(effect)) ?? view.rows();
    return effect?.kind === "dropRows" ? dropShare(rows, effect.share) : rows;
  };
  const compile = (query: string): CompiledQuery => kql.compile(query, deps.clock.now());
  return {
    answer(request, claims) {
      const state = quota.take(claims.oid);
      const answer = state.exceeded
        ? refuseThrottled()
        : answerQuery(request, { ...deps, claims, read, compile, resultSets });
      return { ...answer, headers: { ...answer.headers, ...toQuotaHeaders(state) } };
    },
    freeze: (effect) => void frozen.set(effect, view.rows()),
    liftQuota: () => quota.lift(),
  };
}

function refuseThrottled(): JsonAnswer {
  const message =
    "Client application has been throttled and should not continue to make requests until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.";
  return toGraphError(429, "RateLimiting", [{ code: "RateLimiting", message }]);
}

interface Context {
  readonly claims: TokenClaims;
  readonly tenantId: string;
  readonly managementGroups: readonly ManagementGroup[];
  readonly resultSets: ResultSets;
  read(effect: FaultEffect | undefined): GraphRows;
  compile(query: string): CompiledQuery;
}

function answerQuery(request: JsonRequest, context: Context): JsonAnswer {
  if (request.method !== "POST") return toGraphError(405, "MethodNotAllowed", []);
  const parsed = QueryRequestSchema.safeParse(request.body);
  if (!parsed.success) return toBadRequest({ code: "InvalidParameter", message: parsed.error.message });
  const { data: body } = parsed;
  if (body.managementGroups && body.subscriptions)
    return toBadRequest({ code: "InvalidScope", message: "Subscriptions and management groups cannot be combined." });
  const found = findScope(body, context);
  if ("unknownGroup" in found) return refuseGroup(found.unknownGroup);
  if (!canReadAny(found.scope, context.claims)) return refuseAccess();
  try {
    return answerPage({ body, scope: found.scope, effect: request.effect }, context);
  } catch (error) {
    if (error instanceof KqlError) return toQueryError(error, body.query);
    throw error;
  }
}

function refuseGroup(name: string): JsonAnswer {
  return toBadRequest({ code: "InvalidManagementGroup", message: `The management group '${name}' does not exist.` });
}

/** A caller who can read nothing in the scope is refused; partial rights go unsaid. */
function canReadAny(scope: Scope, { readable_subscriptions: rights }: TokenClaims): boolean {
  if (rights === "all") return true;
  return scope === "tenant" ? rights.length > 0 : [...scope].some((id) => isInScope(rights, id));
}

function refuseAccess(): JsonAnswer {
  const message = "Access is denied to the requested resource.";
  return toGraphError(403, "Forbidden", [{ code: "AccessDenied", message }]);
}

interface Asked {
  readonly body: QueryRequest;
  readonly scope: Scope;
  readonly effect: FaultEffect | undefined;
}

function answerPage({ body, scope, effect }: Asked, context: Context): JsonAnswer {
  const { $top = 1_000, $skip = 0, $skipToken } = body.options ?? {};
  const query = context.compile(body.query);
  const owner = JSON.stringify([context.claims.oid, body.query, body.subscriptions, body.managementGroups]);
  const found =
    $skipToken === undefined
      ? { rows: query.run(toData(scope, context.read(effect), context.claims)), start: $skip }
      : context.resultSets.find($skipToken, owner);
  if (!found) return toBadRequest({ code: "InvalidSkipToken", message: "The skip token is not valid for this query." });
  const data = found.rows.slice(found.start, found.start + $top);
  const end = found.start + data.length;
  const hasMore = end < found.rows.length;
  const token = hasMore && isPageable(query) ? context.resultSets.keep(found.rows, end, owner) : undefined;
  return toPage({ totalRecords: found.rows.length, data, hasMore, token });
}

/** Rows in the scope of the request that the caller may read; the others are left out without a word, as the service does. */
function toData(scope: Scope, rows: GraphRows, claims: TokenClaims): Map<string, Row[]> {
  const visible = rows.filter(
    ({ subscriptionId }) =>
      (scope === "tenant" || scope.has(subscriptionId)) && isInScope(claims.readable_subscriptions, subscriptionId),
  );
  const pick = (table: string): Row[] => visible.filter((item) => item.table === table).map(({ row }) => row);
  return new Map([
    ["resources", pick("resources")],
    ["resourcecontainers", pick("resourcecontainers")],
  ]);
}

/** No token where the query limits itself, nor where every column is dynamic. */
function isPageable({ operators, columns }: CompiledQuery): boolean {
  return !operators.has("TakeOperator") && columns.some(({ type }) => type !== "dynamic");
}

function toPage(page: {
  totalRecords: number;
  data: readonly Row[];
  hasMore: boolean;
  token: string | undefined;
}): JsonAnswer {
  const { totalRecords, data, hasMore, token } = page;
  const body = {
    totalRecords,
    count: data.length,
    // True only where there is more and no token to get it with.
    resultTruncated: String(hasMore && token === undefined),
    ...(token === undefined ? {} : { $skipToken: token }),
    data,
    facets: [],
  };
  const size = Buffer.byteLength(JSON.stringify(body));
  if (size <= MAX_RESPONSE_BYTES) return { status: 200, body };
  const message = `Response payload size is ${size}, and has exceeded the limit of ${MAX_RESPONSE_BYTES}. Please consider querying less data at a time and make paginated call if needed.`;
  return toBadRequest({ code: "ResponsePayloadTooLarge", message });
}
