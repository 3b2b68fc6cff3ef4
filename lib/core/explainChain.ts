import type { ArmId } from "./armId.ts";
import type { Vanishing } from "./explainHistory.ts";
import { findDisappearance, findRemoval } from "./explainHistory.ts";
import type { ResourceHistory } from "./history.ts";

/** One link of a chain from a consumer to a digest. */
export interface ChainLink extends Partial<Pick<Vanishing, "vanishedAt" | "vanishedIn">> {
  readonly from: string;
  readonly to: string;
  /** How `from` means `to`: "desired state", "references", "lists nginx 1.0", "tags 1.0". */
  readonly as: string;
  /** Undefined where no snapshot that is remembered showed it. */
  readonly lastSeenAt: string | undefined;
  readonly snapshotId: string | undefined;
}

/** A link before it is known when it was last seen. */
export interface ChainEdge extends Pick<ChainLink, "from" | "to" | "as"> {
  /** The newest snapshot shows it. */
  readonly holds: boolean;
  /** What the change history of `from` calls the link. */
  readonly needle: string;
  /** What memory says where the history says nothing. */
  readonly rememberedAt: string | undefined;
}

export interface SnapshotView {
  readonly id: string;
  /** When it was read, ISO 8601. */
  readonly at: string;
  /** Absence may be believed. */
  readonly complete: boolean;
}

/** The links with their dates, in the order of the edges. */
export const toChain = (
  edges: readonly ChainEdge[],
  snapshot: SnapshotView,
  histories: ReadonlyMap<ArmId, ResourceHistory>,
): readonly ChainLink[] => edges.map((edge) => toLink(edge, snapshot, histories.get(edge.from)));

function toLink(edge: ChainEdge, { id, at }: SnapshotView, history: ResourceHistory | undefined): ChainLink {
  const { from, to, as } = edge;
  if (edge.holds) return { from, to, as, lastSeenAt: at, snapshotId: id };
  const vanishing = findRemoval(history, edge.needle) ?? findDisappearance(history);
  const gone = { from, to, as, lastSeenAt: edge.rememberedAt, snapshotId: undefined };
  return vanishing ? { ...gone, ...vanishing } : gone;
}

/** The links that lead to `node` and on from it, in their order; none where no link knows it. */
export function linksThrough(chain: readonly ChainLink[], node: string): readonly ChainLink[] {
  const [below, above] = [reach(chain, node, "from"), reach(chain, node, "to")];
  return chain.filter((link) => below.has(link) || above.has(link));
}

function reach(chain: readonly ChainLink[], node: string, end: "from" | "to"): ReadonlySet<ChainLink> {
  const far = end === "from" ? "to" : "from";
  const found = new Set<ChainLink>();
  const open = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const link of chain) {
      if (link[end] !== at || found.has(link)) continue;
      found.add(link);
      open.push(link[far]);
    }
  }
  return found;
}

export function describeChainLink({ from, to, as, lastSeenAt, snapshotId, vanishedAt, vanishedIn }: ChainLink): string {
  const seen = `last seen ${lastSeenAt ?? "not known"}${snapshotId === undefined ? "" : ` in snapshot ${snapshotId}`}`;
  const gone = vanishedAt === undefined ? "" : `, gone since ${vanishedAt} (snapshot ${vanishedIn ?? "unknown"})`;
  return `${from} -> ${to}: ${as} (${seen}${gone})`;
}
