import type { PathMeaning } from "./artifactPath.ts";
import type { KeepReason } from "./keepReasons.ts";
import { sortReasons } from "./keepReasons.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import { decideStays } from "./protection.ts";
import type { RegistryManifest, Repository } from "./registryManifest.ts";
import { isUntagged } from "./registryManifest.ts";
import type { CandidateClass, RegistryContext } from "./verdicts.ts";
import { decideVerdicts } from "./verdicts.ts";

/** What holds one registry manifest, tagged or not. */
export interface Keeping {
  readonly class: CandidateClass | undefined;
  /** Empty only where nothing holds it. */
  readonly keep: readonly KeepReason[];
}

/** Every reason to keep it: of an untagged one the verdict's, of a tagged one its tags and what else would hold it without them. */
export function explainKeep(context: RegistryContext, repository: Repository, manifest: RegistryManifest): Keeping {
  if (!isUntagged(manifest)) return { class: undefined, keep: listTaggedReasons(context, repository, manifest) };
  const verdict = decideVerdicts(context, repository).find(({ digest }) => digest === manifest.digest);
  return verdict ?? { class: undefined, keep: [] };
}

function listTaggedReasons(
  context: RegistryContext,
  repository: Repository,
  manifest: RegistryManifest,
): readonly KeepReason[] {
  const { digest, tags } = manifest;
  const names = tags.map(({ name }) => name).sort();
  const reasons: KeepReason[] = [{ code: "tagged", by: names.join(", ") }, ...context.needs.ofDigest(digest)];
  if (manifest.locked) reasons.push({ code: "locked", by: digest });
  if (repository.locked) reasons.push({ code: "locked", by: repository.name });
  const meaning = context.paths.meaningOf(repository.name);
  if (meaning.is === "legacy") reasons.push({ code: "legacyPath" });
  for (const owner of listOwners(meaning)) reasons.push(...listOwnerReasons(context, owner));
  const edge = decideStays(repository.manifests, new Set([digest])).get(digest);
  return sortReasons(edge ? [...reasons, edge] : reasons);
}

function listOwnerReasons({ graph, needs }: RegistryContext, owner: KnownArtifactManifest): readonly KeepReason[] {
  const needed = needs.ofArtifactManifest(owner);
  return graph.present.has(owner.id) ? [{ code: "artifactManifestPresent", by: owner.id }, ...needed] : needed;
}

/** The artifact manifests, present or past, that a path belongs to. */
export const listOwners = (meaning: PathMeaning): readonly KnownArtifactManifest[] =>
  meaning.is === "listed" ? meaning.artifactManifests : [];
