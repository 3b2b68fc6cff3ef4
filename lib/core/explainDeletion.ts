import { MINUTE_MS } from "./duration.ts";
import type { SnapshotView } from "./explainChain.ts";
import type { Hold } from "./hold.ts";
import type { Mark } from "./marks.ts";
import type { RegistryManifest } from "./registryManifest.ts";

/** A delete of the registry manifest, as far as it is known. */
export interface DeletionFact {
  readonly intentAt: string;
  readonly runId: string;
  readonly outcome: "deleted" | "goneAfterIntent" | "alreadyGone" | "kept" | undefined;
  readonly outcomeAt: string | undefined;
}

/** What a delete is judged by. */
export interface DeletionFacts {
  readonly snapshot: SnapshotView;
  /** What the snapshot does not list of the repository was not there: its registry and itself are proven complete, the graph need not be. */
  readonly listedWhole: boolean;
  readonly manifest: RegistryManifest | undefined;
  readonly mark: Mark | undefined;
  /** The newest one. */
  readonly deletion: DeletionFact | undefined;
  /** The hold on the digest itself, in force or not. */
  readonly digestHold: Hold | undefined;
}

/** What a delete on record says of what is there now. Only `gone` says that it is not there. */
export type DeletionStanding =
  /** Deleted, or found gone, and nothing tells that it came back. */
  | { readonly is: "gone"; readonly deletion: DeletionFact }
  /** Nobody knows what came of it. */
  | { readonly is: "open"; readonly deletion: DeletionFact }
  /** Gone then; what happened in its repository since was not seen whole. */
  | { readonly is: "perhapsPushed"; readonly deletion: DeletionFact }
  /** Gone then; its digest was held since, as every restore does before it puts anything. */
  | { readonly is: "perhapsRestored"; readonly deletion: DeletionFact; readonly hold: Hold }
  | { readonly is: "kept"; readonly deletion: DeletionFact }
  /** A look after the delete showed it. */
  | { readonly is: "seenSince"; readonly deletion: DeletionFact };

/** Undefined where no delete of it is on record. */
export function judgeDeletion(facts: DeletionFacts): DeletionStanding | undefined {
  const { deletion, digestHold } = facts;
  if (!deletion) return undefined;
  if (deletion.outcome === "kept") return { is: "kept", deletion };
  if (isSeenSince(facts, deletion)) return { is: "seenSince", deletion };
  if (deletion.outcome === undefined) return { is: "open", deletion };
  if (digestHold && mayHaveRestored(facts, digestHold, deletion))
    return { is: "perhapsRestored", deletion, hold: digestHold };
  const isOlder = isTakenAfter(facts.snapshot.at, knownAt(deletion));
  return isOlder && !facts.listedWhole ? { is: "perhapsPushed", deletion } : { is: "gone", deletion };
}

function isSeenSince({ manifest, mark, snapshot }: DeletionFacts, deletion: DeletionFact): boolean {
  const since = knownAt(deletion);
  if (mark && isTakenAfter(mark.lastConfirmedAt, since)) return true;
  if (!manifest) return false;
  return isTakenAfter(snapshot.at, since) || Date.parse(manifest.createdAt ?? "") > Date.parse(since);
}

/** A hold of a person looks the same as that of a restore; either way somebody wants it to be there. */
function mayHaveRestored({ snapshot, listedWhole }: DeletionFacts, hold: Hold, deletion: DeletionFact): boolean {
  if (Date.parse(hold.at) < Date.parse(knownAt(deletion))) return false;
  return !(listedWhole && isTakenAfter(snapshot.at, hold.at));
}

const knownAt = ({ intentAt, outcomeAt }: DeletionFact): string => outcomeAt ?? intentAt;

/** The instant of a snapshot is rounded up to the minute: it may have begun that much sooner. */
const isTakenAfter = (readAt: string, at: string): boolean => Date.parse(readAt) - MINUTE_MS > Date.parse(at);

const UNDECIDED = "No rule keeps it, and no mark lets it go: it stays until a complete snapshot tells more.";

/** Sentences for what is deleted, or of which nobody can tell where it stands. */
export function describeDeletion(facts: DeletionFacts): string {
  const standing = judgeDeletion(facts);
  if (!standing) return UNDECIDED;
  const told = describeOutcome(standing.deletion);
  switch (standing.is) {
    case "gone":
      return told;
    case "open":
      return `${told} What came of it is not known yet.`;
    case "perhapsPushed":
      return `${told} Whether it was pushed again since is not known: the snapshot does not prove what is in its repository.`;
    case "perhapsRestored":
      return `${told} ${describeRestore(standing.hold)}`;
    case "kept":
      return `${told} ${facts.manifest ? UNDECIDED : describeAbsence(facts, standing.deletion)}`;
    case "seenSince":
      return `${told} It was listed since: it may have been pushed again, or put back. ${UNDECIDED}`;
    default:
      return standing satisfies never;
  }
}

function describeOutcome({ outcome, runId, intentAt }: DeletionFact): string {
  switch (outcome) {
    case "deleted":
      return `It was deleted by run ${runId} at ${intentAt}.`;
    case "goneAfterIntent":
      return `Run ${runId} asked for its deletion at ${intentAt}; no clear answer is on record, and a later look found it gone.`;
    case "alreadyGone":
      return `It was gone already when run ${runId} set out to delete it at ${intentAt}.`;
    case "kept":
      return `Run ${runId} set out to delete it at ${intentAt}, and it was not deleted.`;
    case undefined:
      return `Run ${runId} asked for its deletion at ${intentAt}; no outcome is on record.`;
    default:
      return outcome satisfies never;
  }
}

const describeRestore = ({ owner, reason, at }: Hold): string =>
  `Since then, at ${at}, ${owner} held its digest (${reason}), as a restore does: whether it is there again is not known until a later snapshot tells.`;

/** Of what was not deleted, and is not listed. */
const describeAbsence = ({ snapshot, listedWhole }: DeletionFacts, deletion: DeletionFact): string =>
  listedWhole && isTakenAfter(snapshot.at, knownAt(deletion))
    ? "It is not there any more: what took it away later is not known."
    : "Whether it is still there is not known: no snapshot since proves what is in its repository.";
