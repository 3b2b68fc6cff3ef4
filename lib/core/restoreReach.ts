import type { RestoreView } from "./planRestore.ts";

type Reach = Pick<RestoreView, "goals" | "edges">;

/** The goals, their children and the referrers of all these, at any depth, as far as the edges tell. Sorted. */
export function listReach({ goals, edges }: Reach): readonly string[] {
  const bySubject = groupBySubject(edges);
  const reached = new Set(goals);
  for (const digest of reached)
    for (const next of [...childrenOf(edges, digest), ...(bySubject.get(digest) ?? [])]) reached.add(next);
  return [...reached].sort();
}

/** The reach, and what any of it needs: also subjects, and their children. Sorted. */
export function listConcerned(reach: Reach): readonly string[] {
  const concerned = new Set(listReach(reach));
  for (const digest of concerned) for (const need of needsOf(reach.edges, digest)) concerned.add(need);
  return [...concerned].sort();
}

type EdgesByDigest = RestoreView["edges"];

export const childrenOf = (edges: EdgesByDigest, digest: string): readonly string[] =>
  edges.get(digest)?.children ?? [];

/** Its children and its subject. */
export function needsOf(edges: EdgesByDigest, digest: string): readonly string[] {
  const subject = edges.get(digest)?.subject;
  return [...childrenOf(edges, digest), ...(subject === undefined ? [] : [subject])];
}

export const groupBySubject = (edges: EdgesByDigest): ReadonlyMap<string | undefined, readonly string[]> =>
  Map.groupBy([...edges.keys()].sort(), (digest) => edges.get(digest)?.subject);
