import type { RestoreRefusal } from "../core/planRestore.ts";
import type { RestoreGap } from "../core/restoreGaps.ts";

/** What became of one registry manifest, or of one tag. */
export interface RestoreItem {
  readonly digest: string;
  readonly tag?: string;
  /**
   * `failed`: it may have happened all the same; to ask again is safe. `notTried`: nothing was asked of the registry. `unknown`: it
   * is there, and whether what it needs is there, too, is not known.
   */
  readonly outcome: "restored" | "tagged" | "there" | "refused" | "failed" | "notTried" | "unknown";
  readonly because?: "asked" | "child" | "referrer";
  readonly why?: string;
  /** Layers, or children, that are not there. */
  readonly missing?: readonly string[];
}

/** There, with all that is known of it. */
export const isDone = ({ outcome }: RestoreItem): boolean =>
  outcome === "restored" || outcome === "tagged" || outcome === "there";

/** There, be it whole or not. */
export const isThere = (item: RestoreItem): boolean => isDone(item) || item.outcome === "unknown";

/** Why a registry manifest is not put, in words. */
export function toRefusedItem(refusal: RestoreRefusal): RestoreItem {
  const { digest } = refusal;
  switch (refusal.why) {
    case "notKept":
      return {
        digest,
        outcome: "refused",
        why: "the journal does not keep its bytes, or not those that the digest names",
      };
    case "notUnderstood":
      return { digest, outcome: "refused", why: "its type is not understood, so nobody can tell what it needs" };
    case "layersGone":
      return { digest, outcome: "refused", why: "the registry no longer has these layers", missing: refusal.missing };
    case "childrenMissing":
      return { digest, outcome: "refused", why: "these of its children cannot be restored", missing: refusal.missing };
    case "tagTaken":
      return {
        digest,
        tag: refusal.tag,
        outcome: "refused",
        why: "the tag stands on something else, and is not moved",
      };
    default:
      return refusal satisfies never;
  }
}

/** What is not known to be whole, in words. `unread`: why bytes could not be read. */
export function toGapItem(gap: RestoreGap, unread: ReadonlyMap<string, string>): RestoreItem {
  const { digest } = gap;
  switch (gap.why) {
    case "notRead":
      return {
        digest,
        outcome: "unknown",
        why: `it is there, but what it needs is not known: ${unread.get(digest) ?? "its bytes were not read"}`,
      };
    case "notUnderstood":
      return {
        digest,
        outcome: "unknown",
        why: "it is there, but its type is not understood, so nobody can tell what it needs",
      };
    case "missing":
      return {
        digest,
        outcome: "notTried",
        why: `it is not there, and ${gap.neededBy} needs it: ask for it to be restored`,
      };
    default:
      return gap satisfies never;
  }
}
