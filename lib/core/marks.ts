import type { ArmId } from "./armId.ts";
import { HOUR_MS, toIso } from "./duration.ts";
import type { KeepCode, KeepReason } from "./keepReasons.ts";
import { isSeen } from "./keepReasons.ts";
import type { Verdict } from "./verdicts.ts";

/** Two sightings closer together than this are one: a mark needs two nights. */
export const SIGHTING_DISTANCE_MS = 20 * HOUR_MS;

/** A gap between two complete snapshots that is longer than this does not count towards grace: nobody was looking. */
export const MAX_GAP_MS = 36 * HOUR_MS;

/** Durable record that a registry manifest is on its way out. All instants are ISO 8601, UTC. */
export interface Mark {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
  readonly class: "decommissioned" | "superseded";
  readonly storeId: ArmId;
  readonly artifactManifestId: ArmId;
  /** Push time of the digest and creation time of the store: if either changes, it is another thing and the clock restarts. */
  readonly pushedAt: string;
  readonly storeCreatedAt: string | undefined;
  readonly size: number;
  readonly firstSightedAt: string;
  readonly firstSnapshotId: string;
  /** The newest complete snapshot in which it was still markable. */
  readonly lastConfirmedAt: string;
  readonly lastSnapshotId: string;
  /** Set by the second sighting, from when it is *marked*; until then it is only *sighted*. */
  readonly clockStartedAt: string | undefined;
  readonly deadline: string | undefined;
}

/** What one processed snapshot says of one untagged registry manifest. */
export interface Observation {
  readonly at: string;
  readonly snapshotId: string;
  /** Graph and inventory of this repository are complete: absence may be believed. */
  readonly complete: boolean;
  readonly verdict: Verdict;
  readonly registryId: ArmId;
  readonly repository: string;
  readonly pushedAt: string | undefined;
  readonly storeCreatedAt: string | undefined;
  readonly size: number;
  readonly graceMs: number;
  /** When the finding that tells people was first stored. */
  readonly foundAt: string;
}

export type MarkChange =
  | { readonly do: "nothing" }
  | { readonly do: "put"; readonly as: "sighted" | "marked" | "confirmed" | "restarted"; readonly mark: Mark }
  | { readonly do: "clear"; readonly why: readonly KeepReason[] };

/**
 * What becomes of a mark. An incomplete snapshot may clear it on something that was seen; it never creates, confirms or ages one.
 * Processing the same snapshot twice changes nothing.
 */
export function decideMark(before: Mark | undefined, observation: Observation): MarkChange {
  const { verdict, complete } = observation;
  const markable = verdict.keep.length === 0 && (verdict.class === "decommissioned" || verdict.class === "superseded");
  if (!markable) return decideUnmark(before, observation);
  // The artifact manifest is back, so the digest is only superseded now: whatever else is unknown, this was seen.
  if (!complete && before?.class === "decommissioned" && verdict.class === "superseded")
    return { do: "clear", why: [{ code: "artifactManifestPresent", by: before.artifactManifestId }] };
  const fresh = complete ? toSighted(observation) : undefined;
  if (!fresh || before?.lastSnapshotId === observation.snapshotId) return { do: "nothing" };
  if (!before) return { do: "put", as: "sighted", mark: fresh };
  if (Date.parse(observation.at) < Date.parse(before.lastConfirmedAt)) return { do: "nothing" };
  if (!isSameThing(before, fresh)) return { do: "put", as: "restarted", mark: fresh };
  return before.clockStartedAt === undefined ? confirmSighted(before, observation) : confirmMarked(before, observation);
}

function decideUnmark(before: Mark | undefined, { verdict, complete }: Observation): MarkChange {
  if (!before) return { do: "nothing" };
  return complete || verdict.keep.some((reason) => contradicts(reason, before, verdict))
    ? { do: "clear", why: verdict.keep }
    : { do: "nothing" };
}

/**
 * A reason that was seen ends a mark also where the snapshot is incomplete. If the artifact manifest of a superseded digest is
 * merely missing from such a snapshot, what follows from its absence is not believed either.
 */
function contradicts(reason: KeepReason, before: Mark, verdict: Verdict): boolean {
  if (!isSeen(reason)) return false;
  return !(before.class === "superseded" && verdict.class === "decommissioned") || OF_THE_DIGEST.has(reason.code);
}

/** Reasons that rest on the registry manifest itself, whatever became of its artifact manifest. */
const OF_THE_DIGEST: ReadonlySet<KeepCode> = new Set([
  "locked",
  "child",
  "referrer",
  "subject",
  "digestPinned",
  "notUnderstood",
]);

function toSighted(observation: Observation): Mark | undefined {
  const { verdict, pushedAt, at, snapshotId } = observation;
  const attributed = verdict.storeId !== undefined && verdict.artifactManifestId !== undefined;
  if (!attributed || pushedAt === undefined || verdict.class === undefined || verdict.class === "unattributed")
    return undefined;
  return {
    registryId: observation.registryId,
    repository: observation.repository,
    digest: verdict.digest,
    class: verdict.class,
    storeId: verdict.storeId,
    artifactManifestId: verdict.artifactManifestId,
    pushedAt,
    storeCreatedAt: observation.storeCreatedAt,
    size: observation.size,
    firstSightedAt: at,
    firstSnapshotId: snapshotId,
    lastConfirmedAt: at,
    lastSnapshotId: snapshotId,
    clockStartedAt: undefined,
    deadline: undefined,
  };
}

/** A superseded digest whose artifact manifest went is decommissioned by another event: it gets a clock of its own. */
function isSameThing(before: Mark, now: Mark): boolean {
  return (
    before.pushedAt === now.pushedAt &&
    before.storeCreatedAt === now.storeCreatedAt &&
    before.class === now.class &&
    before.storeId === now.storeId &&
    before.artifactManifestId === now.artifactManifestId
  );
}

function confirmSighted(before: Mark, observation: Observation): MarkChange {
  const confirmed = { ...before, lastConfirmedAt: observation.at, lastSnapshotId: observation.snapshotId };
  const at = Date.parse(observation.at);
  if (at - Date.parse(before.firstSightedAt) < SIGHTING_DISTANCE_MS)
    return { do: "put", as: "confirmed", mark: confirmed };
  const clock = Math.max(at, Date.parse(observation.foundAt));
  const mark = { ...confirmed, clockStartedAt: toIso(clock), deadline: toIso(clock + observation.graceMs) };
  return { do: "put", as: "marked", mark };
}

/** A gap moves the deadline later; a longer grace too. Nothing moves it earlier. */
function confirmMarked(before: Mark, observation: Observation): MarkChange {
  const gap = Date.parse(observation.at) - Date.parse(before.lastConfirmedAt);
  const lost = gap > MAX_GAP_MS ? gap : 0;
  const clock = Date.parse(before.clockStartedAt ?? "") + lost;
  const deadline = Math.max(Date.parse(before.deadline ?? "") + lost, clock + observation.graceMs);
  const mark = {
    ...before,
    lastConfirmedAt: observation.at,
    lastSnapshotId: observation.snapshotId,
    clockStartedAt: toIso(clock),
    deadline: toIso(deadline),
  };
  return { do: "put", as: "confirmed", mark };
}
