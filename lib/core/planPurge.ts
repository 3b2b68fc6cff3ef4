import { DAY_MS, toIso } from "./duration.ts";
import type { HoldSubject } from "./hold.ts";
import type { Mark } from "./marks.ts";
import { decideStays } from "./protection.ts";
import type { RegistryManifest } from "./registryManifest.ts";
import type { TagHold } from "./resources.ts";
import { isInForce } from "./tagHold.ts";

/** Why a mark is not deleted by this plan. `until` is an instant where one is known. */
export interface Waiting {
  readonly repository: string;
  readonly digest: string;
  readonly why: WaitingReason;
  readonly until: string | undefined;
}

export type WaitingReason =
  | "sightedOnce"
  | "inGrace"
  | "inGraceOfEnforce"
  | "pushedRecently"
  | "held"
  | "keptAsLastVersion"
  | "notConfirmedRecently"
  | "supersededNotOptedIn"
  | "storeNotEnrolled"
  | "protected"
  | "notListed";

export interface PlanItem {
  readonly repository: string;
  readonly digest: string;
  readonly class: Mark["class"];
  readonly storeId: string;
  readonly artifactManifestId: string;
  readonly pushedAt: string;
  readonly storeCreatedAt: string | undefined;
  readonly deadline: string;
  /** The tags that it was last seen with: a restore gives them back. */
  readonly lastTags: readonly string[];
  /** As the registry states it, layers included. */
  readonly size: number;
  /** Of layers that go with it and that nothing else holds, in all replicas; 0 until that was measured. */
  readonly freedBytes: number;
  /** `cascade`: the registry deletes it together with its subject; it is planned, counted and journaled, but not asked for. */
  readonly how: "delete" | "cascade";
  /** The digest whose delete takes it along; undefined for `delete`. */
  readonly cascadedFrom: string | undefined;
  /** Parents in the same plan that must be gone first. */
  readonly after: readonly string[];
}

/** What is fixed for one store while a plan is made. */
export interface DuePolicy {
  readonly now: number;
  readonly purgeSuperseded: boolean;
  readonly graceMs: number;
  /** Epoch milliseconds: what was marked under report mode gets a full grace from the first night of enforce; undefined in report mode. */
  readonly enforceDeadline: number | undefined;
  /** A mark must have been confirmed by a complete snapshot that is not older than this. */
  readonly maxAgeMs: number;
  /** Of all holds on the registry manifest, by ARM tag or by a person, the one that ends last. */
  readonly holdOf: (subject: HoldSubject) => TagHold | undefined;
  /** One of the newest decommissioned versions of its artifact name, of which the store keeps some; or it may be one. */
  readonly isLastVersion: (mark: Mark) => boolean;
}

/** Registry manifests younger than this wait: replicas and pushes in progress. */
export const MIN_AGE_MS = DAY_MS;

/** Epoch milliseconds; a grace that was made longer since the mark was last confirmed counts at once. Not a number where unknown. */
export const endOfGrace = ({ deadline, clockStartedAt }: Mark, graceMs: number): number =>
  Math.max(Date.parse(deadline ?? ""), Date.parse(clockStartedAt ?? "") + graceMs);

/** Undefined where `mark` is due; otherwise the first reason to wait. `policy` is undefined for a store that is not enrolled. */
export function decideWaiting(
  mark: Mark,
  policy: DuePolicy | undefined,
): Omit<Waiting, "repository" | "digest"> | undefined {
  if (!policy) return { why: "storeNotEnrolled", until: undefined };
  if (mark.deadline === undefined) return { why: "sightedOnce", until: undefined };
  if (mark.class === "superseded" && !policy.purgeSuperseded) return { why: "supersededNotOptedIn", until: undefined };
  const deadline = endOfGrace(mark, policy.graceMs);
  if (!(policy.now >= deadline))
    return { why: "inGrace", until: Number.isNaN(deadline) ? mark.deadline : toIso(deadline) };
  const enforceDeadline = policy.enforceDeadline ?? Number.NEGATIVE_INFINITY;
  if (!(policy.now >= enforceDeadline)) return { why: "inGraceOfEnforce", until: toIso(enforceDeadline) };
  const oldEnough = Date.parse(mark.pushedAt) + MIN_AGE_MS;
  if (!(policy.now >= oldEnough)) return { why: "pushedRecently", until: toIso(oldEnough) };
  const hold = policy.holdOf(mark);
  if (hold && isInForce(hold, policy.now)) return { why: "held", until: hold.until };
  if (!(policy.now - Date.parse(mark.lastConfirmedAt) <= policy.maxAgeMs))
    return { why: "notConfirmedRecently", until: undefined };
  // Last: what waits for something else is told that, with its end.
  return policy.isLastVersion(mark) ? { why: "keptAsLastVersion", until: undefined } : undefined;
}

export interface RepositoryPlan {
  readonly items: readonly PlanItem[];
  readonly waiting: readonly Waiting[];
}

/**
 * Orders the due marks of one repository: a parent before its children, so that a stop in the middle leaves children without a
 * parent (harmless) and never a parent without children. What is not in the plan stays, and keeps what hangs on it.
 */
