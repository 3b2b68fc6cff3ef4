import type { ArmId } from "./armId.ts";
import { nameOf, parentOf, publisherOf } from "./armId.ts";
import type { Graph } from "./graph.ts";
import type { KeepCode, KeepReason } from "./keepReasons.ts";
import type { KnownArtifactManifest, KnownVersion } from "./knowledge.ts";
import type { ArtifactReference, Resource, VersionReference } from "./resources.ts";

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

interface LegacyArtifact {
  readonly storeId: ArmId;
  readonly name: string;
  readonly version: string | undefined;
  readonly reason: KeepReason;
}

/** Where reasons collect while the graph is walked. */
class Collector {
  readonly byManifest = new Map<ArmId, KeepReason[]>();
  readonly byStore = new Map<ArmId, KeepReason[]>();
  readonly byPublisher = new Map<ArmId, KeepReason[]>();
  readonly byPublisherName = new Map<string, KeepReason[]>();
  readonly everywhere: KeepReason[] = [];
  readonly legacy: LegacyArtifact[] = [];
  readonly byDigest = new Map<string, KeepReason[]>();
  /** By publisher; `""` means any. */
  readonly secrets = new Map<ArmId, KeepReason[]>();
  private byName: ReadonlyMap<string, readonly KnownVersion[]> | undefined;

  versionsNamed(graph: Graph, name: string): readonly KnownVersion[] {
    this.byName ??= Map.groupBy(graph.versions.values(), ({ id }) => nameOf(id));
    return this.byName.get(name) ?? [];
  }
}

export function createNeeds(graph: Graph): Needs {
  const found = new Collector();
  for (const id of graph.presentVersions) {
    for (const reference of graph.versions.get(id)?.references ?? [])
      addReference(found, reference, { code: "referencedByVersion", by: id });
  }
  for (const consumer of graph.consumers) addConsumer(found, graph, consumer);
  return {
    ofArtifactManifest: (manifest) => [
      ...(found.byManifest.get(manifest.id) ?? []),
      ...ofStore(found, parentOf(manifest.id)),
      ...found.legacy.filter((artifact) => isMeant(artifact, manifest)).map(({ reason }) => reason),
    ],
    ofStore: (storeId) => ofStore(found, storeId),
    ofDigest: (digest) => found.byDigest.get(digest) ?? [],
    secretsOf: (publisherId) => [
      ...(found.secrets.get("") ?? []),
      ...(publisherId ? (found.secrets.get(publisherId) ?? []) : []),
    ],
    legacyNames: (storeId) =>
      new Set(found.legacy.filter((artifact) => artifact.storeId === storeId).map(({ name }) => name)),
  };
}

function ofStore(found: Collector, storeId: ArmId | undefined): readonly KeepReason[] {
  const publisherId = storeId && publisherOf(storeId);
  return [
    ...(storeId ? (found.byStore.get(storeId) ?? []) : []),
    ...(publisherId ? (found.byPublisher.get(publisherId) ?? []) : []),
    ...(publisherId ? (found.byPublisherName.get(nameOf(publisherId)) ?? []) : []),
    ...found.everywhere,
  ];
}

/** A legacy reference without a version, or to one that an artifact has too, means the artifact manifest that lists it. */
function isMeant(legacy: LegacyArtifact, manifest: KnownArtifactManifest): boolean {
  if (legacy.storeId !== parentOf(manifest.id)) return false;
  return manifest.artifacts.some(
    ({ name, version }) =>
      name.toLowerCase() === legacy.name && (legacy.version === undefined || legacy.version === version),
  );
}

function addReference(found: Collector, reference: ArtifactReference, reason: KeepReason): void {
  switch (reference.form) {
    case "artifactManifest":
      return push(found.byManifest, reference.id, reason);
    case "store":
      return addLegacyReference(found, reference, reason);
    case "unreadable":
      // The text could name a store of any publisher.
      found.everywhere.push(as("unreadableReference", reason));
      return;
    default:
      reference satisfies never;
  }
}

function addLegacyReference(
  found: Collector,
  reference: Extract<ArtifactReference, { form: "store" }>,
  reason: KeepReason,
): void {
  const { id, chart, artifact } = reference;
  if (chart || !artifact) return push(found.byStore, id, as("legacyStoreReference", reason));
  found.legacy.push({
    storeId: id,
    name: artifact.name.toLowerCase(),
    version: artifact.version,
    reason: as("legacyArtifactReference", reason),
  });
}

