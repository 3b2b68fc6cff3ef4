import type { ArmId } from "./armId.ts";
import { publisherOf } from "./armId.ts";
import type { PathMeaning } from "./artifactPath.ts";
import { limitLinks, linkSeen, sortFindings } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import { storeOf } from "./knowledge.ts";
import { linkArtifactManifests } from "./linkArtifactManifests.ts";
import type { Repository } from "./registryManifest.ts";
import { attachedTo } from "./registryManifest.ts";
import type { Sight } from "./sight.ts";
import type { RegistryContext } from "./verdicts.ts";
import { tagsOf } from "./versionTags.ts";

/**
 * What the tags of one repository tell: an upload that no artifact manifest lists, or tags that block what is decommissioned.
 * Nothing is told of stores that are not enrolled, and nothing of legacy paths. Sorted.
 */
export function listRepositoryFindings(
  context: RegistryContext,
  repository: Repository,
  sight: Sight,
): readonly ObservedFinding[] {
  const { storeIds, policyOf, paths } = context;
  const meaning = paths.meaningOf(repository.name);
  const owners = meaning.is === "listed" ? [...new Set(meaning.artifactManifests.map(storeOf))] : storeIds;
  if (owners.length === 0 || owners.some((id) => !policyOf(id))) return [];
  const scene: Scene = { context, repository, meaning, sight };
  const blocked = listBlocked(scene, owners);
  // Where all is decommissioned, every tag that is left is told of as what blocks it.
  return sortFindings(blocked.length > 0 ? blocked : listUnmentioned(scene, owners));
}

interface Scene {
  readonly context: RegistryContext;
  readonly repository: Repository;
  readonly meaning: PathMeaning;
  readonly sight: Sight;
}

/** Tags of a digest that stand for an upload: signatures and lists of referrers hang on another one by their tag. */
const listOwnTags = (manifest: Repository["manifests"][number]): readonly string[] =>
  manifest.tags.map(({ name }) => name).filter((name) => attachedTo(name) === undefined);

function listBlocked(
  { context, repository, meaning, sight }: Scene,
  owners: readonly ArmId[],
): readonly ObservedFinding[] {
  const { graph, needs } = context;
  if (meaning.is !== "listed") return [];
  const decommissioned = meaning.artifactManifests.every(
    (manifest) =>
      manifest.seenComplete && !graph.present.has(manifest.id) && needs.ofArtifactManifest(manifest).length === 0,
  );
  if (!decommissioned) return [];
  return repository.manifests.flatMap((manifest): ObservedFinding[] => {
    const tags = listOwnTags(manifest).toSorted();
    if (tags.length === 0) return [];
    const path = `${repository.name}@${manifest.digest}`;
    const evidence = [
      ...linkArtifactManifests(graph, meaning.artifactManifests, sight),
      linkSeen(sight, "still tagged:", path),
      ...linkTags(repository, tags, sight),
    ];
    return [
      {
        kind: "blockedArtifact",
        subject: `${repository.registryId}/${path}`,
        ...belonging(repository, owners),
        evidence,
      },
    ];
  });
}

function listUnmentioned(
  { context, repository, meaning, sight }: Scene,
  owners: readonly ArmId[],
): readonly ObservedFinding[] {
  // A list that cannot be read may mention anything.
  if (meaning.is === "legacy" || context.paths.unreadable.length > 0) return [];
  const listed = listVersions(meaning);
  const tags = [...new Set(repository.manifests.flatMap(listOwnTags))].filter((tag) => !listed.has(tag)).sort();
  if (tags.length === 0) return [];
  const manifests = meaning.is === "unattributed" ? [] : meaning.artifactManifests;
  const evidence = [
    ...linkArtifactManifests(context.graph, manifests, sight),
    linkSeen(sight, MEANINGS[meaning.is], repository.name),
    ...linkTags(repository, tags, sight),
  ];
  const subject = `${repository.registryId}/${repository.name}`;
  return [{ kind: "unmentionedUpload", subject, ...belonging(repository, owners), evidence }];
}

const MEANINGS = {
  listed: "its artifact manifests list these tags as no version of the artifact:",
  notListed: "its artifact manifests do not all list this artifact:",
  unattributed: "no artifact manifest of this name has ever been seen:",
} as const;

/** The tags that artifact manifests, present or past, list. */
function listVersions(meaning: PathMeaning): ReadonlySet<string> {
  if (meaning.is !== "listed") return new Set();
  const artifacts = meaning.artifactManifests.flatMap((manifest) => manifest.artifacts);
  const versions = artifacts
    .filter(({ name }) => name.toLowerCase() === meaning.artifact)
    .map(({ version }) => version);
  return new Set(versions.flatMap(tagsOf));
}

const linkTags = ({ name }: Repository, tags: readonly string[], sight: Sight): readonly EvidenceLink[] =>
  limitLinks(tags.map((tag) => linkSeen(sight, "tag", `${name}:${tag}`)));

function belonging(
  { registryId }: Repository,
  owners: readonly ArmId[],
): Pick<ObservedFinding, "scope" | "publisherId" | "storeId"> {
  const publishers = new Set(owners.map(publisherOf));
  return {
    scope: registryId,
    publisherId: publishers.size === 1 ? [...publishers][0] : undefined,
    storeId: owners.length === 1 ? owners[0] : undefined,
  };
}
