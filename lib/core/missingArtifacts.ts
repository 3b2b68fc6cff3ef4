import type { ArmId } from "./armId.ts";
import { nameOf, parentOf, publisherOf } from "./armId.ts";
import type { BrokenScene, MissingArtifacts } from "./brokenReferences.ts";
import { isRegistryStore, linkBroken, linkMissing, listReferences, toDanglingFindings } from "./brokenReferences.ts";
import { compareTexts, limitLinks, linkResource, linkSince } from "./evidence.ts";
import type { ObservedFinding } from "./findings.ts";
import type { Graph } from "./graph.ts";
import { pathPrefixOf, storeOf } from "./knowledge.ts";
import { isMeant } from "./needs.ts";
import type { Repository } from "./registryManifest.ts";
import type { Artifact, NamedArtifact, Resource } from "./resources.ts";
import type { Sight } from "./sight.ts";
import type { RegistryContext } from "./verdicts.ts";
import { tagsOf, versionsOf } from "./versionTags.ts";

interface Expected {
  readonly artifact: NamedArtifact;
  there: boolean;
}

/**
 * What the artifact manifests of a registry's stores list, and what legacy references of versions in use name, checked off while
 * the repositories are streamed. Memory grows with what is expected, not with what is there.
 */
export class ExpectedArtifacts {
  private readonly graph: Graph;
  private readonly storeIds: readonly ArmId[];
  private readonly byPath = new Map<string, Expected[]>();
  private readonly unread: Set<string>;
  private readonly listed = new Map<ArmId, Expected[]>();
  private readonly named = new Map<string, Expected>();

  constructor({ graph, storeIds }: Pick<RegistryContext, "graph" | "storeIds">) {
    this.graph = graph;
    this.storeIds = storeIds.filter((id) => isRegistryStore(graph.stores.get(id)));
    for (const manifest of graph.present.values()) this.expectListed(manifest);
    const prefixes = listPrefixes(graph);
    for (const version of graph.presentVersions.values())
      if (graph.uses.ofVersion(version.id)) this.expectNamed(version, prefixes);
    this.unread = new Set(this.byPath.keys());
  }

  /** For a repository that the registry was asked for, and does not know. */
  seeAbsent(name: string): void {
    this.unread.delete(name.toLowerCase());
  }

  /** False where a repository that is expected was neither seen nor known to be absent. */
  get isReadWhole(): boolean {
    return this.unread.size === 0;
  }

  see(repository: Repository): void {
    this.unread.delete(repository.name.toLowerCase());
    const expected = this.byPath.get(repository.name.toLowerCase())?.filter(({ there }) => !there) ?? [];
    if (expected.length === 0) return;
    const tags = new Set(repository.manifests.flatMap(({ tags: own }) => own.map(({ name }) => name)));
    // A repository that could not be listed to its end may hold all that is expected in it.
    for (const one of expected) one.there = repository.incomplete.length > 0 || isAmong(one.artifact, tags);
  }

  /** What no repository has shown. True only once every repository of the registry was seen. */
  listMissing(): MissingArtifacts {
    const stores = this.storeIds.map((id) => this.graph.stores.get(id)?.details);
    return {
      registryId: stores.flatMap((details) => (details?.of === "store" ? (details.registryId ?? []) : []))[0],
      storeIds: this.storeIds,
      listed: [...this.listed.keys()].sort().flatMap((id) => {
        const artifactManifest = this.graph.present.get(id);
        const artifacts = this.listMissingOf(id);
        return artifactManifest && artifacts.length > 0 ? [{ artifactManifest, artifacts }] : [];
      }),
      isNamedMissing: (storeId, artifact) => this.named.get(keyOf(storeId, artifact))?.there === false,
    };
  }

