import type { RestoreRefusal, RestoreView } from "./planRestore.ts";
import { needsOf } from "./restoreReach.ts";

/** Why what is there after all steps is not known to be whole. */
export type RestoreGap = { readonly digest: string } &
  /** It is there, and nobody can tell what it needs. */
  (
    | { readonly why: "notRead" | "notUnderstood" }
    /** It is not there, and not part of what is put. */
    | { readonly why: "missing"; readonly neededBy: string }
  );

interface Outlook {
  /** What is there once all steps are done. */
  readonly there: readonly string[];
  readonly refused: readonly RestoreRefusal[];
}

/** What is not there in the end is told once, here or as refused; what it needs itself comes with it when it is asked for. */
export function listGaps(view: RestoreView, { there, refused }: Outlook): readonly RestoreGap[] {
  const [own, without] = [new Set(there), new Set(refused.map(({ digest }) => digest))];
  const neededBy = new Map<string, string>();
  const needed = new Set([...own].sort());
  for (const digest of needed) {
    if (!view.present.has(digest) && !own.has(digest)) continue;
    for (const need of needsOf(view.edges, digest)) {
      if (!needed.has(need)) neededBy.set(need, digest);
      needed.add(need);
    }
  }
  return [...needed].sort().flatMap((digest) => {
    if (view.present.has(digest)) return findUnknown(view, digest) ?? [];
    return own.has(digest) || without.has(digest)
      ? []
      : { digest, why: "missing", neededBy: neededBy.get(digest) ?? "" };
  });
}

function findUnknown({ edges }: RestoreView, digest: string): RestoreGap | undefined {
  const of = edges.get(digest);
  if (!of) return { digest, why: "notRead" };
  return of.understood ? undefined : { digest, why: "notUnderstood" };
}
