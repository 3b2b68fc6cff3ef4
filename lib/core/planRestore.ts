import type { Edges } from "./registryManifest.ts";
import type { RestoreGap } from "./restoreGaps.ts";
import { listGaps } from "./restoreGaps.ts";
import { childrenOf, groupBySubject, listReach } from "./restoreReach.ts";

/** What one repository holds now, and what the journal kept, as far as the restore reaches. */
export interface RestoreView {
  /** The registry manifests that are asked for. */
  readonly goals: readonly string[];
  /** Tags to put on each goal; those that it has already are no change. */
  readonly tags: readonly RestoreTag[];
  /** What the repository holds now, as far as it was looked at. */
  readonly present: ReadonlySet<string>;
  /** Where each of the tags stands now; one that is not in here is free. */
  readonly tagged: ReadonlyMap<string, string>;
  /** Edges of verified bytes, by digest: those that the journal kept, or that the registry still holds. */
  readonly edges: ReadonlyMap<string, Edges>;
  /** Configs and layers that the registry still has for this repository; any other counts as gone. */
  readonly blobs: ReadonlySet<string>;
}

export interface RestoreTag {
  readonly digest: string;
  readonly tag: string;
}

export type RestoreStep =
  | { readonly do: "put"; readonly digest: string; readonly because: "asked" | "child" | "referrer" }
  | { readonly do: "tag"; readonly digest: string; readonly tag: string };

/** Why a registry manifest is not put. */
export type RestoreRefusal = { readonly digest: string } & (
  | { readonly why: "notKept" | "notUnderstood" }
  | { readonly why: "layersGone" | "childrenMissing"; readonly missing: readonly string[] }
  /** A tag is never moved: it stands on something else. */
  | { readonly why: "tagTaken"; readonly tag: string }
);

export interface RestorePlan {
  readonly steps: readonly RestoreStep[];
  /** Sorted by digest; a goal that is refused keeps all that only it needs from being put. */
  readonly refused: readonly RestoreRefusal[];
  /** Of what the goals and all that is put need: their children and subjects, at any depth. Sorted by digest. */
  readonly gaps: readonly RestoreGap[];
}

/**
 * Children before parents, then the tags, then the referrers, whatever the order of what is given. Nothing is put whose layers or
 * children are not there, and nothing at all for a goal that cannot be restored. What is there already is not put.
 */
export function planRestore(view: RestoreView): RestorePlan {
  const refusals = new Refusals(view);
  const goals = new Set([...view.goals].sort());
  const possible = [...goals].filter((goal) => refusals.ofGoal(goal) === undefined);
  const own = orderPuts(view, possible, refusals);
  const referrers = orderReferrers(view, possible, refusals).filter((digest) => !own.includes(digest));
  const refused = listReach(view).flatMap((digest) => refusals.ofGoal(digest) ?? []);
  return {
    steps: [
      ...own.map((digest) => ({ do: "put", digest, because: goals.has(digest) ? "asked" : "child" }) as const),
      ...listTags(view, new Set(possible)).map((tag) => ({ do: "tag", ...tag }) as const),
      ...referrers.map((digest) => ({ do: "put", digest, because: "referrer" }) as const),
    ],
    refused,
    gaps: listGaps(view, { there: [...possible, ...own, ...referrers], refused }),
  };
}

/** Children first; each once. What is there already, or is refused, is left out. */
function orderPuts(view: RestoreView, roots: readonly string[], refusals: Refusals): readonly string[] {
  const ordered = new Set<string>();
  const visited = new Set<string>();
  const place = (digest: string): void => {
    if (visited.has(digest) || refusals.of(digest) !== undefined) return;
    visited.add(digest);
    for (const child of childrenOf(view.edges, digest)) place(child);
    if (!view.present.has(digest)) ordered.add(digest);
  };
  for (const root of roots) place(root);
  return [...ordered];
}

/** A subject before what refers to it; a referrer that cannot be put takes those that refer to it along. */
function orderReferrers(view: RestoreView, roots: readonly string[], refusals: Refusals): readonly string[] {
  const bySubject = groupBySubject(view.edges);
  const ordered = new Set<string>();
  const reached = new Set(roots);
  for (const digest of reached) {
    if (refusals.of(digest) !== undefined) continue;
    for (const child of childrenOf(view.edges, digest)) reached.add(child);
    for (const referrer of bySubject.get(digest) ?? []) {
      for (const put of orderPuts(view, [referrer], refusals)) ordered.add(put);
      reached.add(referrer);
    }
  }
  return [...ordered];
}

function listTags({ tags, tagged }: RestoreView, goals: ReadonlySet<string>): readonly RestoreTag[] {
  return tags
    .filter(({ digest, tag }) => goals.has(digest) && tagged.get(tag) !== digest)
    .toSorted((a, b) => (`${a.tag} ${a.digest}` < `${b.tag} ${b.digest}` ? -1 : 1));
}

/** Judges each digest once. */
class Refusals {
  private readonly view: RestoreView;
  private readonly judged = new Map<string, RestoreRefusal | undefined>();

  constructor(view: RestoreView) {
    this.view = view;
  }

  /** Also where a tag that it should get stands elsewhere. */
  ofGoal(digest: string): RestoreRefusal | undefined {
    return this.of(digest) ?? this.findTaken(digest);
  }

  /** Undefined where it is there, or can be put with all that it needs. */
  of(digest: string): RestoreRefusal | undefined {
    if (this.judged.has(digest)) return this.judged.get(digest);
    // Bytes cannot contain their own digest, so this is never the answer; without it bad input would not end.
    this.judged.set(digest, { digest, why: "notUnderstood" });
    const refusal = this.view.present.has(digest) ? undefined : this.judge(digest);
    this.judged.set(digest, refusal);
    return refusal;
  }

  private judge(digest: string): RestoreRefusal | undefined {
    const edges = this.view.edges.get(digest);
    if (!edges) return { digest, why: "notKept" };
    if (!edges.understood) return { digest, why: "notUnderstood" };
    const gone = edges.layers.map((layer) => layer.digest).filter((layer) => !this.view.blobs.has(layer));
    if (gone.length > 0) return { digest, why: "layersGone", missing: [...new Set(gone)].sort() };
    const missing = edges.children.filter((child) => this.of(child) !== undefined);
    return missing.length > 0 ? { digest, why: "childrenMissing", missing: missing.toSorted() } : undefined;
  }

  private findTaken(digest: string): RestoreRefusal | undefined {
    const { tags, tagged } = this.view;
    const taken = tags.find((wanted) => wanted.digest === digest && (tagged.get(wanted.tag) ?? digest) !== digest);
    return taken && { digest, why: "tagTaken", tag: taken.tag };
  }
}
