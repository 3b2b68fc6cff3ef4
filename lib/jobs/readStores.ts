import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import type { Deps } from "./deps.ts";

/**
 * The artifact stores of a registry as ARM has them now. Undefined unless every one answers and is still backed by `registryId`:
 * then nothing that rests on them may be believed.
 */
export async function readStores(
  deps: Deps,
  registryId: ArmId,
  storeIds: readonly ArmId[],
): Promise<ReadonlyMap<ArmId, Resource> | undefined> {
  const answers = await pMap(storeIds, async (id) => [id, await deps.arm.getResource(id)] as const, { concurrency: 4 });
  const stores = new Map<ArmId, Resource>();
  for (const [id, answer] of answers) {
    const read = answer.is === "found" ? readResource(answer.resource) : undefined;
    if (!read || !("resource" in read)) return undefined;
    const { resource } = read;
    if (resource.details.of !== "store" || resource.details.registryId !== registryId) return undefined;
    stores.set(id, resource);
  }
  return stores;
}
