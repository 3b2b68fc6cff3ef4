import type { ArmId } from "./armId.ts";
import { nameOf, parentOf } from "./armId.ts";
import type { Artifact, ArtifactReference, Resource, TagHold } from "./resources.ts";
import { isVersion } from "./resources.ts";
import { longerHold } from "./tagHold.ts";

/**
 * What is remembered of a resource outside snapshots, so that dropping an old snapshot never turns a known artifact manifest
 * into an unknown one. Lists only grow: what a resource once said it needs, it may still need.
 */
export type Known = KnownArtifactManifest | KnownVersion | KnownStore;

/** What the tags of an artifact manifest or store ever asked for. */
export interface RememberedHolds {
  /** The longest with a date: it stays in force until then, also when tag or resource are gone. */
  readonly hold: TagHold | undefined;
  /** One whose tags give no date that can be read. */
  readonly endlessHold: TagHold | undefined;
}

export interface KnownArtifactManifest extends RememberedHolds {
  readonly of: "artifactManifest";
  readonly id: ArmId;
  readonly artifacts: readonly Artifact[];
  /** An entry of its artifacts list could not be read: the list cannot prove what is not on it. */
  readonly unreadable: boolean;
  /** It was in a complete snapshot: only then can its absence mean that it was decommissioned. */
  readonly seenComplete: boolean;
  readonly firstSeenAt: string;
  /** Once it is gone, the last snapshot that showed it. Of what is there it may be any earlier one: only news are stored. */
  readonly lastSeenAt: string;
}

export interface KnownVersion {
  readonly of: "version";
  readonly id: ArmId;
  readonly references: readonly ArtifactReference[];
  readonly firstSeenAt: string;
  /** As that of an artifact manifest. */
  readonly lastSeenAt: string;
}

/** A store that was held by tag at some time; of any other nothing is remembered here. */
export interface KnownStore extends RememberedHolds {
  readonly of: "store";
  readonly id: ArmId;
  readonly firstSeenAt: string;
  /** As that of an artifact manifest. */
  readonly lastSeenAt: string;
}

export interface Sighting {
  /** When the snapshot was taken, ISO 8601. */
  readonly at: string;
  readonly complete: boolean;
  /** A later snapshot was learned before this one. */
  readonly late?: boolean;
}

/** What to remember of `resource` after `sighting`; undefined where nothing needs to be remembered of it. */
export function learn(resource: Resource, before: Known | undefined, sighting: Sighting): Known | undefined {
  const [firstSeenAt, lastSeenAt] = [
    earlierOf(before?.firstSeenAt, sighting.at),
    laterOf(before?.lastSeenAt, sighting.at),
  ];
  // What a later look has said of what may change stands: a snapshot may be learned late.
  const current = { ...sighting, complete: sighting.complete && sighting.late !== true && lastSeenAt === sighting.at };
  if (resource.details.of === "artifactManifest") {
    const earlier = before?.of === "artifactManifest" ? before : undefined;
    return {
      of: "artifactManifest",
      id: resource.id,
      artifacts: union(earlier?.artifacts ?? [], resource.details.artifacts),
      unreadable:
        resource.details.unreadable.length > 0 || (earlier?.unreadable === true && !isWhole(resource, current)),
      seenComplete: (earlier?.seenComplete ?? false) || sighting.complete,
      ...rememberHolds(earlier, resource.hold, current),
      firstSeenAt,
      lastSeenAt,
    };
  }
  if (resource.details.of === "store") {
    const earlier = before?.of === "store" ? before : undefined;
    if (!earlier && !resource.hold) return undefined;
    const holds = rememberHolds(earlier, resource.hold, current);
    return { of: "store", id: resource.id, ...holds, firstSeenAt, lastSeenAt };
  }
  if (!isVersion(resource.kind) || resource.details.of !== "version") return undefined;
  const earlier = before?.of === "version" ? before.references : [];
  return {
    of: "version",
    id: resource.id,
    references: union(earlier, resource.details.references),
    firstSeenAt,
    lastSeenAt,
  };
}

/** Whether there is more to store than that it was seen again: most nights there is not, for tens of thousands of resources. */
export function isNews(known: Known, before: Known | undefined): boolean {
  return before === undefined || JSON.stringify(atOnce(known)) !== JSON.stringify(atOnce(before));
}

const atOnce = (known: Known): Known => ({ ...known, lastSeenAt: "" });

/** What is remembered of a resource that a snapshot of `at` was the last to show. */
export function seenLast(known: Known, at: string): Known {
  return { ...known, lastSeenAt: laterOf(known.lastSeenAt, at) };
}

const earlierOf = (before: string | undefined, at: string): string =>
  before !== undefined && before < at ? before : at;
const laterOf = (before: string | undefined, at: string): string => (before !== undefined && before > at ? before : at);

/** The list of one that is uploaded does not change any more: what could not be read of it was a fault of an earlier look. */
function isWhole({ state }: Resource, { complete }: Sighting): boolean {
  return complete && ["uploaded", "succeeded"].includes(state?.toLowerCase() ?? "");
}

/** A hold with a date stays until that date. One without is what its tags say: mending or removing them lifts it. */
function rememberHolds(
  before: RememberedHolds | undefined,
  now: TagHold | undefined,
  { complete }: Sighting,
): RememberedHolds {
  const dated = now?.until === undefined ? undefined : now;
  const endless = now && now.until === undefined ? now : undefined;
  return {
    hold: longerHold(before?.hold, dated),
    endlessHold: complete ? endless : (endless ?? before?.endlessHold),
  };
}

/** The one that ends later; undefined where nothing is remembered. */
export const holdOf = (known: RememberedHolds | undefined): TagHold | undefined =>
  longerHold(known?.hold, known?.endlessHold);

/** Sorted; `left` itself, in whatever order, where nothing comes to it: then there is nothing to store either. */
function union<T>(left: readonly T[], right: readonly T[]): readonly T[] {
  const byText = new Map(left.map((item) => [JSON.stringify(item), item]));
  const before = byText.size;
  for (const item of right) byText.set(JSON.stringify(item), item);
  if (before > 0 && byText.size === before) return left;
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

export const storeOf = (known: KnownArtifactManifest): ArmId => parentOf(known.id) ?? "";

/** Lower-case, as it stands in a repository path. */
export const pathPrefixOf = (known: KnownArtifactManifest): string => nameOf(known.id);
