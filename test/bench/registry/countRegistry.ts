import type { StoredManifest } from "../../sandbox/contracts.ts";
import type { EmulatedRegistry } from "../../sandbox/registry/createRegistry.ts";
import type { InventoryFigures } from "./figures.ts";

/** Rows of a page that a client gets who asks for no more. */
const PAGE_ROWS = 100;

const countPages = (rows: number): number => Math.max(1, Math.ceil(rows / PAGE_ROWS));

/** What an inventory of the registry as it is now cannot save. */
export function countInventory(registry: EmulatedRegistry): InventoryFigures {
  const names = registry.repositories();
  let [listingPages, withUntagged, withCandidates] = [0, 0, 0];
  for (const name of names) {
    const manifests = registry.manifests(name);
    listingPages += countPages(manifests.length);
    if (manifests.some(isUntagged)) withUntagged += 1;
    if (holdsCandidate(manifests)) withCandidates += 1;
  }
  const cataloguePages = countPages(names.length);
  return { cataloguePages, listingPages, repositories: names.length, withUntagged, withCandidates };
}

export const isUntagged = ({ tags }: StoredManifest): boolean => tags.length === 0;

/** The bench's estates nest one level deep. */
function holdsCandidate(manifests: readonly StoredManifest[]): boolean {
  const needed = new Set(manifests.filter((manifest) => !isUntagged(manifest)).flatMap(({ children }) => children));
  return manifests.some((manifest) => isUntagged(manifest) && !needed.has(manifest.digest));
}
