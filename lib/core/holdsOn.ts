import type { ArmId } from "./armId.ts";
import { nameOf } from "./armId.ts";
import type { Graph } from "./graph.ts";
import type { Hold, HoldSubject } from "./hold.ts";
import { covers, describeScope } from "./hold.ts";
import { holdOf } from "./knowledge.ts";
import type { TagHold } from "./resources.ts";
import { endOfHold, isInForce, longerHold } from "./tagHold.ts";

/** Holds by ARM tag on the artifact stores of one registry and on their artifact manifests, as they are or were tagged. */
export interface TagHolds {
  readonly storeIds: readonly ArmId[];
  readonly ofStore: (id: ArmId) => TagHold | undefined;
  /** Whether an artifact manifest of this id exists or existed. */
  readonly isKnown: (artifactManifestId: ArmId) => boolean;
  readonly ofArtifactManifest: (id: ArmId) => TagHold | undefined;
}

/** Everything that may hold what lies in one registry. */
export interface HoldBook {
  readonly tags: TagHolds;
  /** Those that people placed over HTTP. */
  readonly holds: readonly Hold[];
}

/** A hold on one registry manifest. */
export interface HoldOn extends TagHold {
  /** Where it was placed: a resource id, `<registry id>/<repository>`, or a digest. */
  readonly on: string;
  /** Undefined for a hold by ARM tag, which names nobody. */
  readonly owner: string | undefined;
}

/**
 * Every hold in force on the registry manifest, the one that ends last first. Where several stores of the registry have, or had,
 * an artifact manifest of the same name, the path may belong to any of them: holds on each of them count.
 */
export function listHoldsOn(book: HoldBook, subject: HoldSubject, nowMs: number): readonly HoldOn[] {
  const subjects = [subject, ...listSiblings(book.tags, subject)];
  const placed = book.holds.filter((hold) => subjects.some((candidate) => covers(hold, candidate)));
  const holds = [...subjects.flatMap((candidate) => listTagged(book.tags, candidate)), ...placed.map(toHoldOn)];
  return holds.filter((hold) => isInForce(hold, nowMs)).sort(byEnd);
}

/** The same registry manifest as one of another store's artifact manifest. */
function listSiblings({ storeIds, isKnown }: TagHolds, subject: HoldSubject): readonly HoldSubject[] {
  const { artifactManifestId } = subject;
  if (artifactManifestId === undefined) return [];
  return storeIds
    .map((storeId) => ({
      ...subject,
      storeId,
      artifactManifestId: `${storeId}/artifactmanifests/${nameOf(artifactManifestId)}`,
    }))
    .filter((sibling) => sibling.artifactManifestId !== artifactManifestId && isKnown(sibling.artifactManifestId));
}

function listTagged(tags: TagHolds, { storeId, artifactManifestId }: HoldSubject): readonly HoldOn[] {
  const ofStore = storeId === undefined ? undefined : tags.ofStore(storeId);
  const own = artifactManifestId === undefined ? undefined : tags.ofArtifactManifest(artifactManifestId);
  return [
    ...(ofStore ? [{ ...ofStore, on: storeId ?? "", owner: undefined }] : []),
    ...(own ? [{ ...own, on: artifactManifestId ?? "", owner: undefined }] : []),
  ];
}

const toHoldOn = ({ scope, reason, owner, until }: Hold): HoldOn => ({
  on: describeScope(scope),
  owner,
  reason,
  until,
});

/** The one that ends last first; of two that end together, by where they were placed. */
function byEnd(a: HoldOn, b: HoldOn): number {
  const [endOfA, endOfB] = [endOfHold(a), endOfHold(b)];
  if (endOfA !== endOfB) return endOfA > endOfB ? -1 : 1;
  return a.on < b.on ? -1 : 1;
}

/** Those on these stores of a registry, and on artifact manifests as the graph and memory have them. */
export function toTagHolds(graph: Graph, storeIds: readonly ArmId[], stores = graph.stores): TagHolds {
  const { artifactManifests, heldStores, present } = graph;
  return {
    storeIds,
    ofStore: (id) => longerHold(holdOf(heldStores.get(id)), stores.get(id)?.hold),
    isKnown: (id) => artifactManifests.has(id) || present.has(id),
    ofArtifactManifest: (id) => longerHold(holdOf(artifactManifests.get(id)), present.get(id)?.hold),
  };
}

/** One line, as a person reads it. */
export const describeHold = ({ on, owner, reason, until }: HoldOn): string =>
  `until ${until ?? "it is lifted"}, by ${owner ?? "an ARM tag"} on ${on}: ${reason}`;
