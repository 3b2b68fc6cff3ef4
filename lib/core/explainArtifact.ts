import type { ArmId } from "./armId.ts";
import { nameOf } from "./armId.ts";
import type { ChainEdge, ChainLink } from "./explainChain.ts";
import { describeChainLink, linksThrough, toChain } from "./explainChain.ts";
import type { DeletionFacts } from "./explainDeletion.ts";
import { describeDeletion } from "./explainDeletion.ts";
import type { ArtifactDecision, PlanFact, WaitingFact } from "./explainState.ts";
import { decideState, describePlan, describeWaiting } from "./explainState.ts";
import { listSavers } from "./explainSavers.ts";
import type { ResourceHistory } from "./history.ts";
import type { HoldOn } from "./holdsOn.ts";
import { describeHold } from "./holdsOn.ts";
import type { KeepCode, KeepReason } from "./keepReasons.ts";
import { KEEP_REASONS } from "./keepReasons.ts";
import type { CandidateClass } from "./verdicts.ts";

/** All that is known of one registry manifest; `manifest` as the snapshot lists it. */
export interface ArtifactFacts extends DeletionFacts {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
  readonly class: CandidateClass | undefined;
  readonly keep: readonly KeepReason[];
  readonly edges: readonly ChainEdge[];
  readonly histories: ReadonlyMap<ArmId, ResourceHistory>;
  /** Those in force, the one that ends last first. */
  readonly holds: readonly HoldOn[];
  readonly waiting: WaitingFact | undefined;
  /** Undefined where no plan is known that looked at the whole registry. */
  readonly plan: PlanFact | undefined;
  /** Its store may be purged now; in report mode nothing is. */
  readonly isEnforced: boolean;
}

export interface ExplainedReason {
  readonly code: KeepCode;
  readonly text: string;
  readonly by: string | undefined;
  /** From whoever needs it, through `by`, to the digest; empty where the reason rests on no link. */
  readonly chain: readonly ChainLink[];
}

export interface ArtifactExplanation extends Pick<
  ArtifactFacts,
  "registryId" | "repository" | "digest" | "snapshot" | "class" | "mark" | "holds" | "deletion"
> {
  readonly decision: ArtifactDecision;
  readonly tags: readonly string[];
  readonly keep: readonly ExplainedReason[];
  readonly chain: readonly ChainLink[];
  readonly deadline: string | undefined;
  readonly waiting: (WaitingFact & { readonly text: string }) | undefined;
  /** Of what is marked: the newest plan of its registry. */
  readonly plan: PlanFact | undefined;
  readonly savedBy: readonly string[];
  readonly text: string;
}

/** Where a registry manifest stands and why, as data and as text. */
export function explainArtifact(facts: ArtifactFacts): ArtifactExplanation {
  const { registryId, repository, digest, snapshot, mark, holds, deletion } = facts;
  const chain = toChain(facts.edges, snapshot, facts.histories);
  const decision = decideState(facts);
  const explanation = {
    registryId,
    repository,
    digest,
    snapshot,
    mark,
    holds,
    deletion,
    decision,
    chain,
    class: mark?.class ?? facts.class,
    tags: facts.manifest?.tags.map(({ name }) => name).sort() ?? [],
    keep: facts.keep.map((reason) => explainReason(reason, chain, facts)),
    deadline: mark?.deadline,
    waiting: mark && facts.waiting && { ...facts.waiting, text: describeWaiting(facts.waiting) },
    plan: mark && facts.plan,
    savedBy: listSavers(facts, decision),
  };
  return { ...explanation, text: toText(explanation, facts) };
}

/** What holds by the digest itself leads from its repository; the rest through what the reason rests on. */
function explainReason(reason: KeepReason, chain: readonly ChainLink[], { digest }: ArtifactFacts): ExplainedReason {
  const { code, by } = reason;
  const own = chain.filter(({ to }) => to === digest);
  const through = by === undefined ? [] : linksThrough(chain, by.split(" ")[0] ?? "");
  return { code, text: KEEP_REASONS[code].text, by, chain: code === "tagged" ? own : through };
}

type Untold = Omit<ArtifactExplanation, "text">;

function toText(explanation: Untold, facts: ArtifactFacts): string {
  const { snapshot, tags, keep, holds, chain, savedBy } = explanation;
  const proof = snapshot.complete ? "complete" : "not proven complete: what it does not show may be there";
  const lines = [
    `${nameOf(facts.registryId)}: ${facts.repository}@${facts.digest}`,
    `Decision: ${explanation.decision}. ${describeDecision(explanation, facts)}`,
    `Snapshot ${snapshot.id} of ${snapshot.at} is ${proof}.`,
    facts.manifest ? `Tags: ${tags.length === 0 ? "none" : tags.join(", ")}.` : "That snapshot does not list it.",
    ...(explanation.class === undefined ? [] : [`Class: ${explanation.class}.`]),
    ...listMarkLines(explanation),
    ...listBlock("What keeps it", keep.map(describeKeep)),
    ...listBlock("What holds it", holds.map(describeHold)),
    ...listBlock("Chain", chain.map(describeChainLink)),
    ...listBlock("What would save it", savedBy),
  ];
  return `${lines.join("\n")}\n`;
}

function describeDecision({ decision, keep }: Untold, facts: ArtifactFacts): string {
  const { isEnforced, mark } = facts;
  const report = isEnforced ? "" : " Its artifact store is in report mode or not enrolled: nothing in it is deleted.";
  switch (decision) {
    case "kept":
      return `It stays, for ${keep.length === 1 ? "one reason" : `${keep.length} reasons`}.`;
    case "sighted":
      return `One snapshot found nothing that needs it; no clock runs yet.${report}`;
    case "marked":
      return `It is on its way out: not before ${mark?.deadline ?? "a deadline is set"}.${report}`;
    case "due":
      return `Its grace window is over, and no rule speaks against its deletion: a purge that is allowed to looks once more.${report}`;
    case "deleted":
    case "unknown":
      return describeDeletion(facts);
    default:
      return decision satisfies never;
  }
}

function listMarkLines({ mark, waiting, plan }: Untold): readonly string[] {
  if (!mark) return [];
  const clock = mark.clockStartedAt === undefined ? "no clock yet" : `clock since ${mark.clockStartedAt}`;
  const line = `Mark: first sighted ${mark.firstSightedAt}, last confirmed ${mark.lastConfirmedAt}, ${clock}, deadline ${mark.deadline ?? "not set"}.`;
  return [line, ...(waiting ? [`It waits: ${waiting.text}.`] : []), ...(plan ? [describePlan(plan)] : [])];
}

const describeKeep = ({ code, text, by }: ExplainedReason): string =>
  `${code}: ${text}${by === undefined ? "" : ` (${by})`}`;

const listBlock = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
