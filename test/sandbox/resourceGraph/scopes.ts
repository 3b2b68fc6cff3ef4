import type { ManagementGroup } from "../estate.ts";
import type { QueryRequest } from "./requests.ts";

/** Lower-case subscription ids that a request asks about, or the whole tenant. */
export type Scope = ReadonlySet<string> | "tenant";

/** Where the names of the request lead. `unknownGroup`: the first management group that the tenant does not have. */
export type FoundScope = { readonly scope: Scope } | { readonly unknownGroup: string };

interface Tenant {
  /** Also the name of its root management group. */
  readonly tenantId: string;
  readonly managementGroups: readonly ManagementGroup[];
}

/** The subscriptions that a request names, itself or through management groups and everything below them; with neither, the tenant. */
export function findScope(request: QueryRequest, tenant: Tenant): FoundScope {
  const { subscriptions, managementGroups: names } = request;
  if (subscriptions?.length) return { scope: new Set(subscriptions.map(toKey)) };
  if (!names?.length) return { scope: "tenant" };
  const known = new Set([tenant.tenantId, ...tenant.managementGroups.map(({ name }) => name)].map(toKey));
  const unknownGroup = names.find((name) => !known.has(toKey(name)));
  if (unknownGroup !== undefined) return { unknownGroup };
  if (names.some((name) => toKey(name) === toKey(tenant.tenantId))) return { scope: "tenant" };
  return { scope: collectSubscriptions(names, tenant.managementGroups) };
}

/** Follows children, so that a group whose parents form a ring is met once. */
function collectSubscriptions(names: readonly string[], groups: readonly ManagementGroup[]): ReadonlySet<string> {
  const reached = new Set(names.map(toKey));
  const subscriptions = new Set<string>();
  // A set hands out what is added to it while it is walked.
  for (const name of reached) {
    for (const group of groups) {
      if (toKey(group.parent ?? "") === name) reached.add(toKey(group.name));
      if (toKey(group.name) === name) for (const id of group.subscriptions) subscriptions.add(toKey(id));
    }
  }
  return subscriptions;
}

const toKey = (name: string): string => name.toLowerCase();
