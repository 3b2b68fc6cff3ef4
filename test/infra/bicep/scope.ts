/** What a file is deployed to. */
export interface Scope {
  readonly of: "managementGroup" | "subscription" | "resourceGroup";
  readonly subscriptionId: string;
  readonly name: string;
}

export const SUBSCRIPTION: Scope = {
  of: "subscription",
  subscriptionId: "00000000-0000-0000-0000-00000000aaaa",
  name: "",
};

export const toGroup = (name: string): Scope => ({ ...SUBSCRIPTION, of: "resourceGroup", name });

export const MANAGEMENT_GROUP: Scope = { ...SUBSCRIPTION, of: "managementGroup", name: "root" };

export function toScopeId({ of, subscriptionId, name }: Scope): string {
  switch (of) {
    case "managementGroup":
      return `/providers/Microsoft.Management/managementGroups/${name}`;
    case "subscription":
      return `/subscriptions/${subscriptionId}`;
    case "resourceGroup":
      return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
    default:
      return of satisfies never;
  }
}

/** The id of a resource of `type`, below its parent or in a scope. */
export function toResourceId(
  type: string,
  name: string,
  below: { scopeId: string; parentId: string | undefined },
): string {
  if (type === "Microsoft.Resources/resourceGroups") return `${below.scopeId}/resourceGroups/${name}`;
  const own = type.slice(type.lastIndexOf("/") + 1);
  if (below.parentId !== undefined) return `${below.parentId}/${own}/${name}`;
  return `${below.scopeId}/providers/${type}/${name}`;
}
