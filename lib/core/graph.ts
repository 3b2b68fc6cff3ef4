import type { ArmId } from "./armId.ts";
import type { Known, KnownArtifactManifest, KnownVersion } from "./knowledge.ts";
import type { Resource } from "./resources.ts";
import { isConsumer, isVersion } from "./resources.ts";

/** The publisher graph as one snapshot saw it, together with what is remembered from earlier ones. */
export interface Graph {
  readonly stores: ReadonlyMap<ArmId, Resource>;
  readonly registries: ReadonlyMap<ArmId, Resource>;
  /** Artifact manifests that exist now. */
  readonly present: ReadonlyMap<ArmId, Resource>;
  /** Artifact manifests that exist or existed. */
  readonly artifactManifests: ReadonlyMap<ArmId, KnownArtifactManifest>;
  /** NFDVs and NSDVs that exist or existed, with every reference they ever had. */
  readonly versions: ReadonlyMap<ArmId, KnownVersion>;
  /** The ids of those that exist now. */
  readonly presentVersions: ReadonlySet<ArmId>;
  readonly consumers: readonly Resource[];
}

/** `known` must already contain what `resources` teach (see `learn`). */
export function toGraph(resources: Iterable<Resource>, known: Iterable<Known>): Graph {
  const stores = new Map<ArmId, Resource>();
  const registries = new Map<ArmId, Resource>();
  const present = new Map<ArmId, Resource>();
  const presentVersions = new Set<ArmId>();
  const consumers: Resource[] = [];
  for (const resource of resources) {
    if (resource.kind === "artifactStore") stores.set(resource.id, resource);
    else if (resource.kind === "registry") registries.set(resource.id, resource);
    else if (resource.kind === "artifactManifest") present.set(resource.id, resource);
    else if (isVersion(resource.kind)) presentVersions.add(resource.id);
    else if (isConsumer(resource.kind)) consumers.push(resource);
  }
  const artifactManifests = new Map<ArmId, KnownArtifactManifest>();
  const versions = new Map<ArmId, KnownVersion>();
  for (const entry of known) {
    if (entry.of === "artifactManifest") artifactManifests.set(entry.id, entry);
    else versions.set(entry.id, entry);
  }
  return { stores, registries, present, artifactManifests, versions, presentVersions, consumers };
}

/** The artifact stores that `registryId` backs. */
export function listStoresOf(graph: Graph, registryId: ArmId): readonly Resource[] {
  return [...graph.stores.values()].filter(
    ({ details }) => details.of === "store" && details.registryId === registryId,
  );
}
