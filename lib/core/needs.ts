import type { ArmId } from "./armId.ts";
import { parentOf, publisherOf } from "./armId.ts";
import type { Graph } from "./graph.ts";
import type { KeepCode, KeepReason } from "./keepReasons.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import type { ArtifactReference, NamedArtifact } from "./resources.ts";
import type { Sample } from "./sample.ts";
import { fitsRange } from "./versionRange.ts";

/** Who needs what, computed once per graph. Anything that cannot be pinned down widens to all that it could mean. */
export interface Needs {
  /** Every reason why something may need an artifact of `artifactManifest`; empty only where nothing can. */
  ofArtifactManifest(artifactManifest: KnownArtifactManifest): readonly KeepReason[];
  /** Reasons that protect a whole artifact store, whatever its artifact manifests say. */
  ofStore(storeId: ArmId): readonly KeepReason[];
  /** Consumers whose values name `digest`. */
  ofDigest(digest: string): readonly KeepReason[];
  /** Consumers whose secret values could name any digest of the publisher. */
  secretsOf(publisherId: ArmId | undefined): readonly KeepReason[];
  /** Artifact names, lower-case, that legacy references of `storeId` use as repository paths. */
  legacyNames(storeId: ArmId): ReadonlySet<string>;
}

export interface NeedsOptions {
  /** True where an operator chose that a chart of a legacy reference protects what lists it, and not its whole store. */
  readonly isNarrow: (storeId: ArmId) => boolean;
}

interface LegacyArtifact {
  readonly storeId: ArmId;
  readonly artifact: NamedArtifact;
  readonly reason: KeepReason;
}

/** Where reasons collect while the versions are walked. */
interface Found {
  readonly byManifest: Map<ArmId, KeepReason[]>;
  readonly byStore: Map<ArmId, KeepReason[]>;
  readonly everywhere: KeepReason[];
  readonly legacy: Map<ArmId, LegacyArtifact[]>;
}

const WIDE: NeedsOptions = { isNarrow: () => false };

export function createNeeds(graph: Graph, options: NeedsOptions = WIDE): Needs {
  const found = collect(graph, options);
  const ofStore = (storeId: ArmId | undefined): readonly KeepReason[] => [
    ...(storeId === undefined ? [] : (found.byStore.get(storeId) ?? [])),
    ...listWide(graph, storeId),
    ...found.everywhere,
  ];
  return {
    ofArtifactManifest: (manifest) => [
      ...(found.byManifest.get(manifest.id) ?? []),
      ...ofStore(parentOf(manifest.id)),
      ...listLegacy(found, manifest),
    ],
    ofStore,
    ofDigest: (digest) => toReasons("digestPinned", graph.demands.ofDigest(digest)),
    secretsOf: (publisherId) => toReasons("secretValuesMayPinDigest", graph.demands.secretsOf(publisherId)),
    legacyNames: (storeId) =>
      new Set((found.legacy.get(storeId) ?? []).map(({ artifact }) => artifact.name.toLowerCase())),
  };
}

/**
 * What exists needs what it ever referenced; what is gone, as long as a consumer runs on it: AOSM lets a version be deleted while
 * it is in use.
 */
function collect(graph: Graph, options: NeedsOptions): Found {
  const found: Found = { byManifest: new Map(), byStore: new Map(), everywhere: [], legacy: new Map() };
  for (const { id, references } of graph.versions.values()) {
    const reasons: readonly KeepReason[] = graph.presentVersions.has(id)
      ? [{ code: "referencedByVersion", by: id }]
      : toReasons("consumerOfDeletedVersion", graph.demands.ofGoneVersion(id));
    for (const reason of reasons)
      for (const reference of references) addReference(found, reference, { reason, options });
  }
  for (const { id, details } of graph.presentVersions.values()) {
    if (graph.versions.has(id) || details.of !== "version") continue;
    const reason: KeepReason = { code: "referencedByVersion", by: id };
    for (const reference of details.references) addReference(found, reference, { reason, options });
  }
  return found;
}

interface Origin {
  readonly reason: KeepReason;
  readonly options: NeedsOptions;
}

function addReference(found: Found, reference: ArtifactReference, { reason, options }: Origin): void {
  switch (reference.form) {
    case "artifactManifest":
      return push(found.byManifest, reference.id, reason);
    case "store":
      return addLegacy(found, reference, { reason, options });
    case "unreadable":
      // The text could name a store of any publisher.
      found.everywhere.push(as("unreadableReference", reason));
      return;
    default:
      reference satisfies never;
  }
}

function addLegacy(
  found: Found,
  { id, chart, artifact }: Extract<ArtifactReference, { form: "store" }>,
  { reason, options }: Origin,
): void {
  if (!artifact || (chart && !options.isNarrow(id))) return push(found.byStore, id, as("legacyStoreReference", reason));
  push(found.legacy, id, { storeId: id, artifact, reason: as("legacyArtifactReference", reason) });
}

function listLegacy(found: Found, manifest: KnownArtifactManifest): readonly KeepReason[] {
  const legacy = found.legacy.get(parentOf(manifest.id) ?? "") ?? [];
  // A list that cannot be read may name any artifact.
  return legacy
    .filter(({ artifact }) => manifest.unreadable || isListed(artifact, manifest))
    .map(({ reason }) => reason);
}

/** A reference without a version, or to one that an artifact has too, means the artifact manifest that lists it. */
function isListed(named: NamedArtifact, manifest: KnownArtifactManifest): boolean {
  return manifest.artifacts.some(
    ({ name, version }) => name.toLowerCase() === named.name.toLowerCase() && isMeant(named, version),
  );
}

/** True where `version` is, or may be, the one that a reference names, in whatever casing. */
export function isMeant({ version, chart }: NamedArtifact, given: string): boolean {
  const [wanted, lower] = [version?.toLowerCase(), given.toLowerCase()];
  if (!chart) return wanted === undefined || wanted === lower;
  // Casing decides the order of prereleases, so neither comparison takes the place of the other.
  return fitsRange(version, given) || fitsRange(wanted, lower);
}

function listWide({ demands }: Graph, storeId: ArmId | undefined): readonly KeepReason[] {
  const publisherId = storeId === undefined ? undefined : publisherOf(storeId);
  return demands.ofPublisher(publisherId).flatMap(({ code, consumers }) => toReasons(code, consumers));
}

/** One reason for each consumer that the sample names, and one that tells how many more there are. */
function toReasons(code: KeepCode, sample: Sample | undefined): KeepReason[] {
  if (!sample) return [];
  const named = sample.first.map((by): KeepReason => ({ code, by }));
  const more = sample.count - sample.first.length;
  return more > 0 ? [...named, { code, by: `${more} more` }] : named;
}

const as = (code: KeepCode, reason: KeepReason): KeepReason => ({ ...reason, code });

function push<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