function addConsumer(found: Collector, graph: Graph, consumer: Resource): void {
  if (consumer.details.of !== "consumer") return;
  for (const digest of consumer.details.digests)
    push(found.byDigest, digest, { code: "digestPinned", by: consumer.id });
  for (const reference of consumer.details.versions)
    addVersionReference(found, graph, { reference, consumerId: consumer.id });
  if (!consumer.details.hasSecretValues) return;
  const reason: KeepReason = { code: "secretValuesMayPinDigest", by: consumer.id };
  for (const publisherId of listPublishers(consumer.details.versions)) push(found.secrets, publisherId, reason);
}

/** The publishers that a consumer is known to use; `""`, which means any, where one reference does not tell. */
function listPublishers(references: readonly VersionReference[]): readonly ArmId[] {
  const publishers = references.map((reference) => {
    if (reference.by === "id") return publisherOf(reference.id) ?? "";
    return reference.by === "names" ? "" : (reference.publisherId ?? "");
  });
  return publishers.length === 0 ? [""] : publishers;
}

interface Consumption {
  readonly reference: VersionReference;
  readonly consumerId: ArmId;
}

function addVersionReference(found: Collector, graph: Graph, { reference, consumerId }: Consumption): void {
  const unknown: KeepReason = { code: "consumerOfUnknownVersion", by: consumerId };
  switch (reference.by) {
    case "id": {
      const version = graph.versions.get(reference.id);
      if (version) return addVersion(found, graph, { version, consumerId });
      return push(found.byPublisher, publisherOf(reference.id) ?? "", unknown);
    }
    case "names":
      return addNames(found, graph, { reference, consumerId });
    case "mention":
      for (const text of reference.texts) {
        for (const version of found.versionsNamed(graph, text)) {
          if (isMentioned(reference, version)) addVersion(found, graph, { version, consumerId });
        }
      }
      return;
    case "unreadable": {
      const reason: KeepReason = { code: "unreadableConsumer", by: consumerId };
      if (reference.publisherId) return push(found.byPublisher, reference.publisherId, reason);
      found.everywhere.push(reason);
      return;
    }
    default:
      reference satisfies never;
  }
}

/** Names fit versions in any subscription and region; where none fits, the version was never seen and could need anything. */
function addNames(found: Collector, graph: Graph, { reference, consumerId }: Consumption): void {
  if (reference.by !== "names") return;
  const fitting = [...graph.versions.values()].filter((version) => fits(reference, version));
  for (const version of fitting) addVersion(found, graph, { version, consumerId });
  const { publisher, group, version, from } = reference;
  const isVague = from === "fields" && (publisher === undefined || group === undefined || version === undefined);
  if (fitting.length > 0 && !isVague) return;
  const reason: KeepReason = { code: isVague ? "unreadableConsumer" : "consumerOfUnknownVersion", by: consumerId };
  if (publisher === undefined) found.everywhere.push(reason);
  else push(found.byPublisherName, publisher.toLowerCase(), reason);
}

function fits(names: Extract<VersionReference, { by: "names" }>, version: KnownVersion): boolean {
  const parts = version.id.split("/");
  const pairs: readonly [string | undefined, string | undefined][] = [
    [names.publisher, parts[8]],
    [names.group, parts[10]],
    [names.version, parts[12]],
  ];
  return pairs.every(([wanted, actual]) => wanted === undefined || wanted.toLowerCase() === actual);
}

/** Of the schema's publisher, or of one whose name stands in the value too. */
function isMentioned(mention: Extract<VersionReference, { by: "mention" }>, version: KnownVersion): boolean {
  const publisherId = publisherOf(version.id);
  return (
    mention.publisherId === undefined ||
    mention.publisherId === publisherId ||
    mention.texts.includes(nameOf(publisherId ?? ""))
  );
}

/** A consumed version needs everything it ever referenced, whether or not it still exists: AOSM lets it be deleted while in use. */
function addVersion(
  found: Collector,
  graph: Graph,
  { version, consumerId }: { version: KnownVersion; consumerId: ArmId },
): void {
  const code: KeepCode = graph.presentVersions.has(version.id) ? "referencedByVersion" : "consumerOfDeletedVersion";
  const by = code === "referencedByVersion" ? version.id : consumerId;
  for (const reference of version.references) addReference(found, reference, { code, by });
}

const as = (code: KeepCode, reason: KeepReason): KeepReason => ({ ...reason, code });

function push<K>(map: Map<K, KeepReason[]>, key: K, reason: KeepReason): void {
  const list = map.get(key);
  if (list) list.push(reason);
  else map.set(key, [reason]);
}
