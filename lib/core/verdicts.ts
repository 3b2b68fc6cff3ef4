import type { ArmId } from "./armId.ts";
import { publisherOf } from "./armId.ts";
import type { PathIndex, PathMeaning } from "./artifactPath.ts";
import type { Graph } from "./graph.ts";
import type { KeepReason } from "./keepReasons.ts";
import { sortReasons } from "./keepReasons.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import { storeOf } from "./knowledge.ts";
import type { Needs } from "./needs.ts";
import { decideStays } from "./protection.ts";
import type { RegistryManifest, Repository } from "./registryManifest.ts";
import { isUntagged } from "./registryManifest.ts";
import { findSuperseded } from "./superseded.ts";

export type CandidateClass = "decommissioned" | "superseded" | "unattributed";

/** What the rules say of one untagged registry manifest. */
export interface Verdict {
  readonly digest: string;
  readonly class: CandidateClass | undefined;
  /** The store whose artifact manifest the path belongs to; undefined where none does. */
  readonly storeId: ArmId | undefined;
  readonly artifactManifestId: ArmId | undefined;
  /** Every reason to keep it. Markable where this is empty. */
  readonly keep: readonly KeepReason[];
}

/** What an operator allows in one artifact store. */
export interface StorePolicy {
  readonly graceMs: number;
  /** Epoch milliseconds: what was pushed before the store's upgrade is out of scope. */
  readonly uploadedSince: number;
  readonly purgeSuperseded: boolean;
}

/** All that the rules look at for one registry. */
export interface RegistryContext {
  readonly graph: Graph;
  readonly needs: Needs;
  readonly paths: PathIndex;
  /** The artifact stores that this registry backs. */
  readonly storeIds: readonly ArmId[];
  /** The policy of an enrolled store; undefined for any other. */
  readonly policyOf: (storeId: ArmId) => StorePolicy | undefined;
}

