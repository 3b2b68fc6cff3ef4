import type { ArmId } from "../core/armId.ts";
import { publisherOf } from "../core/armId.ts";
import type { Finding } from "../core/findings.ts";
import { registryOfFinding } from "../core/registryOfFinding.ts";
import type { Deps } from "./deps.ts";

/** Whom a finding concerns: of one about a registry, every store that the registry backs. */
export interface Owners {
  readonly registryId: ArmId | undefined;
  readonly publisherIds: readonly ArmId[];
  readonly storeIds: readonly ArmId[];
}

/** Tells of any finding whom it concerns, as far as the enrolled stores that are remembered tell. */
export async function readFindingOwners(deps: Pick<Deps, "knowledge">): Promise<(finding: Finding) => Owners> {
  const storesOf = new Map<ArmId, ArmId[]>();
  for await (const { registryId, storeId } of deps.knowledge.listStores())
    storesOf.set(registryId, [...(storesOf.get(registryId) ?? []), storeId]);
  return (finding) => {
    const registryId = registryOfFinding(finding);
    const backed = registryId === undefined ? [] : (storesOf.get(registryId) ?? []);
    const storeIds = finding.storeId === undefined ? backed : [finding.storeId];
    const publisherIds = finding.publisherId === undefined ? listPublishers(storeIds) : [finding.publisherId];
    return { registryId, publisherIds, storeIds };
  };
}

const listPublishers = (storeIds: readonly ArmId[]): readonly ArmId[] => [
  ...new Set(storeIds.flatMap((id) => publisherOf(id) ?? [])),
];

/** The finding with its store and publisher, where there is one only. */
export const withOwners = (finding: Finding, { publisherIds, storeIds }: Owners): Finding => ({
  ...finding,
  publisherId: publisherIds.length === 1 ? publisherIds[0] : undefined,
  storeId: storeIds.length === 1 ? storeIds[0] : undefined,
});
