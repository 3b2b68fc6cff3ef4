import type { ArmId } from "../core/armId.ts";
import type { Mark } from "../core/marks.ts";
import { bucketOf, manifestKey } from "../core/tableKeys.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { Deps } from "./deps.ts";
import { mergeByKey } from "../stores/mergeByKey.ts";

export interface UntaggedArtifact extends Verdict {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly mark: Mark | null;
}

/** Names one registry manifest in a listing. */
export type ArtifactPlace = Pick<UntaggedArtifact, "registryId" | "repository" | "digest">;

export interface ArtifactListing {
  readonly snapshotId: string;
  /** Sorted. */
  readonly registryIds: readonly ArmId[];
  /** Of this repository only. */
  readonly repository?: string | undefined;
  /** What follows this one only. */
  readonly after?: ArtifactPlace | undefined;
}

/**
 * Every untagged registry manifest of a snapshot, why it is kept, and its mark, by registry and within it in the order of the
 * tables' keys. A mark whose digest the snapshot does not show is listed too, in its place: it still stands.
 */
export async function* listArtifacts(deps: Deps, listing: ArtifactListing): AsyncGenerator<UntaggedArtifact> {
  const { after } = listing;
  for (const registryId of listing.registryIds) {
    if (after !== undefined && registryId < after.registryId) continue;
    yield* listOf(deps, registryId, { ...listing, after: registryId === after?.registryId ? after : undefined });
  }
}

async function* listOf(
  deps: Deps,
  registryId: ArmId,
  { snapshotId, repository, after }: ArtifactListing,
): AsyncGenerator<UntaggedArtifact> {
  const verdicts = deps.snapshots.listVerdicts(snapshotId, registryId, { repository, after });
  const marks = listMarks(deps, registryId, { repository, after });
  for await (const { left: verdict, right: mark } of mergeByKey(verdicts, marks, { left: toKey, right: toKey })) {
    if (verdict) yield { registryId, ...verdict, mark: mark ?? null };
    else if (mark) yield toUnseen(mark);
  }
}

async function* listMarks(
  deps: Deps,
  registryId: ArmId,
  { repository, after }: Pick<ArtifactListing, "repository" | "after">,
): AsyncGenerator<Mark> {
  const marks =
    repository === undefined
      ? deps.marks.list(registryId)
      : (await deps.marks.ofRepository(registryId, repository)).values();
  const from = after && toKey(after);
  for await (const { mark } of marks) if (from === undefined || toKey(mark) > from) yield mark;
}

/** The order in which the tables of verdicts and marks list their rows. */
const toKey = ({ repository, digest }: Pick<ArtifactPlace, "repository" | "digest">): string =>
  `${bucketOf(repository)}|${manifestKey(repository, digest)}`;

function toUnseen(mark: Mark): UntaggedArtifact {
  const { registryId, repository, digest, storeId, artifactManifestId } = mark;
  return { registryId, repository, digest, class: mark.class, storeId, artifactManifestId, keep: [], mark };
}