/** The verdict on each untagged registry manifest of `repository`, sorted by digest. */
export function decideVerdicts(context: RegistryContext, repository: Repository): readonly Verdict[] {
  const common = listRepositoryReasons(repository);
  const meaning = context.paths.meaningOf(repository.name);
  const superseded = findSuperseded(repository, meaning);
  const alone = repository.manifests
    .filter(isUntagged)
    .map((manifest) =>
      decideAlone(context, { manifest, common, path: decidePath(context, meaning, superseded.has(manifest.digest)) }),
    );
  const candidates = new Set(alone.filter(({ keep }) => keep.length === 0).map(({ digest }) => digest));
  const stays = decideStays(repository.manifests, candidates);
  // What is kept for another reason is told, too, if something that certainly stays needs it.
  const free = repository.manifests
    .filter((manifest) => isUntagged(manifest) && !manifest.locked)
    .map(({ digest }) => digest);
  const needed = decideStays(repository.manifests, new Set(free));
  return alone
    .map((verdict) => {
      const edge = stays.get(verdict.digest) ?? needed.get(verdict.digest);
      return { ...verdict, keep: sortReasons(edge ? [...verdict.keep, edge] : verdict.keep) };
    })
    .sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function listRepositoryReasons(repository: Repository): readonly KeepReason[] {
  const reasons: KeepReason[] = [];
  if (repository.locked) reasons.push({ code: "locked", by: repository.name });
  for (const why of repository.incomplete) reasons.push({ code: "repositoryIncomplete", by: why });
  return [...reasons, ...listNotUnderstood(repository.manifests)];
}

/** As many as are named: each stands in the verdict on every registry manifest of the repository. */
const MAX_NAMED = 5;

/** The first of them by digest, and one that tells how many more there are. */
function listNotUnderstood(manifests: readonly RegistryManifest[]): readonly KeepReason[] {
  const digests = manifests.filter((manifest) => !isUnderstood(manifest)).map(({ digest }) => digest);
  const named = digests.toSorted().slice(0, MAX_NAMED);
  const more = digests.length - named.length;
  const reasons = named.map((by): KeepReason => ({ code: "notUnderstood", by }));
  return more > 0 ? [...reasons, { code: "notUnderstood", by: `${more} more` }] : reasons;
}

/** A type, date or byte that is not understood could be an index that holds any other registry manifest of the repository. */
function isUnderstood(manifest: RegistryManifest): boolean {
  return (
    manifest.edges?.understood === true &&
    manifest.createdAt !== undefined &&
    !Number.isNaN(Date.parse(manifest.createdAt))
  );
}

interface Case {
  readonly manifest: RegistryManifest;
  readonly common: readonly KeepReason[];
  readonly path: PathVerdict;
}

/** Every rule but the protection graph, which needs to know all candidates of the repository first. */
function decideAlone(context: RegistryContext, { manifest, common, path }: Case): Verdict {
  const keep = [...common, ...path.keep, ...context.needs.ofDigest(manifest.digest)];
  if (manifest.locked) keep.push({ code: "locked", by: manifest.digest });
  const policies = path.storeIds.flatMap((storeId) => context.policyOf(storeId) ?? []);
  if (policies.some(({ uploadedSince }) => !(Date.parse(manifest.createdAt ?? "") >= uploadedSince))) {
    keep.push({ code: "pushedBeforeUpgrade", by: manifest.createdAt ?? "unknown" });
  }
  return {
    digest: manifest.digest,
    class: path.class,
    storeId: path.storeId,
    artifactManifestId: path.artifactManifestId,
    keep,
  };
}

interface PathVerdict {
  readonly class: CandidateClass | undefined;
  /** Every store that may own the path: the policies of all of them apply. */
  readonly storeIds: readonly ArmId[];
  readonly storeId: ArmId | undefined;
  readonly artifactManifestId: ArmId | undefined;
  readonly keep: readonly KeepReason[];
}

function decidePath(context: RegistryContext, meaning: PathMeaning, superseded: boolean): PathVerdict {
  const enrolment = listEnrolmentReasons(context);
  const { storeIds } = context;
  const storeId = storeIds.length === 1 ? storeIds[0] : undefined;
  switch (meaning.is) {
    case "legacy":
      return {
        class: undefined,
        storeIds,
        storeId,
        artifactManifestId: undefined,
        keep: [...enrolment, { code: "legacyPath" }],
      };
    case "notListed": {
      const names = meaning.artifactManifests.map(({ id }): KeepReason => ({ code: "notListed", by: id }));
      return { class: undefined, storeIds, storeId, artifactManifestId: undefined, keep: [...enrolment, ...names] };
    }
    case "unattributed":
      return {
        class: "unattributed",
        storeIds,
        storeId,
        artifactManifestId: undefined,
        keep: [...enrolment, { code: "unattributed" }],
      };
    case "listed":
      return decideListed(context, meaning.artifactManifests, { enrolment, superseded });
    default:
      return meaning satisfies never;
  }
}

function listEnrolmentReasons({ storeIds, policyOf, graph, paths }: RegistryContext): KeepReason[] {
  if (storeIds.length === 0) return [{ code: "storeUnknown" }];
  // A list that cannot be read may name any repository of the registry.
  const unreadable = paths.unreadable.map(({ id }): KeepReason => ({ code: "unreadableReference", by: id }));
  const ofStores = storeIds.flatMap((storeId) => {
    const reasons: KeepReason[] = [];
    if (!policyOf(storeId)) reasons.push({ code: "storeNotEnrolled", by: storeId });
    const details = graph.stores.get(storeId)?.details;
    if (details?.of !== "store" || details.storeType?.toLowerCase() !== "azurecontainerregistry")
      reasons.push({ code: "storeNotSupported", by: storeId });
    return reasons;
  });
  return [...unreadable, ...ofStores];
}

interface Situation {
  readonly enrolment: readonly KeepReason[];
  readonly superseded: boolean;
}

function decideListed(
  context: RegistryContext,
  artifactManifests: readonly KnownArtifactManifest[],
  { enrolment, superseded }: Situation,
): PathVerdict {
  const first = artifactManifests[0];
  const storeId = first && storeOf(first);
  const storeIds = [...new Set(artifactManifests.map(storeOf))];
  const present = artifactManifests.filter(({ id }) => context.graph.present.has(id));
  const keep: KeepReason[] = [...enrolment];
  for (const manifest of artifactManifests) {
    keep.push(
      ...(present.length > 0 ? context.needs.ofStore(storeOf(manifest)) : context.needs.ofArtifactManifest(manifest)),
    );
  }
  const attribution = { storeIds, storeId, artifactManifestId: first?.id };
  if (present.length > 0) {
    const reasons = listPresentReasons(context, { present, storeIds, superseded });
    return { class: superseded ? "superseded" : undefined, ...attribution, keep: [...keep, ...reasons] };
  }
  for (const manifest of artifactManifests)
    if (!manifest.seenComplete) keep.push({ code: "artifactManifestUnconfirmed", by: manifest.id });
  return { class: "decommissioned", ...attribution, keep };
}

interface Present {
  readonly present: readonly KnownArtifactManifest[];
  readonly storeIds: readonly ArmId[];
  readonly superseded: boolean;
}

/** While the artifact manifest exists its tags are needed; only what a newer push left behind may go, and only by choice. */
function listPresentReasons(context: RegistryContext, { present, storeIds, superseded }: Present): KeepReason[] {
  const reasons: KeepReason[] = [];
  for (const { id } of present) {
    const resource = context.graph.present.get(id);
    const settled = ["uploaded", "succeeded"].includes(resource?.state?.toLowerCase() ?? "");
    if (!settled || resource?.provisioningState?.toLowerCase() !== "succeeded")
      reasons.push({
        code: "artifactManifestNotSettled",
        by: `${id} ${resource?.state ?? "?"}/${resource?.provisioningState ?? "?"}`,
      });
    if (!superseded) reasons.push({ code: "artifactManifestPresent", by: id });
  }
  if (!superseded) return reasons;
  if (!storeIds.every((id) => context.policyOf(id)?.purgeSuperseded)) reasons.push({ code: "supersededNotOptedIn" });
  for (const id of storeIds) reasons.push(...context.needs.secretsOf(publisherOf(id)));
  return reasons;
}
