import type { SnapshotView } from "../core/explainChain.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { Part } from "../stores/part.ts";
import { MAX_REASONS } from "../stores/part.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

/** What the snapshot proves of one repository. */
export interface RepositoryView {
  /** Complete only where graph, registry and repository are: then what is missing is gone. */
  readonly snapshot: SnapshotView;
  /** Registry and repository are: what is not listed of it was not there, whatever is known of the graph. */
  readonly listedWhole: boolean;
}

/** `repository` is undefined where the snapshot holds none of that name. */
export async function viewSnapshot(
  deps: Pick<Deps, "snapshots">,
  header: SnapshotHeader,
  { registryId, repository }: { readonly registryId: string; readonly repository: Repository | undefined },
): Promise<RepositoryView> {
  const parts = await deps.snapshots.listParts(header.id);
  const find = (part: string): Part | undefined => parts.find(({ name }) => name === part);
  const listedWhole = isListedWhole(find(registryId), repository);
  const complete = listedWhole && find(GRAPH_PART)?.complete === true;
  return { snapshot: { id: header.id, at: header.readAt, complete }, listedWhole };
}

function isListedWhole(part: Part | undefined, repository: Repository | undefined): boolean {
  if (!part?.complete) return false;
  return repository ? repository.incomplete.length === 0 : isCatalogueWhole(part);
}

/** Where the catalogue was not read, a repository that is not there may never have been asked for. Reasons that were cut may have said so. */
const isCatalogueWhole = ({ reasons }: Part): boolean =>
  reasons.length < MAX_REASONS && reasons.every(({ code }) => code !== "catalogueRefused");
