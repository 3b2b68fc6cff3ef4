import type { ArmId } from "../core/armId.ts";
import { nameOf, publisherOf } from "../core/armId.ts";
import { ConsumerIndex } from "../core/demands.ts";
import { addToIndex } from "../core/graph.ts";
import type { Known, KnownVersion } from "../core/knowledge.ts";
import type { ArtifactReference, Resource } from "../core/resources.ts";
import { VersionIndex } from "../core/versionIndex.ts";

/**
 * What the rules must know of the whole tenant, gathered while it is streamed: which versions exist or existed, who consumes them,
 * and which versions reach into the stores of another publisher. Everything else is read publisher by publisher.
 */
export class Tenant {
  readonly stores = new Map<ArmId, Resource>();
  readonly versions = new VersionIndex();
  readonly consumers = new ConsumerIndex(this.versions);
  /** Versions that reference another publisher's store, or something that cannot be read, with what is known of each. */
  readonly reaching = new Map<ArmId, Reaching>();
  private readonly publishers = new Map<string, Set<ArmId>>();

  addStructure(resource: Resource): void {
    if (resource.kind === "artifactStore") this.stores.set(resource.id, resource);
    this.addPublisher(resource.id);
  }

  /** Every version must be added before the first consumer. */
  addVersion(resource: Resource | undefined, known: KnownVersion | undefined): void {
    const id = resource?.id ?? known?.id;
    if (id === undefined) return;
    this.addPublisher(id);
    if (resource) {
      this.versions.addPresent(id);
      addToIndex(this.consumers, resource);
    } else if (known) this.versions.addKnown(known);
    const stated = resource?.details.of === "version" ? resource.details.references : [];
    const references = [...stated, ...(known?.references ?? [])];
    if (!references.some((reference) => reachesOut(reference, id))) return;
    const earlier = this.reaching.get(id);
    this.reaching.set(id, { resource: resource ?? earlier?.resource, known: known ?? earlier?.known });
  }

  addConsumer(resource: Resource): void {
    addToIndex(this.consumers, resource);
  }

  /** Lower-case, sorted: those that any id names. */
  listPublisherNames(): readonly string[] {
    return [...this.publishers.keys()].sort();
  }

  /** Names tell publishers apart within a region only: what one name may mean is read together. */
  listPublishers(name: string): readonly ArmId[] {
    return [...(this.publishers.get(name) ?? [])].sort();
  }

  /** Of any resource that a publisher owns, existing or remembered. */
  addPublisher(id: ArmId): void {
    const publisherId = publisherOf(id);
    if (publisherId === undefined) return;
    const name = nameOf(publisherId);
    const ids = this.publishers.get(name);
    if (ids) ids.add(publisherId);
    else this.publishers.set(name, new Set([publisherId]));
  }
}

export interface Reaching {
  readonly resource: Resource | undefined;
  readonly known: Known | undefined;
}

function reachesOut(reference: ArtifactReference, versionId: ArmId): boolean {
  return reference.form === "unreadable" || publisherOf(reference.id) !== publisherOf(versionId);
}
