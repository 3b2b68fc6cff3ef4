import type { PathMeaning } from "./artifactPath.ts";
import type { RegistryManifest, Repository } from "./registryManifest.ts";
import { isUntagged } from "./registryManifest.ts";
import { tagsOf } from "./versionTags.ts";

/**
 * Untagged registry manifests that a newer push replaced: older than the last move of the tag that the artifact manifest lists,
 * or hanging only on such as child or referrer.
 */
export function findSuperseded(repository: Repository, meaning: PathMeaning): ReadonlySet<string> {
  const lastMove = findLastMove(repository, meaning);
  const superseded = new Set<string>();
  for (const manifest of repository.manifests) {
    if (isUntagged(manifest) && Date.parse(manifest.createdAt ?? "") < lastMove) superseded.add(manifest.digest);
  }
  const owners = listOwners(repository.manifests);
  const hangsOnly = ({ digest }: RegistryManifest): boolean => {
    const list = owners.get(digest) ?? [];
    return list.length > 0 && list.every((owner) => superseded.has(owner));
  };
  for (let grown = true; grown;) {
    const more = repository.manifests.filter(
      (manifest) => isUntagged(manifest) && !superseded.has(manifest.digest) && hangsOnly(manifest),
    );
    for (const { digest } of more) superseded.add(digest);
    grown = more.length > 0;
  }
  return superseded;
}

/**
 * Epoch milliseconds: what is older than this was replaced. The earliest last move of the tags that the artifact manifest lists;
 * before all time where one of them is not there, because its digest may be the very one that is looked at.
 */
function findLastMove(repository: Repository, meaning: PathMeaning): number {
  if (meaning.is !== "listed") return Number.NEGATIVE_INFINITY;
  const artifacts = meaning.artifactManifests.flatMap((manifest) => manifest.artifacts);
  const versions = new Set(
    artifacts.filter(({ name }) => name.toLowerCase() === meaning.artifact).map(({ version }) => version),
  );
  const tags = new Map(
    repository.manifests.flatMap((manifest) =>
      manifest.tags.map(({ name, movedAt }) => [name, Date.parse(movedAt ?? "")] as const),
    ),
  );
  const moves = [...versions].map((version) => {
    const own = tagsOf(version).flatMap((tag) => tags.get(tag) ?? []);
    return own.length === 0 ? Number.NaN : Math.min(...own);
  });
  return moves.length === 0 || moves.some(Number.isNaN) ? Number.NEGATIVE_INFINITY : Math.min(...moves);
}

/** The indexes that contain a digest, and the subject that it refers to. */
function listOwners(manifests: readonly RegistryManifest[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  const add = (digest: string, owner: string): void => {
    owners.set(digest, [...(owners.get(digest) ?? []), owner]);
  };
  for (const { digest, edges } of manifests) {
    for (const child of edges?.children ?? []) add(child, digest);
    if (edges?.subject !== undefined) add(digest, edges.subject);
  }
  return owners;
}
