import { toTagHolds, type TagHolds } from "../../lib/core/holdsOn.ts";
import type { Resource } from "../../lib/core/resources.ts";
import type { RegistryContext } from "../../lib/core/verdicts.ts";
import type { FreshContext } from "../../lib/jobs/freshContext.ts";

/** What a purge worker reads before it begins. */
export const aFreshContext = (context: RegistryContext, stores: readonly Resource[]): FreshContext => {
  const byId = new Map(stores.map((store) => [store.id, store]));
  return { context, stores: byId, tagHolds: toTagHolds(context.graph, [...byId.keys()], byId) };
};

/** Nothing is held by an ARM tag. */
export const NO_TAG_HOLDS: TagHolds = {
  storeIds: [],
  ofStore: () => undefined,
  isKnown: () => false,
  ofArtifactManifest: () => undefined,
};
