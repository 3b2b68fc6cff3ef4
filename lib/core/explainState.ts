import type { KeepReason } from "./keepReasons.ts";
import type { Mark } from "./marks.ts";
import type { WaitingReason } from "./planPurge.ts";
import type { RegistryManifest } from "./registryManifest.ts";
import { isUntagged } from "./registryManifest.ts";
import type { SnapshotView } from "./explainChain.ts";

/** `unknown`: nothing holds it and nothing lets it go, or a delete without an answer: it is kept until more is known. */
export type ArtifactDecision = "kept" | "sighted" | "marked" | "due" | "deleted" | "unknown";

export interface WaitingFact {
  readonly why: WaitingReason;
  readonly until: string | undefined;
}

/** A delete of the registry manifest, as far as it is known. */
export interface DeletionFact {
  readonly intentAt: string;
  readonly runId: string;
  readonly outcome: "deleted" | "goneAfterIntent" | "alreadyGone" | "kept" | undefined;
}

/** What the newest plan of a whole registry made of it. */
export interface PlanFact {
  readonly planId: string;
  readonly at: string;
  readonly state: keyof typeof PLAN_TEXTS;
  /** In words, why it is in that state. */
  readonly notes: readonly string[];
}

const PLAN_TEXTS = {
  planned: "it is being carried out, or was not to the end",
  reportOnly: "it deletes nothing, because an artifact store of the registry is in report mode, or the run was",
  breakerTripped: "it deletes nothing, because the breaker tripped",
  frozen: "it deletes nothing, because everything was paused, or in a freeze window, when it was made",
  refused: "it deletes nothing, because of the registry's own policies or replicas",
  done: "it is carried out",
  stopped: "it stopped",
} as const;

const MAX_NOTES = 3;

/** One line; a state that stands against deleting comes with the first of what the plan notes. */
export function describePlan({ planId, at, state, notes }: PlanFact): string {
  const why = notes.slice(0, MAX_NOTES).map((note) => `; ${note}`);
  return `The newest plan of its registry, ${planId} of ${at}, is ${state}: ${PLAN_TEXTS[state]}${why.join("")}.`;
}

export interface StateFacts {
  readonly snapshot: SnapshotView;
  readonly manifest: RegistryManifest | undefined;
  readonly keep: readonly KeepReason[];
  readonly mark: Mark | undefined;
  /** Undefined where the mark is due. */
  readonly waiting: WaitingFact | undefined;
  /** The newest one. */
  readonly deletion: DeletionFact | undefined;
}

/** Where a registry manifest stands. `due` says that no rule speaks against its deletion; the last look at its registry may. */
export function decideState(facts: StateFacts): ArtifactDecision {
  const { manifest, keep, mark, waiting } = facts;
  const deletion = findLaterDeletion(facts);
  if (deletion && deletion.outcome !== "kept") return deletion.outcome === undefined ? "unknown" : "deleted";
  if (manifest && !isUntagged(manifest)) return "kept";
  if (mark) {
    if (mark.deadline === undefined) return "sighted";
    return manifest && !waiting && keep.length === 0 ? "due" : "marked";
  }
  return keep.length > 0 ? "kept" : "unknown";
}

/** What was listed after it was deleted has been pushed again. */
const findLaterDeletion = ({ deletion, manifest, snapshot }: StateFacts): DeletionFact | undefined =>
  deletion && (manifest === undefined || deletion.intentAt >= snapshot.at) ? deletion : undefined;

const WAITING_TEXTS: Readonly<Record<WaitingReason, string>> = {
  sightedOnce: "it was sighted by one snapshot; a second one, at least 20 hours later, must confirm it",
  inGrace: "its grace window is not over",
  inGraceOfEnforce: "the grace window that began with the first night of enforce in its artifact store is not over",
  pushedRecently: "it was pushed less than 24 hours ago",
  notConfirmedRecently: "no complete snapshot confirmed it lately",
  supersededNotOptedIn: "it is superseded, and its artifact store did not opt in to purging those",
  storeNotEnrolled: "its artifact store is not enrolled",
  protected: "something that stays needs it",
  held: "a person holds it",
  keptAsLastVersion:
    "it is, or may be, one of the newest decommissioned versions of its artifact name, of which its artifact store keeps some (keepLastVersions)",
  notListed: "the newest snapshot does not list it as untagged",
};

export const describeWaiting = ({ why, until }: WaitingFact): string =>
  `${WAITING_TEXTS[why]}${until === undefined ? "" : ` (until ${until})`}`;