export function planRepository(
  repository: string,
  manifests: readonly RegistryManifest[],
  due: readonly Mark[],
): RepositoryPlan {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const listed = due.filter(({ digest }) => {
    const manifest = byDigest.get(digest);
    return manifest !== undefined && manifest.tags.length === 0 && !manifest.locked;
  });
  const stays = decideStays(manifests, new Set(listed.map(({ digest }) => digest)));
  const going = new Map(listed.filter(({ digest }) => !stays.has(digest)).map((mark) => [mark.digest, mark]));
  const parents = listParents(manifests, going);
  const items = withCascadeParents(
    [...going.values()].map((mark) => toItem(mark, { manifest: byDigest.get(mark.digest), going, parents, byDigest })),
    parents,
  );
  const waiting = due
    .filter(({ digest }) => !going.has(digest))
    .map(({ digest }): Waiting => ({
      repository,
      digest,
      why: stays.has(digest) || byDigest.get(digest)?.locked ? "protected" : "notListed",
      until: undefined,
    }));
  return { items: sortParentsFirst(items), waiting: waiting.sort(byDigestOrder) };
}

function listParents(
  manifests: readonly RegistryManifest[],
  going: ReadonlyMap<string, Mark>,
): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const { digest, edges } of manifests) {
    if (!going.has(digest)) continue;
    for (const child of edges?.children ?? []) parents.set(child, [...(parents.get(child) ?? []), digest].sort());
  }
  return parents;
}

interface Surroundings {
  readonly manifest: RegistryManifest | undefined;
  readonly going: ReadonlyMap<string, Mark>;
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly byDigest: ReadonlyMap<string, RegistryManifest>;
}

function toItem(mark: Mark, { manifest, going, parents, byDigest }: Surroundings): PlanItem {
  const cascadedFrom = findCascadeRoot(manifest, going, byDigest);
  return {
    repository: mark.repository,
    digest: mark.digest,
    class: mark.class,
    storeId: mark.storeId,
    artifactManifestId: mark.artifactManifestId,
    pushedAt: mark.pushedAt,
    storeCreatedAt: mark.storeCreatedAt,
    deadline: mark.deadline ?? "",
    lastTags: manifest?.lastTags ?? [],
    size: mark.size,
    freedBytes: 0,
    how: cascadedFrom === undefined ? "delete" : "cascade",
    cascadedFrom,
    after: cascadedFrom === undefined ? (parents.get(mark.digest) ?? []) : [cascadedFrom],
  };
}

/** A subject takes its referrers along, so it waits for the parents of those too: no index may miss a child while it stands. */
function withCascadeParents(
  items: readonly PlanItem[],
  parents: ReadonlyMap<string, readonly string[]>,
): readonly PlanItem[] {
  const takenBy = Map.groupBy(
    items.filter(({ cascadedFrom }) => cascadedFrom !== undefined),
    ({ cascadedFrom }) => cascadedFrom ?? "",
  );
  return items.map((item) => {
    const taken = new Set(takenBy.get(item.digest)?.map(({ digest }) => digest));
    const more = [...taken]
      .flatMap((digest) => parents.get(digest) ?? [])
      .filter((parent) => parent !== item.digest && !taken.has(parent));
    return more.length === 0 ? item : { ...item, after: [...new Set([...item.after, ...more])].sort() };
  });
}

/**
 * The outermost subject that goes in this plan: its delete takes every referrer below it along. Undefined for one that contains a subject
 * of its own: it must go before that, and takes along what refers to it.
 */
function findCascadeRoot(
  manifest: RegistryManifest | undefined,
  going: ReadonlyMap<string, Mark>,
  byDigest: ReadonlyMap<string, RegistryManifest>,
): string | undefined {
  if (!manifest || containsSubject(manifest, going, byDigest)) return undefined;
  let root: string | undefined;
  for (const subject of listSubjects(manifest, going, byDigest)) {
    root = subject;
    const next = byDigest.get(subject);
    if (next && containsSubject(next, going, byDigest)) return root;
  }
  return root;
}

/** The subjects that go, from the nearest on; a cycle is left where it closes. */
function listSubjects(
  manifest: RegistryManifest,
  going: ReadonlyMap<string, Mark>,
  byDigest: ReadonlyMap<string, RegistryManifest>,
): readonly string[] {
  const subjects = new Set<string>();
  let subject = manifest.edges?.subject;
  while (subject !== undefined && going.has(subject) && !subjects.has(subject)) {
    subjects.add(subject);
    subject = byDigest.get(subject)?.edges?.subject;
  }
  return [...subjects];
}

function containsSubject(
  manifest: RegistryManifest,
  going: ReadonlyMap<string, Mark>,
  byDigest: ReadonlyMap<string, RegistryManifest>,
): boolean {
  const subjects = new Set(listSubjects(manifest, going, byDigest));
  const contained = new Set(manifest.edges?.children);
  for (const digest of contained) for (const child of byDigest.get(digest)?.edges?.children ?? []) contained.add(child);
  return [...contained].some((digest) => subjects.has(digest));
}

function sortParentsFirst(items: readonly PlanItem[]): readonly PlanItem[] {
  const byDigest = new Map(items.map((item) => [item.digest, item]));
  const ordered = new Map<string, PlanItem>();
  const visited = new Set<string>();
  const place = (item: PlanItem): void => {
    if (visited.has(item.digest)) return;
    visited.add(item.digest);
    for (const digest of item.after) {
      const before = byDigest.get(digest);
      if (before) place(before);
    }
    ordered.set(item.digest, item);
  };
  for (const item of [...items].sort(byDigestOrder)) place(item);
  return [...ordered.values()];
}

const byDigestOrder = (a: { digest: string }, b: { digest: string }): number => (a.digest < b.digest ? -1 : 1);
