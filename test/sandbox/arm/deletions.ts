import type { Clock, SandboxRegistry } from "../contracts.ts";
import type { ArmResource } from "../estate.ts";
import { isGuarded, refuseDeletion, untagArtifacts } from "./aosmRules.ts";
import type { ArmStore } from "./armStore.ts";
import { toKey } from "./resourceId.ts";

/** Why a resource is not deleted. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Operation {
  readonly key: string;
  readonly dueAt: number;
}

export interface Deletions {
  /** Deletes at once. */
  remove(resource: ArmResource, options: { force: boolean }): Refusal | undefined;
  /** Begins a deletion that takes its time; returns the operation's name. */
  start(resource: ArmResource): { refusal: Refusal } | { operation: string };
  /** `unknown` once nobody remembers the operation. */
  stateOf(operation: string): "running" | "done" | "unknown";
  isDeleting(id: string): boolean;
  /** Completes what is due by the clock. Call it before anything is read. */
  settle(): void;
}

interface DeletionDeps {
  readonly clock: Clock;
  readonly store: ArmStore;
  /** By the key of the registry's resource id. */
  readonly registries: ReadonlyMap<string, Pick<SandboxRegistry, "untag">>;
  /** How long an asynchronous deletion takes. */
  readonly deletionMs: number;
}

export function createDeletions(deps: DeletionDeps): Deletions {
  const { clock, store } = deps;
  const operations = new Map<string, Operation>();
  const running = (key: string): [string, Operation] | undefined =>
    [...operations].find(([, operation]) => operation.key === key && store.get(key) && operation.dueAt > clock.now());
  return {
    remove(resource, { force }) {
      const refusal = force ? undefined : refuse(resource, store);
      if (refusal) return refusal;
      const doomed = force ? store.tree(resource.id) : [resource];
      for (const item of doomed) untag(item, deps);
      for (const item of doomed) store.remove(item.id);
      return undefined;
    },
    start(resource) {
      const known = running(toKey(resource.id));
      if (known) return { operation: known[0] };
      const refusal = refuse(resource, store);
      if (refusal) return { refusal };
      // Whether AOSM untags before or after the operation completes is not documented; at once leaves nothing half-done for later.
      untag(resource, deps);
      store.put({ ...resource, properties: { ...resource.properties, provisioningState: "Deleting" } });
      const operation = `deletion-${operations.size + 1}`;
      operations.set(operation, { key: toKey(resource.id), dueAt: clock.now() + deps.deletionMs });
      return { operation };
    },
    stateOf(name) {
      const operation = operations.get(name);
      if (!operation) return "unknown";
      return operation.dueAt > clock.now() ? "running" : "done";
    },
    isDeleting: (id) => running(toKey(id)) !== undefined,
    settle: () => settle(operations, deps),
  };
}

function settle(operations: Map<string, Operation>, { clock, store }: DeletionDeps): void {
  for (const { key, dueAt } of operations.values()) {
    const isDeleting = store.get(key)?.properties["provisioningState"] === "Deleting";
    if (dueAt <= clock.now() && isDeleting) store.remove(key, dueAt);
  }
}

function untag(resource: ArmResource, { store, registries }: DeletionDeps): void {
  if (isGuarded(resource)) untagArtifacts(resource, store, registries);
}

function refuse(resource: ArmResource, store: ArmStore): Refusal | undefined {
  const nested = store.tree(resource.id).filter(({ id }) => toKey(id) !== toKey(resource.id));
  if (nested.length > 0) {
    const ids = nested.map(({ id }) => `'${id}'`).join(",");
    const message = `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: ${ids}. Please delete all nested resources before deleting this resource.`;
    return { code: "CannotDeleteResource", message };
  }
  const message = isGuarded(resource) ? refuseDeletion(resource, store.all()) : undefined;
  // AOSM documents the message, neither the code nor the status.
  return message === undefined ? undefined : { code: "ResourceHasDependents", message };
}
