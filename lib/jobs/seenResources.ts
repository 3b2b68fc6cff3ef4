import type { ArmId } from "../core/armId.ts";
import { subscriptionOf } from "../core/armId.ts";
import type { Resource } from "../core/resources.ts";
import type { Hash } from "../ports.ts";

/**
 * What a scan holds of what it saw: counts, stores, subscriptions, and of each id 52 bits of its SHA-256, because a hundred
 * thousand ids of 250 characters would be half of the memory that the app has.
 */
export class SeenResources {
  readonly counts = new Map<string, number>();
  readonly subscriptions = new Set<string>();
  readonly stores: Resource[] = [];
  private readonly ids = new Set<number>();
  private readonly hash: Hash;

  constructor(hash: Hash) {
    this.hash = hash;
  }

  add(resource: Resource): void {
    const key = this.toKey(resource.id);
    if (this.ids.has(key)) return;
    this.ids.add(key);
    this.counts.set(resource.kind, (this.counts.get(resource.kind) ?? 0) + 1);
    for (const id of [resource.id, ...listNamedIds(resource)]) this.subscriptions.add(subscriptionOf(id));
    if (resource.kind === "artifactStore") this.stores.push(resource);
  }

  has(id: ArmId): boolean {
    return this.ids.has(this.toKey(id));
  }

  toKey(text: string): number {
    return Number.parseInt(this.hash(text).slice(0, 13), 16);
  }
}

/** Ids in references: a subscription that is only ever named there must be visible too. */
function listNamedIds({ details }: Resource): readonly string[] {
  if (details.of === "store") return details.registryId === undefined ? [] : [details.registryId];
  if (details.of === "version")
    return details.references.flatMap((reference) => (reference.form === "unreadable" ? [] : [reference.id]));
  if (details.of === "consumer")
    return [...details.values, ...details.versions.flatMap((version) => (version.by === "id" ? [version.id] : []))];
  return [];
}