  private listMissingOf(id: ArmId): readonly Artifact[] {
    const missing = (this.listed.get(id) ?? []).filter(({ there }) => !there);
    return missing
      .map(({ artifact: { name, version = "" } }) => ({ name, version }))
      .sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.version, b.version));
  }

  private expectListed({ id, details }: Resource): void {
    if (details.of !== "artifactManifest" || !this.storeIds.includes(parentOf(id) ?? "")) return;
    const all = details.artifacts.map(({ name, version }) =>
      // Under its prefix, or, as before the upgrade of its store, without.
      this.expect({ name, version, chart: false }, [`${nameOf(id)}/${name}`, name]),
    );
    this.listed.set(id, all);
  }

  private expectNamed({ details }: Resource, prefixes: ReadonlyMap<string, readonly string[]>): void {
    for (const reference of details.of === "version" ? details.references : []) {
      if (reference.form !== "store" || !reference.artifact || !this.storeIds.includes(reference.id)) continue;
      const { id, artifact } = reference;
      const key = keyOf(id, artifact);
      if (this.named.has(key)) continue;
      const above = prefixes.get(`${id} ${artifact.name.toLowerCase()}`) ?? [];
      this.named.set(
        key,
        this.expect(artifact, [artifact.name, ...above.map((prefix) => `${prefix}/${artifact.name}`)]),
      );
    }
  }

  private expect(artifact: NamedArtifact, paths: readonly string[]): Expected {
    const expected: Expected = { artifact, there: false };
    for (const path of new Set(paths.map((text) => text.toLowerCase()))) {
      const list = this.byPath.get(path);
      if (list) list.push(expected);
      else this.byPath.set(path, [expected]);
    }
    return expected;
  }
}

/** The artifact manifests, present or past, that list an artifact, by store and name: a legacy reference may mean any. */
function listPrefixes({ artifactManifests }: Graph): ReadonlyMap<string, readonly string[]> {
  const prefixes = new Map<string, string[]>();
  for (const manifest of artifactManifests.values()) {
    for (const name of new Set(manifest.artifacts.map((artifact) => artifact.name.toLowerCase()))) {
      const key = `${storeOf(manifest)} ${name}`;
      const list = prefixes.get(key);
      if (list) list.push(pathPrefixOf(manifest));
      else prefixes.set(key, [pathPrefixOf(manifest)]);
    }
  }
  return prefixes;
}

const keyOf = (storeId: ArmId, { name, version, chart }: NamedArtifact): string =>
  JSON.stringify([storeId, name.toLowerCase(), version, chart]);

function isAmong(artifact: NamedArtifact, tags: ReadonlySet<string>): boolean {
  const { version, chart } = artifact;
  if (version !== undefined && !chart) return tagsOf(version).some((tag) => tags.has(tag));
  return [...tags].some((tag) => versionsOf(tag).some((given) => isMeant(artifact, given)));
}

/** One finding per artifact manifest with artifacts that are missing; none while its uploads may be under way. */
export function listMissingFindings(missing: MissingArtifacts, sight: Sight): readonly ObservedFinding[] {
  const settled = missing.listed.filter(
    ({ artifactManifest }) => artifactManifest.state?.toLowerCase() !== "uploading",
  );
  return settled.map(({ artifactManifest, artifacts }) => ({
    kind: "missingArtifact",
    subject: artifactManifest.id,
    scope: scopeOf(missing),
    publisherId: publisherOf(artifactManifest.id),
    storeId: parentOf(artifactManifest.id),
    evidence: [
      linkResource(sight, artifactManifest),
      ...linkSince(artifactManifest, undefined),
      ...limitLinks(artifacts.map((artifact) => linkMissing(sight, artifact))),
    ],
  }));
}

/** Versions in use, sorted by id, of which a reference leads into the registry's stores and to something that is not there. */
export function listDanglingFindings(
  graph: Graph,
  missing: MissingArtifacts,
  sight: Sight,
): readonly ObservedFinding[] {
  const absent = new Map(missing.listed.map(({ artifactManifest, artifacts }) => [artifactManifest.id, artifacts]));
  const scene: BrokenScene = { graph, missing, absent, sight };
  const versions = [...graph.presentVersions.values()].sort((a, b) => compareTexts(a.id, b.id));
  return versions.flatMap((version) => {
    const broken = listReferences(version).map((reference) => linkBroken(scene, reference));
    return toDanglingFindings(graph, version, { broken, scope: scopeOf(missing), sight });
  });
}

/** These findings need every repository of the registry to be listed whole, unlike those about single registry manifests. */
const scopeOf = ({ registryId }: MissingArtifacts): string => `artifacts:${registryId ?? ""}`;
