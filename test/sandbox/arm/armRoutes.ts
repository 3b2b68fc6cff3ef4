import { ArmResourceSchema, type ArmResource } from "../estate.ts";
import type { TokenClaims } from "../identity/tokens.ts";
import { refuseAccess } from "./authorization.ts";
import type { ArmStore } from "./armStore.ts";
import { toError, type JsonAnswer, type JsonRequest } from "./jsonServer.ts";
import { listGroups, listResources, listSubscriptions } from "./armLists.ts";
import { refuseMethod, refuseMissingParent, toBody, type ArmDeps, type Asked } from "./armRequest.ts";
import { describeId, isList, parseResourceId, typeOf, type ResourceId } from "./resourceId.ts";

const PERMISSIONS = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Authorization\/permissions$/i;
const OPERATION =
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.HybridNetwork\/locations\/[^/]+\/operationResults\/([^/]+)$/i;
const GROUPS = /^\/subscriptions\/([^/]+)\/resourceGroups\/?$/i;
const RETRY_AFTER_SECONDS = "1";

/** Answers everything under `/subscriptions`. The caller has been authenticated, the api-version checked. */
export function answerArm(request: JsonRequest, claims: TokenClaims, deps: ArmDeps): JsonAnswer {
  const path = decodeURIComponent(request.url.pathname);
  if (/^\/subscriptions\/?$/i.test(path)) return listSubscriptions(request, claims, deps);
  const groups = GROUPS.exec(path);
  const id = parseResourceId(groups ? `/subscriptions/${groups[1] ?? ""}` : path);
  if (!id) return toError(501, "NotImplemented", `The sandbox does not emulate ${request.method} ${path}.`);
  const asked = { request, claims, id };
  if (!deps.store.get(`/subscriptions/${id.subscriptionId}`))
    return toError(404, "SubscriptionNotFound", `The subscription '${id.subscriptionId}' could not be found.`);
  const refusal = refuseAccess(claims, { subscriptionId: id.subscriptionId, action: actionOf(asked), scope: path });
  if (refusal) return refusal;
  if (PERMISSIONS.test(path)) return listPermissions(asked);
  const operation = OPERATION.exec(path)?.[2];
  if (operation !== undefined) return readOperation(operation, deps);
  if (groups) return listGroups(asked, deps);
  return isList(id) ? listResources(asked, deps) : answerResource(asked, deps);
}

function actionOf({ request, id }: Asked): string {
  const verbs: Record<string, string> = { GET: "read", PUT: "write", PATCH: "write", DELETE: "delete" };
  return `${typeOf(id)}/${verbs[request.method] ?? "action"}`;
}

function listPermissions({ request }: Asked): JsonAnswer {
  if (request.method !== "GET") return refuseMethod(request);
  return {
    status: 200,
    body: { value: [{ actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] }] },
  };
}

function readOperation(operation: string, { deletions }: ArmDeps): JsonAnswer {
  const state = deletions.stateOf(operation);
  if (state === "unknown") return toError(404, "ResourceNotFound", `The operation '${operation}' was not found.`);
  return state === "done" ? { status: 204 } : { status: 202, headers: { "Retry-After": RETRY_AFTER_SECONDS } };
}

function answerResource(asked: Asked, deps: ArmDeps): JsonAnswer {
  switch (asked.request.method) {
    case "GET":
      return readResource(asked, deps);
    case "PUT":
      return putResource(asked, deps);
    case "PATCH":
      return patchTags(asked, deps);
    case "DELETE":
      return deleteResource(asked, deps);
    default:
      return refuseMethod(asked.request);
  }
}

function refuseNotFound(id: ResourceId, store: ArmStore): JsonAnswer {
  const group = id.resourceGroup;
  const hasGroup = group === undefined || store.get(`/subscriptions/${id.subscriptionId}/resourceGroups/${group}`);
  if (!hasGroup) return toError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  const message = `The Resource '${describeId(id)}' under resource group '${group ?? "<null>"}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  return toError(404, "ResourceNotFound", message);
}

function readResource({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  const found = deps.store.get(decodeURIComponent(request.url.pathname));
  return found ? { status: 200, body: toBody(found, deps.tenantId) } : refuseNotFound(id, deps.store);
}

function putResource({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  if (!id.provider) return refuseMethod(request);
  const refusal = refuseMissingParent(id, deps.store, "write");
  if (refusal) return refusal;
  const path = decodeURIComponent(request.url.pathname);
  if (deps.deletions.isDeleting(path)) return toError(409, "Conflict", `The resource '${path}' is being deleted.`);
  const resource = parseResource(path, request);
  if ("refusal" in resource) return resource.refusal;
  const isNew = deps.store.get(path) === undefined;
  return { status: isNew ? 201 : 200, body: toBody(deps.store.put(resource), deps.tenantId) };
}

/** The api-version of the request decides the layout of an artifact manifest, as it does in AOSM. */
function parseResource(path: string, request: JsonRequest): ArmResource | { refusal: JsonAnswer } {
  const body = typeof request.body === "object" && request.body !== null ? request.body : {};
  const layout = (request.url.searchParams.get("api-version") ?? "") >= "2025-03-30" ? "2025-03-30" : "legacy";
  const result = ArmResourceSchema.safeParse({ ...body, id: path, layout });
  if (!result.success) return { refusal: toError(400, "InvalidRequestContent", result.error.message) };
  const properties = { provisioningState: "Succeeded", ...result.data.properties };
  return { ...result.data, properties };
}

function patchTags({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  const found = deps.store.get(decodeURIComponent(request.url.pathname));
  if (!found) return refuseNotFound(id, deps.store);
  const patch = ArmResourceSchema.pick({ tags: true }).safeParse(request.body);
  if (!patch.success) return toError(400, "InvalidRequestContent", "Only tags can be updated with PATCH.");
  const tags = patch.data.tags ?? {};
  return { status: 200, body: toBody(deps.store.put({ ...found, tags }), deps.tenantId) };
}

function deleteResource({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  if (!id.provider) return refuseMethod(request);
  const found = deps.store.get(decodeURIComponent(request.url.pathname));
  if (!found) return { status: 204 };
  const started = deps.deletions.start(found);
  if ("refusal" in started) return toError(409, started.refusal.code, started.refusal.message);
  const place = `/subscriptions/${id.subscriptionId}/providers/Microsoft.HybridNetwork/locations/${found.location}`;
  const version = request.url.searchParams.get("api-version") ?? "";
  const Location = `${deps.baseUrl()}${place}/operationResults/${started.operation}?api-version=${version}`;
  return { status: 202, headers: { Location, "Retry-After": RETRY_AFTER_SECONDS } };
}
