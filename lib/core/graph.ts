import type { Adoption } from "./adoption.ts";
import { adoptedManifestId } from "./adoption.ts";
import type { ArmId } from "./armId.ts";
import { parentOf } from "./armId.ts";
import type { Demands, Uses } from "./demands.ts";
import { ConsumerIndex } from "./demands.ts";
import type { Known, KnownArtifactManifest, KnownStore, KnownVersion } from "./knowledge.ts";
import type { Resource } from "./resources.ts";
import { isVersion } from "./resources.ts";
import { VersionIndex } from "./versionIndex.ts";

/**
 * The publisher graph as one snapshot saw it, together with what is remembered from earlier ones: of some publishers, with every
 * version anywhere that reaches into their stores, and what consumers of the whole tenant ask for.
 */
export interface Graph {
  readonly stores: ReadonlyMap<ArmId, Resource>;
  /** Stores that exist or existed, and that a tag held at some time. */
  readonly heldStores: ReadonlyMap<ArmId, KnownStore>;
  /** Artifact manifests that exist now. */
  readonly present: ReadonlyMap<ArmId, Resource>;
  /** Artifact manifests that exist or existed. */
  readonly artifactManifests: ReadonlyMap<ArmId, KnownArtifactManifest>;
  /** NFDVs and NSDVs that exist or existed, with every reference they ever had. */
  readonly versions: ReadonlyMap<ArmId, KnownVersion>;
  /** Those that exist now. */
  readonly presentVersions: ReadonlyMap<ArmId, Resource>;
  /** Definition groups, design groups and configuration group schemas that exist now. */
  readonly others: ReadonlyMap<ArmId, Resource>;
  /** Adoptions in force, by the id of the artifact manifest that they stand for, which is among `artifactManifests`. */
  readonly adopted: ReadonlyMap<ArmId, Adoption>;
  readonly demands: Demands;
  readonly uses: Uses;
}

export interface GraphSource {
  readonly resources: Iterable<Resource>;
  /** Must already contain what `resources` teach (see `learn`). */
  readonly known: Iterable<Known>;
  readonly adoptions: Iterable<Adoption>;
  readonly demands: Demands;
  readonly uses: Uses;
}

export function createGraph({ resources, known, adoptions, demands, uses }: GraphSource): Graph {
  const graph = {
    stores: new Map<ArmId, Resource>(),
    heldStores: new Map<ArmId, KnownStore>(),
    present: new Map<ArmId, Resource>(),
    presentVersions: new Map<ArmId, Resource>(),
    others: new Map<ArmId, Resource>(),
    artifactManifests: new Map<ArmId, KnownArtifactManifest>(),
    versions: new Map<ArmId, KnownVersion>(),
    adopted: new Map<ArmId, Adoption>(),
  };
  for (const resource of resources) {
    if (resource.kind === "artifactStore") graph.stores.set(resource.id, resource);
    else if (resource.kind === "artifactManifest") graph.present.set(resource.id, resource);
    else if (isVersion(resource.kind)) graph.presentVersions.set(resource.id, resource);
    else if (parentOf(resource.id) !== undefined) graph.others.set(resource.id, resource);
  }
  for (const entry of known) {
    if (entry.of === "artifactManifest") graph.artifactManifests.set(entry.id, entry);
    else if (entry.of === "store") graph.heldStores.set(entry.id, entry);
    else graph.versions.set(entry.id, entry);
  }
  for (const adoption of adoptions) {
    const id = adoptedManifestId(adoption);
    // An artifact manifest of that name that was ever seen is what counts: the adoption is over.
    if (adoption.lapsedAt !== undefined || graph.present.has(id) || graph.artifactManifests.has(id)) continue;
    graph.adopted.set(id, adoption);
    graph.artifactManifests.set(id, toAdopted(id, adoption));
  }
  return { ...graph, demands, uses };
}

/** Stands for the artifact manifest that nobody has seen. It lists nothing: what lies under its prefix is its own by adoption. */
function toAdopted(id: ArmId, { at }: Adoption): KnownArtifactManifest {
  return {
    of: "artifactManifest",
    id,
    artifacts: [],
    unreadable: false,
    seenComplete: true,
    hold: undefined,
    endlessHold: undefined,
    firstSeenAt: at,
    lastSeenAt: at,
  };
}

/** The graph of resources that are all at hand, consumers among them. */
export function toGraph(
  resources: Iterable<Resource>,
  known: Iterable<Known>,
  adoptions: Iterable<Adoption> = [],
): Graph {
  const [all, remembered] = [[...resources], [...known]];
  const versions = new VersionIndex();
  for (const { id, kind } of all) if (isVersion(kind)) versions.addPresent(id);
  for (const entry of remembered) if (entry.of === "version") versions.addKnown(entry);
  const consumers = new ConsumerIndex(versions);
  for (const resource of all) addToIndex(consumers, resource);
  return createGraph({ resources: all, known: remembered, adoptions, demands: consumers, uses: consumers });
}

/** Consumers, and the schemas that service designs use. */
export function addToIndex(consumers: ConsumerIndex, resource: Resource): void {
  if (resource.details.of === "consumer") consumers.add(resource);
  if (resource.details.of !== "version") return;
  for (const schema of resource.details.schemas) consumers.addSchema(resource.id, schema);
}
