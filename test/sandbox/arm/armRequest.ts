import type { Clock } from "../contracts.ts";
import type { ArmResource } from "../estate.ts";
import type { TokenClaims } from "../identity/tokens.ts";
import type { ArmStore } from "./armStore.ts";
import type { Deletions } from "./deletions.ts";
import { toError, type JsonAnswer, type JsonRequest } from "./jsonServer.ts";
import { findParentId, nameOf, typeOf, parseResourceId, type ResourceId } from "./resourceId.ts";

export interface ArmDeps {
  readonly clock: Clock;
  readonly store: ArmStore;
  readonly deletions: Deletions;
  readonly tenantId: string;
  readonly pageSize: number;
  /** `https://localhost:<port>`, known once the server listens. */
  readonly baseUrl: () => string;
}

/** One request of an authenticated caller. */
export interface Asked {
  readonly request: JsonRequest;
  readonly claims: TokenClaims;
  readonly id: ResourceId;
}

/** Whatever the sandbox does not emulate is said, never answered as if it were. */
export function refuseMethod(request: JsonRequest): JsonAnswer {
  return toError(501, "NotImplemented", `The sandbox does not emulate ${request.method} ${request.url.pathname}.`);
}

/** The answer for a resource whose group or parent is not there. */
export function refuseMissingParent(id: ResourceId, store: ArmStore, verb: string): JsonAnswer | undefined {
  const group = id.resourceGroup;
  if (group !== undefined && !store.get(`/subscriptions/${id.subscriptionId}/resourceGroups/${group}`))
    return toError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  const parentId = findParentId(id);
  if (parentId === undefined || store.get(parentId)) return undefined;
  const message = `Failed to perform '${verb}' on resource(s) of type '${id.types.join("/")}', because the parent resource '${parentId}' could not be found.`;
  return toError(404, "ParentResourceNotFound", message);
}

/** The resource as ARM returns it. */
export function toBody(resource: ArmResource, tenantId: string): Record<string, unknown> {
  const id = parseResourceId(resource.id);
  if (!id) throw new Error(`Not a resource id: ${resource.id}`);
  if (!id.provider && id.resourceGroup === undefined) return toSubscription(resource, id, tenantId);
  const { layout: _layout, ...shown } = resource;
  return { ...shown, name: nameOf(id), type: typeOf(id) };
}

function toSubscription(
  resource: ArmResource,
  { subscriptionId }: ResourceId,
  tenantId: string,
): Record<string, unknown> {
  const { displayName = subscriptionId, state = "Enabled" } = resource.properties;
  return { id: resource.id, authorizationSource: "RoleBased", subscriptionId, tenantId, displayName, state };
}
