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

/** What a legacy reference names. */
interface Named {
  readonly artifact: NamedArtifact;
  there: boolean;
}

/** What one artifact manifest lists, and which of it a repository has shown: one byte each, for there may be very many. */
interface Listed {
  readonly manifest: Resource;
  readonly artifacts: readonly Artifact[];
  readonly there: Uint8Array;
}

/**
 * What the artifact manifests of a registry's stores list, and what legacy references of versions in use name, checked off while
 * the repositories are streamed. Memory grows with what is expected, not with what is there.
 */
export class ExpectedArtifacts {
  private readonly graph: Graph;
  private readonly storeIds: readonly ArmId[];
  private readonly listed: Listed[] = [];
  /** Of `listed`, by the prefix of their paths. */
  private readonly byPrefix = new Map<string, Listed[]>();
  /** Of `listed`, by artifact: before the upgrade of its store it lay there without a prefix. */
  private readonly byName = new Map<string, Listed[]>();
  private readonly named = new Map<string, Named>();
  private readonly namedByPath = new Map<string, Named[]>();
  /** Undefined where all repositories are listed: only of what is asked for by name it must be known what was read. */
  private readonly unread: Set<string> | undefined;

  constructor({ graph, storeIds }: Pick<RegistryContext, "graph" | "storeIds">, isAskedByName = false) {
    this.graph = graph;
    this.storeIds = storeIds.filter((id) => isRegistryStore(graph.stores.get(id)));
    for (const manifest of graph.present.values()) this.expectListed(manifest);
    const prefixes = listPrefixes(graph);
    for (const version of graph.presentVersions.values())
      if (graph.uses.ofVersion(version.id)) this.expectNamed(version, prefixes);
    this.unread = isAskedByName ? new Set(this.listPaths()) : undefined;
  }

  /** For a repository that the registry was asked for, and does not know. */
  seeAbsent(name: string): void {
    this.unread?.delete(name.toLowerCase());
  }

  /** False where a repository that is expected was neither seen nor known to be absent. */
  get isReadWhole(): boolean {
    return this.unread === undefined || this.unread.size === 0;
  }

  see(repository: Repository): void {
    const path = repository.name.toLowerCase();
    this.unread?.delete(path);
    const isPartial = repository.incomplete.length > 0;
    const tags = new Set(repository.manifests.flatMap(({ tags: own }) => own.map(({ name }) => name)));
    // A repository that could not be listed to its end may hold all that is expected in it.
    const isThere = (artifact: NamedArtifact): boolean => isPartial || isAmong(artifact, tags);
    for (const one of this.namedByPath.get(path) ?? []) one.there ||= isThere(one.artifact);
    for (const [listed, name] of this.listAt(path))
      for (const [index, artifact] of listed.artifacts.entries())
        if (listed.there[index] === 0 && artifact.name.toLowerCase() === name && isThere({ ...artifact, chart: false }))
          listed.there[index] = 1;
  }

  /** What no repository has shown. True only once every repository of the registry was seen. */
  listMissing(): MissingArtifacts {
    const stores = this.storeIds.map((id) => this.graph.stores.get(id)?.details);
    return {
      registryId: stores.flatMap((details) => (details?.of === "store" ? (details.registryId ?? []) : []))[0],
      storeIds: this.storeIds,
      listed: this.listed
        .filter(({ there }) => there.includes(0))
        .map((listed) => ({ artifactManifest: listed.manifest, listArtifacts: () => listMissingOf(listed) }))
        .sort((a, b) => compareTexts(a.artifactManifest.id, b.artifactManifest.id)),
      isNamedMissing: (storeId, artifact) => this.named.get(keyOf(storeId, artifact))?.there === false,
    };
  }

