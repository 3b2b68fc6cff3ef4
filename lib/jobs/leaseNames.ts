import type { ArmId } from "../core/armId.ts";
import type { Deps } from "./deps.ts";

/** Held by the one worker that deletes from a registry, or puts back into it. */
export const purgeLease = (deps: Pick<Deps, "hash">, registryId: ArmId): string => `purge-${keyOf(deps, registryId)}`;

/** Held by the one worker that lists a registry. */
export const inventoryLease = (deps: Pick<Deps, "hash">, registryId: ArmId): string =>
  `inventory-${keyOf(deps, registryId)}`;

const keyOf = ({ hash }: Pick<Deps, "hash">, registryId: ArmId): string => hash(registryId).slice(0, 32);
