import type { ArmId } from "./armId.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import { pathPrefixOf, storeOf } from "./knowledge.ts";
import { artifactNameOf } from "./lastVersions.ts";
import type { PlanItem } from "./planPurge.ts";
import type { RegistryManifest, Repository } from "./registryManifest.ts";
import { attachedTo, isUntagged } from "./registryManifest.ts";

export interface VersionsLeftFacts {
  readonly items: readonly Pick<PlanItem, "repository" | "digest" | "storeId" | "artifactManifestId">[];
  /** `repository@digest` of what was deleted since the inventory was read, or may have been. */
  readonly gone: ReadonlySet<string>;
}

const MAX_NAMED = 20;

/**
 * Whether anything is left of each artifact name, in its artifact store, that a plan takes something of. Left is a name of which
 * some repository, `<artifactManifest>/<artifact>` in the same store, keeps a registry manifest that is neither planned nor gone and
 * can stand for a version: it has an ordinary tag, or it is untagged, understood, and neither child nor referrer. Live, held and
 * waiting ones count alike; what lies under a legacy path does not.
 */
export class VersionsLeft {
  private readonly going: ReadonlySet<string>;
  private readonly byPath = new Map<string, Set<string>>();
  private readonly lost = new Map<string, string>();

  constructor({ items, gone }: VersionsLeftFacts) {
    this.going = new Set([...items.map(({ repository, digest }) => `${repository}@${digest}`), ...gone]);
    for (const { repository, storeId, artifactManifestId } of items) {
      const name = artifactNameOf(repository, artifactManifestId) ?? repository.toLowerCase();
      this.lost.set(keyOf(storeId, name), `every version of ${name} in ${storeId} would be gone`);
      this.addPath(repository.toLowerCase(), keyOf(storeId, name));
    }
  }

  /** Every artifact manifest of the items' stores, present and past, before the first repository. */
  learn(artifactManifest: KnownArtifactManifest): void {
    for (const { name } of artifactManifest.artifacts) {
      const key = keyOf(storeOf(artifactManifest), name.toLowerCase());
      if (this.lost.has(key)) this.addPath(`${pathPrefixOf(artifactManifest)}/${name.toLowerCase()}`, key);
    }
  }

  /** Every repository of the registry, in any order. */
  see(repository: Repository): void {
    const keys = this.byPath.get(repository.name.toLowerCase());
    if (!keys) return;
    const children = new Set(repository.manifests.flatMap(({ edges }) => edges?.children ?? []));
    const stays = repository.manifests.some(
      (manifest) => !this.going.has(`${repository.name}@${manifest.digest}`) && isVersion(manifest, children),
    );
    if (stays) for (const key of keys) this.lost.delete(key);
  }

  /** In words, sorted; empty where each name keeps a version. True only once every repository was seen. */
  listLost(): readonly string[] {
    const all = [...this.lost.values()].sort();
    const more = all.length - MAX_NAMED;
    return more > 0 ? [...all.slice(0, MAX_NAMED), `and ${more} artifact names more`] : all;
  }

  private addPath(path: string, key: string): void {
    const keys = this.byPath.get(path) ?? new Set<string>();
    this.byPath.set(path, keys.add(key));
  }
}

const keyOf = (storeId: ArmId, name: string): string => `${storeId}\n${name}`;

/** What an edge tag attaches to something else is no version of its own. */
function isVersion(manifest: RegistryManifest, children: ReadonlySet<string>): boolean {
  if (!isUntagged(manifest)) return manifest.tags.some(({ name }) => attachedTo(name) === undefined);
  const { digest, edges } = manifest;
  return edges !== undefined && edges.understood && edges.subject === undefined && !children.has(digest);
}
