import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { toArmId, typeOf } from "../lib/core/armId.ts";
import { isPathSegment } from "../lib/core/decideAdoption.ts";
import type { AdoptAnswer } from "../lib/jobs/adopt.ts";
import { adopt, listAdoptions, removeAdoption } from "../lib/jobs/adopt.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";

const StoreId = z.string().transform((text, context) => {
  const id = toArmId(text);
  if (id !== undefined && typeOf(id) === "microsoft.hybridnetwork/publishers/artifactstores") return id;
  context.addIssue(`"${text.slice(0, 300)}" is not the resource id of an artifact store`);
  return z.NEVER;
});

const Body = z.strictObject({
  store: StoreId,
  prefix: z
    .string()
    .refine(isPathSegment, { error: "is not exactly one path segment of a repository name, such as cnf" }),
  reason: Words,
  by: Words,
});

/** `POST /api/adoptions`: a person's word that what lies under a prefix is decommissioned. */
export function createAdopt(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const body = await readBody(request, Body);
    if ("refusal" in body) return body.refusal;
    const { store: storeId, ...word } = body.data;
    return toResponse(request, await adopt(deps, { storeId, ...word }));
  });
}

function toResponse(request: HttpRequest, answer: AdoptAnswer): HttpResponseInit {
  switch (answer.is) {
    case "adopted": {
      const location = new URL(`/api/adoptions/${answer.adoption.id}`, request.url).href;
      return { status: 201, headers: { location }, jsonBody: answer.adoption };
    }
    case "notEnrolled":
      return problem(400, "The artifact store is not enrolled", { detail: "Name it in STORES first." });
    case "refused":
      return problem(409, "The prefix cannot be adopted", { detail: `${answer.why}.` });
    default:
      return answer satisfies never;
  }
}

/** `GET /api/adoptions`: all of them, those that lapsed too. */
export function createListAdoptions(deps: Deps): HttpHandler {
  return guarded(NoQuery, async () => ({ jsonBody: { adoptions: await listAdoptions(deps) } }));
}

/** `DELETE /api/adoptions/{id}`: what lies under the prefix is unattributed again. */
export function createRemoveAdoption(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    if (await removeAdoption(deps, id)) return { status: 204 };
    return problem(404, "The adoption is not known", { detail: `There is no adoption ${id}.` });
  });
}
