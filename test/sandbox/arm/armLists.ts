import { isInScope, type TokenClaims } from "../identity/tokens.ts";
import { refuseMethod, refuseMissingParent, toBody, type ArmDeps, type Asked } from "./armRequest.ts";
import type { JsonAnswer, JsonRequest } from "./jsonServer.ts";
import { listPage } from "./listPage.ts";
import { findParentId, parseResourceId, toKey, typeOf } from "./resourceId.ts";

export function listSubscriptions(request: JsonRequest, claims: TokenClaims, deps: ArmDeps): JsonAnswer {
  if (request.method !== "GET") return refuseMethod(request);
  const items = deps.store
    .all()
    .filter(({ id }) => /^\/subscriptions\/[^/]+$/i.test(id))
    .filter(({ id }) => isInScope(claims.readable_subscriptions, id.slice("/subscriptions/".length)));
  return listPage(
    request,
    items.map((item) => toBody(item, deps.tenantId)),
    deps,
  );
}

export function listGroups({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  if (request.method !== "GET") return refuseMethod(request);
  const prefix = `/subscriptions/${id.subscriptionId}/resourcegroups/`.toLowerCase();
  const items = deps.store.all().filter((item) => toKey(item.id).startsWith(prefix) && !/\/providers\//i.test(item.id));
  return listPage(
    request,
    items.map((item) => toBody(item, deps.tenantId)),
    deps,
  );
}

export function listResources({ request, id }: Asked, deps: ArmDeps): JsonAnswer {
  if (request.method !== "GET") return refuseMethod(request);
  const missing = refuseMissingParent(id, deps.store, "read");
  if (missing) return missing;
  const type = typeOf(id).toLowerCase();
  const parentId = findParentId(id);
  const prefix = `${toKey(parentId ?? request.url.pathname.replace(/\/providers\/.*$/i, ""))}/`;
  const items = deps.store.all().filter((item) => {
    const other = parseResourceId(item.id);
    return other?.provider && typeOf(other).toLowerCase() === type && toKey(item.id).startsWith(prefix);
  });
  return listPage(
    request,
    items.map((item) => toBody(item, deps.tenantId)),
    deps,
  );
}
