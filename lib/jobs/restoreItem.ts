import type { RestoreRefusal } from "../core/planRestore.ts";

/** What became of one registry manifest, or of one tag. */
export interface RestoreItem {
  readonly digest: string;
  readonly tag?: string;
  /** `failed`: it may have happened all the same; to ask again is safe. `notTried`: nothing was asked of the registry. */
  readonly outcome: "restored" | "tagged" | "there" | "refused" | "failed" | "notTried";
  readonly because?: "asked" | "child" | "referrer";
  readonly why?: string;
  /** Layers, or children, that are not there. */
  readonly missing?: readonly string[];
}

export const isDone = ({ outcome }: RestoreItem): boolean =>
  outcome === "restored" || outcome === "tagged" || outcome === "there";

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
