import type { ArmId } from "../core/armId.ts";
import type { HoldSubject } from "../core/hold.ts";
import { listHoldsOn } from "../core/holdsOn.ts";
import { holdOf } from "../core/knowledge.ts";
import type { TagHold } from "../core/resources.ts";
import { longerHold } from "../core/tagHold.ts";
import type { StoredHold } from "../stores/holdStore.ts";
import type { Deps } from "./deps.ts";

/** An artifact store with the registry that backs it. */
interface HeldStore {
  readonly id: ArmId;
  readonly registryId: ArmId;
  readonly hold?: TagHold | undefined;
}

/**
 * All that holds marks while a plan is made: holds of people, read once, and those by ARM tag on the stores that are added and on
 * their artifact manifests. One by tag counts whether tag and resource exist or existed: a hold outlives both.
 */
export class PlannedHolds {
  private readonly holds: readonly StoredHold[];
  private readonly stores = new Map<ArmId, TagHold | undefined>();
  private readonly storesOf = new Map<ArmId, ArmId[]>();
  private readonly artifactManifests = new Map<ArmId, TagHold | undefined>();

  private constructor(holds: readonly StoredHold[]) {
    this.holds = holds;
  }

  static async read(deps: Deps): Promise<PlannedHolds> {
    return new PlannedHolds(await Array.fromAsync(deps.holds.list()));
  }

  async add(deps: Deps, store: HeldStore): Promise<void> {
    this.stores.set(store.id, longerHold(holdOf(await deps.knowledge.find("structure", store.id)), store.hold));
    this.storesOf.set(store.registryId, [...(this.storesOf.get(store.registryId) ?? []), store.id]);
    for await (const known of deps.knowledge.listUnder("artifactManifests", store.id))
      this.artifactManifests.set(known.id, holdOf(known));
  }

  /** The hold in force that ends last. Ask once all stores have been added. */
  find(subject: HoldSubject, nowMs: number): TagHold | undefined {
    const tags = {
      storeIds: this.storesOf.get(subject.registryId) ?? [],
      ofStore: (id: ArmId) => this.stores.get(id),
      isKnown: (id: ArmId) => this.artifactManifests.has(id),
      ofArtifactManifest: (id: ArmId) => this.artifactManifests.get(id),
    };
    return listHoldsOn({ tags, holds: this.holds }, subject, nowMs)[0];
  }
}
