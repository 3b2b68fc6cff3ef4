/** A resource id taken apart; every part in the case in which it was given. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string | undefined;
  /** Empty for a subscription or a resource group. */
  readonly provider: string;
  readonly types: readonly string[];
  readonly names: readonly string[];
}

/** The key under which a resource is found: ids differ in case from one API to the next. */
export const toKey = (id: string): string => id.trim().replace(/\/+$/, "").toLowerCase();

/**
 * Takes a path apart: `/subscriptions/s[/resourceGroups/g][/providers/N/type/name...]`. A path that ends in a type, as of a
 * list, has one type more than names. Undefined for any other path.
 */
export function parseResourceId(path: string): ResourceId | undefined {
  const match =
    /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(?:\/providers\/([^/]+)((?:\/[^/]+)+))?\/?$/i.exec(path);
  if (!match) return undefined;
  const segments = (match[4] ?? "").split("/").slice(1);
  return {
    subscriptionId: match[1] ?? "",
    resourceGroup: match[2],
    provider: match[3] ?? "",
    types: segments.filter((_, index) => index % 2 === 0),
    names: segments.filter((_, index) => index % 2 === 1),
  };
}

export const isList = (id: ResourceId): boolean => id.types.length > id.names.length;

/** `Microsoft.HybridNetwork/publishers/artifactStores`, or ARM's own types for a subscription and a resource group. */
export function typeOf(id: ResourceId): string {
  if (id.provider) return [id.provider, ...id.types].join("/");
  return id.resourceGroup === undefined
    ? "Microsoft.Resources/subscriptions"
    : "Microsoft.Resources/subscriptions/resourceGroups";
}

export const nameOf = (id: ResourceId): string => id.names.at(-1) ?? id.resourceGroup ?? id.subscriptionId;

/** Provider, types and names in turn, as ARM's messages have them: `Microsoft.HybridNetwork/publishers/p`. */
export function describeId(id: ResourceId): string {
  return [id.provider, ...id.types.flatMap((type, index) => [type, id.names[index] ?? ""])]
    .join("/")
    .replace(/\/$/, "");
}

/** The id one level up; undefined for a resource that stands directly in a group. */
export function findParentId(id: ResourceId): string | undefined {
  const depth = isList(id) ? id.names.length : id.names.length - 1;
  if (depth < 1) return undefined;
  const path = id.types.slice(0, depth).flatMap((type, index) => [type, id.names[index] ?? ""]);
  return [toContainerId(id), "providers", id.provider, ...path].join("/");
}

/** The id of the resource group, or of the subscription where there is no group. */
export function toContainerId(id: ResourceId): string {
  const subscription = `/subscriptions/${id.subscriptionId}`;
  return id.resourceGroup === undefined ? subscription : `${subscription}/resourceGroups/${id.resourceGroup}`;
}
