import type { DeletionFacts } from "./explainDeletion.ts";
import { judgeDeletion } from "./explainDeletion.ts";
import type { KeepReason } from "./keepReasons.ts";
import type { WaitingReason } from "./planPurge.ts";
import { isUntagged } from "./registryManifest.ts";

/** `unknown`: nothing holds it and nothing lets it go, or nobody can tell what a delete has left: it is kept until more is known. */
export type ArtifactDecision = "kept" | "sighted" | "marked" | "due" | "deleted" | "unknown";

export interface WaitingFact {
  readonly why: WaitingReason;
  readonly until: string | undefined;
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

export interface StateFacts extends DeletionFacts {
  readonly keep: readonly KeepReason[];
  /** Undefined where the mark is due. */
  readonly waiting: WaitingFact | undefined;
}

/** Where a registry manifest stands. `due` says that no rule speaks against its deletion; the last look at its registry may. */
export function decideState(facts: StateFacts): ArtifactDecision {
  return decideByDeletion(facts) ?? decideByRules(facts);
}

/** Undefined where no delete stands against what the rules say. */
function decideByDeletion(facts: StateFacts): "deleted" | "unknown" | undefined {
  const standing = judgeDeletion(facts);
  switch (standing?.is) {
    case "gone":
      return "deleted";
    case "open":
    case "perhapsPushed":
    case "perhapsRestored":
      return "unknown";
    case "kept":
    case "seenSince":
    case undefined:
      return undefined;
    default:
      return standing satisfies never;
  }
}

function decideByRules({ manifest, keep, mark, waiting }: StateFacts): ArtifactDecision {
  if (manifest && !isUntagged(manifest)) return "kept";
  if (mark) {
    if (mark.deadline === undefined) return "sighted";
    return manifest && !waiting && keep.length === 0 ? "due" : "marked";
  }
  return keep.length > 0 ? "kept" : "unknown";
}

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
