import type { Clock } from "../contracts.ts";
import type { ArmResource } from "../estate.ts";
import { parseResourceId, toContainerId, toKey, type ResourceId } from "./resourceId.ts";

/** A resource came, changed (`resource`) or went (undefined), at milliseconds since the epoch. */
export interface Change {
  readonly at: number;
  readonly key: string;
  readonly resource: ArmResource | undefined;
}

/** All resources, their subscriptions and resource groups included, and the record of how they came to be. Values are never mutated. */
export interface ArmStore {
  get(id: string): ArmResource | undefined;
  put(resource: ArmResource): ArmResource;
  /** `at`: when it went, if that was before now. */
  remove(id: string, at?: number): void;
  all(): readonly ArmResource[];
  /** The resource itself and everything below it. */
  tree(id: string): readonly ArmResource[];
  /** In the order of events; only ever grows. */
  readonly changes: readonly Change[];
}

/** `initial` has been there for ever: no view of the store is late for it. */
export function createArmStore(clock: Clock, initial: readonly ArmResource[]): ArmStore {
  const resources = new Map<string, ArmResource>();
  const changes: Change[] = [];
  const write = (resource: ArmResource, at: number): ArmResource => {
    const key = toKey(resource.id);
    const stamped = stamp(resource, resources.get(key), clock.now());
    resources.set(key, stamped);
    changes.push({ at, key, resource: stamped });
    return stamped;
  };
  const put = (resource: ArmResource, at: number): ArmResource => {
    for (const id of containerIds(resource.id))
      if (!resources.has(toKey(id))) write({ id, location: "", properties: {}, layout: "2025-03-30" }, at);
    return write(resource, at);
  };
  for (const resource of initial) put(resource, -Infinity);
  return {
    get: (id) => resources.get(toKey(id)),
    put: (resource) => put(resource, clock.now()),
    remove(id, at = clock.now()) {
      const key = toKey(id);
      if (resources.delete(key)) changes.push({ at, key, resource: undefined });
    },
    all: () => [...resources.values()],
    tree(id) {
      const key = toKey(id);
      return [...resources].filter(([other]) => other === key || other.startsWith(`${key}/`)).map(([, value]) => value);
    },
    changes,
  };
}

/** Subscription and resource group of a resource exist as soon as it does. */
function containerIds(id: string): string[] {
  const parts: ResourceId | undefined = parseResourceId(id);
  if (!parts) throw new Error(`Not a resource id: ${id}`);
  const subscription = `/subscriptions/${parts.subscriptionId}`;
  return [...new Set([subscription, toContainerId(parts)])].filter((container) => toKey(container) !== toKey(id));
}

/** `createdAt` stays over updates, and so does the case in which the id first came. */
function stamp(resource: ArmResource, before: ArmResource | undefined, now: number): ArmResource {
  const instant = new Date(now).toISOString();
  const systemData = { createdAt: instant, lastModifiedAt: instant, ...resource.systemData };
  if (!before) return { ...resource, systemData };
  const createdAt = before.systemData?.["createdAt"];
  return { ...resource, id: before.id, systemData: { ...systemData, createdAt, lastModifiedAt: instant } };
}
