import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import type { AcceptAnswer } from "../lib/jobs/acceptSnapshot.ts";
import { acceptSnapshot } from "../lib/jobs/acceptSnapshot.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { readId } from "./readId.ts";
import { NoQuery } from "./readQuery.ts";

const MAX_SUBSCRIPTIONS = 100;

const Body = z.strictObject({
  by: Words,
  why: Words,
  goneSubscriptions: z.array(z.string().trim().min(1).toLowerCase()).max(MAX_SUBSCRIPTIONS).default([]),
});

/** `POST /api/snapshots/{id}/accept`: a person's word that a fall is meant, and which subscriptions are gone for good. */
export function createAcceptSnapshot(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request) => {
    const id = readId(request);
    const body = await readBody(request, Body);
    return "refusal" in body ? body.refusal : toResponse(id, await acceptSnapshot(deps, { id, ...body.data }));
  });
}

function toResponse(id: string, answer: AcceptAnswer): HttpResponseInit {
  switch (answer.is) {
    case "accepted":
      return { jsonBody: { id, parts: answer.parts, next: answer.next } };
    case "unknown":
      return problem(404, "The snapshot is not known", { detail: `There is no snapshot ${id}.` });
    case "notSealed":
      return problem(409, "The snapshot is not sealed", {
        detail: `Snapshot ${id} is still being taken: wait for its end.`,
      });
    case "unnamed":
      return problem(400, "A subscription is not missing", {
        detail: `No reason of snapshot ${id} says that these are not visible: ${answer.ids.join(", ")}.`,
      });
    case "nothingToLift":
      return problem(409, "Nothing can be lifted", {
        detail:
          answer.standing.length === 0
            ? `Snapshot ${id} is complete: there is nothing to accept.`
            : "Only an implausible fall, and subscriptions that are named, can be lifted. See reasons for what stands.",
        reasons: answer.standing,
      });
    default:
      return answer satisfies never;
  }
}