  /** The artifact manifests that may list what lies at `path`, and under which name. */
  private *listAt(path: string): Generator<readonly [Listed, string]> {
    for (const listed of this.byName.get(path) ?? []) yield [listed, path];
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1))
      for (const listed of this.byPrefix.get(path.slice(0, slash)) ?? []) yield [listed, path.slice(slash + 1)];
  }

  private *listPaths(): Generator<string> {
    yield* this.namedByPath.keys();
    yield* this.byName.keys();
    for (const [prefix, all] of this.byPrefix)
      for (const { artifacts } of all) for (const { name } of artifacts) yield `${prefix}/${name.toLowerCase()}`;
  }

  private expectListed(manifest: Resource): void {
    const { id, details } = manifest;
    if (details.of !== "artifactManifest" || !this.storeIds.includes(parentOf(id) ?? "")) return;
    const { artifacts } = details;
    const listed = { manifest, artifacts, there: new Uint8Array(artifacts.length) };
    this.listed.push(listed);
    add(this.byPrefix, nameOf(id).toLowerCase(), listed);
    for (const name of new Set(artifacts.map((artifact) => artifact.name.toLowerCase())))
      add(this.byName, name, listed);
  }

  private expectNamed({ details }: Resource, prefixes: ReadonlyMap<string, readonly string[]>): void {
    for (const reference of details.of === "version" ? details.references : []) {
      if (reference.form !== "store" || !reference.artifact || !this.storeIds.includes(reference.id)) continue;
      const { id, artifact } = reference;
      const key = keyOf(id, artifact);
      if (this.named.has(key)) continue;
      const name = artifact.name.toLowerCase();
      const above = prefixes.get(`${id} ${name}`) ?? [];
      const named: Named = { artifact, there: false };
      this.named.set(key, named);
      for (const path of new Set([name, ...above.map((prefix) => `${prefix}/${name}`.toLowerCase())]))
        add(this.namedByPath, path, named);
    }
  }
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

const listMissingOf = ({ artifacts, there }: Listed): readonly Artifact[] =>
  artifacts
    .filter((_, index) => there[index] === 0)
    .sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.version, b.version));

/** The artifact manifests, present or past, that list an artifact, by store and name: a legacy reference may mean any. */
function listPrefixes({ artifactManifests }: Graph): ReadonlyMap<string, readonly string[]> {
  const prefixes = new Map<string, string[]>();
  for (const manifest of artifactManifests.values()) {
    for (const name of new Set(manifest.artifacts.map((artifact) => artifact.name.toLowerCase()))) {
      add(prefixes, `${storeOf(manifest)} ${name}`, pathPrefixOf(manifest));
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

/**
 * One finding per artifact manifest with artifacts that are missing; none while its uploads may be under way. Evidence is made when it
 * is asked for: where all of a large registry is missing, that of every finding at once would be too much.
 */
export function listMissingFindings(missing: MissingArtifacts, sight: Sight): readonly ObservedFinding[] {
  const settled = missing.listed.filter(
    ({ artifactManifest }) => artifactManifest.state?.toLowerCase() !== "uploading",
  );
  return settled.map(({ artifactManifest, listArtifacts }) => ({
    kind: "missingArtifact",
    subject: artifactManifest.id,
    scope: scopeOf(missing),
    publisherId: publisherOf(artifactManifest.id),
    storeId: parentOf(artifactManifest.id),
    get evidence() {
      return [
        linkResource(sight, artifactManifest),
        ...linkSince(artifactManifest, undefined),
        ...limitLinks(listArtifacts().map((artifact) => linkMissing(sight, artifact))),
      ];
    },
  }));
}

/** Versions in use, sorted by id, of which a reference leads into the registry's stores and to something that is not there. */
export function listDanglingFindings(
  graph: Graph,
  missing: MissingArtifacts,
  sight: Sight,
): readonly ObservedFinding[] {
  const absent = new Map(missing.listed.map((listed) => [listed.artifactManifest.id, listed.listArtifacts]));
  const scene: BrokenScene = { graph, missing, absent, sight };
  const versions = [...graph.presentVersions.values()].sort((a, b) => compareTexts(a.id, b.id));
  return versions.flatMap((version) => {
    const listBroken = () => listReferences(version).map((reference) => linkBroken(scene, reference));
    return toDanglingFindings(graph, version, { listBroken, scope: scopeOf(missing), sight });
  });
}

/** These findings need every repository of the registry to be listed whole, unlike those about single registry manifests. */
const scopeOf = ({ registryId }: MissingArtifacts): string => `artifacts:${registryId ?? ""}`;
