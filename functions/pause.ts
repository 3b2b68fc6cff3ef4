import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { Deps } from "../lib/jobs/deps.ts";
import { describeFreeze, findFreeze } from "../lib/jobs/stopSwitch.ts";
import type { PauseWord } from "../lib/stores/pauseStore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { NoQuery } from "./readQuery.ts";
import { toLog } from "./toLog.ts";

const MAX_WORDS = 20;

const PauseBody = z.strictObject({ by: Words, why: Words });
const LiftBody = z.strictObject({ by: Words, why: Words.optional() });

/** `GET /api/pause`: whether anything keeps the service from deleting now, and what people said last. */
export function createGetPause(deps: Deps): HttpHandler {
  return guarded(NoQuery, async () => describeNow(deps));
}

/** `PUT /api/pause`: nothing is deleted anywhere from now on. Repeating it replaces who and why. */
export function createPutPause(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const body = await readBody(request, PauseBody);
    if ("refusal" in body) return body.refusal;
    await deps.pauses.pause({ ...body.data, at: deps.clock.now().toISOString() });
    toLog(context).warn("everything is paused", body.data);
    return describeNow(deps);
  });
}

/** `DELETE /api/pause`: a person's word that it may go on. */
export function createLiftPause(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const body = await readBody(request, LiftBody);
    if ("refusal" in body) return body.refusal;
    const { by, why } = body.data;
    const lifted = await deps.pauses.lift({ by, why, at: deps.clock.now().toISOString() });
    if (lifted === "notPaused") return problem(404, "Nothing is paused", { detail: "There is no pause to lift." });
    if (lifted === "pausedAnew")
      return problem(409, "It was paused anew", { detail: "Read the newer pause with GET /api/pause first." });
    toLog(context).warn("the pause is lifted", { by, why });
    return describeNow(deps);
  });
}

async function describeNow(deps: Deps): Promise<HttpResponseInit> {
  const words: PauseWord[] = [];
  for await (const word of deps.pauses.listWords()) {
    words.push(word);
    if (words.length === MAX_WORDS) break;
  }
  const freeze = await findFreeze(deps);
  return { jsonBody: { frozen: freeze !== undefined, text: freeze && describeFreeze(freeze), freeze, words } };
}
