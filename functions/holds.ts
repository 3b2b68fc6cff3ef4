import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { isInForce } from "../lib/core/tagHold.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { liftHold, placeHold } from "../lib/jobs/holds.ts";
import type { StoredHold } from "../lib/stores/holdStore.ts";
import { isHoldId } from "../lib/stores/holdStore.ts";
import { guarded } from "./guarded.ts";
import { tellCovers } from "./holdCovers.ts";
import { toHoldBody, toScopeWords } from "./holdBody.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { readId } from "./readId.ts";
import { NoQuery, Token, Top } from "./readQuery.ts";
import { toLog } from "./toLog.ts";

const DEFAULT_TOP = 200;

const Query = z.strictObject({
  state: z.enum(["inForce", "over", "all"]).default("inForce"),
  top: Top(DEFAULT_TOP),
  continuationToken: Token(isHoldId),
});

const Lifting = z.strictObject({ by: Words, why: Words });

/** `PUT /api/holds`: a person's "not this one", with what it covers now; it takes the place of a hold of the same scope. */
export function createPlaceHold(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const body = await readBody(request, toHoldBody(deps.clock.now().getTime()));
    if ("refusal" in body) return body.refusal;
    const logged = { ...deps, log: toLog(context) };
    const { hold, replaced } = await placeHold(logged, body.data);
    const told = { ...describe(deps, hold), ...(await tellCovers(logged, hold)) };
    if (replaced) return { jsonBody: { ...told, replaced: { owner: replaced.owner, until: replaced.until } } };
    const answer = { jsonBody: told };
    return { ...answer, status: 201, headers: { location: new URL(`/api/holds/${hold.id}`, request.url).href } };
  });
}

/** `GET /api/holds`: those in force unless asked otherwise, page by page. */
export function createListHolds(deps: Deps): HttpHandler {
  return guarded(Query, async (_request, { state, top, continuationToken }) => {
    const matches = (hold: StoredHold): boolean => state === "all" || stateOf(deps, hold) === state;
    const { holds, next } = await deps.holds.listPage({ matches, after: continuationToken, limit: top });
    return { jsonBody: { holds: holds.map((hold) => describe(deps, hold)), continuationToken: next } };
  });
}

/** `GET /api/holds/{id}`: also one that is over, until it is dropped. */
export function createGetHold(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const hold = await deps.holds.find(id);
    return hold ? { jsonBody: describe(deps, hold) } : unknown(id);
  });
}

/** `DELETE /api/holds/{id}`: what it held goes on towards its deadline. */
export function createLiftHold(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const id = readId(request);
    const body = await readBody(request, Lifting);
    if ("refusal" in body) return body.refusal;
    const lifted = await liftHold({ ...deps, log: toLog(context) }, { id, ...body.data });
    return lifted ? { status: 204 } : unknown(id);
  });
}

const unknown = (id: string): HttpResponseInit =>
  problem(404, "The hold is not known", { detail: `There is no hold ${id}. GET /api/holds lists them.` });

const stateOf = ({ clock }: Deps, hold: StoredHold) => (isInForce(hold, clock.now().getTime()) ? "inForce" : "over");

const describe = (deps: Deps, hold: StoredHold): object => ({
  ...hold,
  scope: toScopeWords(hold.scope),
  state: stateOf(deps, hold),
});
