import type { ArmId } from "./armId.ts";
import { publisherOf } from "./armId.ts";
import type { Resource } from "./resources.ts";

/** True for an artifact store that must have a backing registry, as all but those of storage accounts, and does not tell it. */
export const hasUnreadableRegistry = ({ details }: Resource): boolean =>
  details.of === "store" &&
  details.registryId === undefined &&
  details.storeType?.trim().toLowerCase() !== "azurestorageaccount";

/**
 * The artifact stores that a registry backs, and those that it may back: a store whose registry cannot be read counts as backed
 * by every registry of its publisher. Empty where no store names the registry. In the order of `stores`.
 */
export function listStoreIds(stores: Iterable<Resource>, registryId: ArmId): readonly ArmId[] {
  const all = [...stores];
  const isBacked = ({ details }: Resource): boolean => details.of === "store" && details.registryId === registryId;
  const publishers = new Set(all.filter(isBacked).map(({ id }) => publisherOf(id)));
  const mayBeBacked = (store: Resource): boolean =>
    hasUnreadableRegistry(store) && publishers.has(publisherOf(store.id));
  return all.filter((store) => isBacked(store) || mayBeBacked(store)).map(({ id }) => id);
}
