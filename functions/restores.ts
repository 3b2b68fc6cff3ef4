import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { attachedTo } from "../lib/core/registryManifest.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { RESTORER_ROLES } from "../lib/jobs/openRestore.ts";
import type { RestoreAnswer, RestoreDone, RestoreRequest } from "../lib/jobs/restore.ts";
import { restore } from "../lib/jobs/restore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { readBody, Words } from "./readBody.ts";
import { NoQuery } from "./readQuery.ts";
import { toLog } from "./toLog.ts";

const Tag = z
  .string()
  .regex(/^\w[\w.-]{0,127}$/, "is not a tag")
  .refine((tag) => attachedTo(tag) === undefined, { error: "is the tag of an edge, which holds nothing back" });

const Body = z.strictObject({
  registry: z.string().trim().min(1).max(300),
  repository: z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,254}$/, "is not the name of a repository"),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not sha256: and 64 hexadecimal digits"),
  tag: Tag.optional(),
  by: Words,
  why: Words,
});

/** `POST /api/restores`: puts a tag back, or what was deleted with all that it needs. */
export function createRestore(deps: Deps): HttpHandler {
  return guarded(NoQuery, async (request, _query, context) => {
    const body = await readBody(request, Body);
    if ("refusal" in body) return body.refusal;
    const wanted: RestoreRequest = { ...body.data, tag: body.data.tag };
    return toResponse(wanted, await restore({ ...deps, log: toLog(context) }, wanted));
  });
}

function toResponse(request: RestoreRequest, answer: RestoreAnswer): HttpResponseInit {
  const { registry, repository, digest } = request;
  switch (answer.is) {
    case "done":
      return toOutcome(request, answer);
    case "off":
      return problem(409, "Restoring is off", {
        detail: `Set RESTORER_CLIENT_ID to an identity that has ${RESTORER_ROLES}.`,
        setting: "RESTORER_CLIENT_ID",
      });
    case "unknownRegistry":
      return problem(404, "The registry is not known", { detail: `No processed snapshot covers ${registry}.` });
    case "severalRegistries":
      return problem(400, "Several registries have this name", {
        detail: `Give the resource id of one: ${answer.registryIds.join(", ")}.`,
        registryIds: answer.registryIds,
      });
    case "unknown":
      return problem(404, "Nothing is known of this registry manifest", {
        detail: `It is not in ${repository} of ${registry}, and the journal has no delete of it there.`,
      });
    case "busy":
      return problem(409, "The registry is being purged, or restored", { detail: "Ask again when that has ended." });
    case "unusable":
      return problem(409, "The registry cannot be used", { detail: `Look at it first: ${answer.why}.` });
    case "softDeleted":
      return toSoftDeleted(request, answer);
    case "forbidden":
      return problem(409, "The restorer lacks its role", { detail: `It needs ${RESTORER_ROLES}: ${answer.why}.` });
    case "refused":
      return problem(409, "It cannot be restored", {
        detail: `Nothing was put. See items for what ${digest} needs and is not there; push that, and ask again.`,
        items: answer.items,
      });
    default:
      return answer satisfies never;
  }
}

/** Success is only what was asked for: a digest that is there, with its tag. */
function toOutcome({ repository, digest }: RestoreRequest, answer: RestoreDone): HttpResponseInit {
  const { registryId, complete, heldUntil, items } = answer;
  const outcome = { registryId, repository, digest, complete, heldUntil, items };
  if (answer.reached) return { jsonBody: outcome };
  return problem(409, "It could not be restored to the end", {
    detail: "See items for what was put and what was not; to ask again puts only what is not there.",
    ...outcome,
  });
}

/** The registry's own restore is in preview, and needs rights that no built-in role for registry data holds. */
function toSoftDeleted(
  { registry, repository, digest, tag }: RestoreRequest,
  { days, deletedAt, until }: Extract<RestoreAnswer, { is: "softDeleted" }>,
): HttpResponseInit {
  const name = registry.slice(registry.lastIndexOf("/") + 1);
  const command = `az acr manifest restore -r ${name} -n ${repository}:${tag ?? "<tag>"} -d ${digest}`;
  return problem(409, "The registry itself may keep what was deleted", {
    detail:
      `Soft delete is on, for ${days} days, and this was deleted at ${deletedAt}. If soft delete was on by then, the registry keeps it ` +
      `until ${until}, and refuses a push of it: restore it there, children and then what holds them: ${command}. That needs ` +
      `Microsoft.ContainerRegistry/registries/deleted/read and deleted/restore/action on the registry. Then hold it, as a restore ` +
      `here would. If soft delete was switched on later, the registry does not have it: ask again here after ${until}.`,
    command,
    until,
  });
}
