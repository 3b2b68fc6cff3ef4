import type { Adoption } from "../../lib/core/adoption.ts";
import type { ArmId } from "../../lib/core/armId.ts";
import type { ObservedFinding } from "../../lib/core/findings.ts";
import type { ResourceChange } from "../../lib/core/history.ts";
import type { Hold } from "../../lib/core/hold.ts";
import type { KnownArtifactManifest, KnownStore, KnownVersion } from "../../lib/core/knowledge.ts";
import type { Mark, Observation } from "../../lib/core/marks.ts";
import type { DuePolicy } from "../../lib/core/planPurge.ts";
import type { Edges, RegistryManifest, Repository } from "../../lib/core/registryManifest.ts";
import type { ConsumerDetails, RegistryDetails, Resource } from "../../lib/core/resources.ts";
import type { Verdict } from "../../lib/core/verdicts.ts";

/** The fixed instant of the tests: Monday, 2 March 2026, one in the morning, UTC. */
export const NOW = "2026-03-02T01:00:00Z";

export const PUBLISHER: ArmId =
  "/subscriptions/sub1/resourcegroups/rg/providers/microsoft.hybridnetwork/publishers/contoso";
export const STORE: ArmId = `${PUBLISHER}/artifactstores/store`;
export const REGISTRY: ArmId =
  "/subscriptions/sub1/resourcegroups/managed/providers/microsoft.containerregistry/registries/contosoacr";

export const artifactManifestId = (name: string, store: ArmId = STORE): ArmId => `${store}/artifactmanifests/${name}`;

/** Id of an NFDV of the group `nfdg`. */
export const nfdvId = (version: string, publisher: ArmId = PUBLISHER): ArmId =>
  `${publisher}/networkfunctiondefinitiongroups/nfdg/networkfunctiondefinitionversions/${version}`;

/** Id of an NSDV of the group `nsdg`. */
export const nsdvId = (version: string, publisher: ArmId = PUBLISHER): ArmId =>
  `${publisher}/networkservicedesigngroups/nsdg/networkservicedesignversions/${version}`;

/** Id of a resource that is nested in no publisher, such as `networkfunctions`. */
export const consumerId = (collection: string, name: string): ArmId =>
  `/subscriptions/sub2/resourcegroups/site/providers/microsoft.hybridnetwork/${collection}/${name}`;

/** A digest that sorts by its number. */
export const digest = (number: number): string => `sha256:${number.toString(16).padStart(64, "0")}`;

/** The hex of a digest, as it stands in an edge tag: `sha256-<hex>`. */
export const edgeTag = (subject: string, suffix = ""): string => `${subject.replace(":", "-")}${suffix}`;

export const tagged = (...names: readonly string[]): RegistryManifest["tags"] =>
  names.map((name) => ({ name, movedAt: undefined }));

export function someEdges(edges: Partial<Edges> = {}): Edges {
  return { understood: true, children: [], subject: undefined, layers: [], ...edges };
}

export function aManifest(manifest: Partial<RegistryManifest> = {}): RegistryManifest {
  return {
    digest: digest(1),
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    size: 1000,
    createdAt: "2026-01-05T10:00:00.1234567Z",
    tags: [],
    lastTags: [],
    locked: false,
    edges: someEdges(),
    ...manifest,
  };
}

export interface Node extends Partial<Omit<RegistryManifest, "edges">>, Partial<Pick<Edges, "children" | "subject">> {}

/** A registry manifest with the given edges. */
export function aNode(name: string, { children = [], subject, ...manifest }: Node = {}): RegistryManifest {
  return aManifest({ digest: name, edges: someEdges({ children, subject }), ...manifest });
}

export function aRepository(repository: Partial<Repository> = {}): Repository {
  return { registryId: REGISTRY, name: "cnf/nginx", locked: false, manifests: [], incomplete: [], ...repository };
}

export function aResource(resource: Partial<Resource> = {}): Resource {
  return {
    id: PUBLISHER,
    kind: "publisher",
    name: "contoso",
    location: "westeurope",
    provisioningState: "Succeeded",
    state: undefined,
    createdAt: "2025-06-01T00:00:00Z",
    details: { of: "other" },
    ...resource,
  };
}

export function aStore(resource: Partial<Resource> = {}): Resource {
  return aResource({
    id: STORE,
    kind: "artifactStore",
    name: "store",
    details: { of: "store", storeType: "AzureContainerRegistry", registryId: REGISTRY },
    ...resource,
  });
}

/** An artifact manifest that exists. */
export function anArtifactManifest(resource: Partial<Resource> = {}): Resource {
  return aResource({
    id: artifactManifestId("cnf"),
    kind: "artifactManifest",
    name: "cnf",
    state: "Uploaded",
    details: { of: "artifactManifest", artifacts: [{ name: "nginx", version: "1.0" }], unreadable: [] },
    ...resource,
  });
}

/** An NFDV that exists. */
export function anNfdv(resource: Partial<Resource> = {}): Resource {
  return aResource({
    id: nfdvId("1.0.0"),
    kind: "networkFunctionDefinitionVersion",
    name: "1.0.0",
    state: "Active",
    details: { of: "version", references: [], schemas: [] },
    ...resource,
  });
}

/** An NSDV that exists. */
export function anNsdv(resource: Partial<Resource> = {}): Resource {
  return anNfdv({ id: nsdvId("1.0.0"), kind: "networkServiceDesignVersion", ...resource });
}

/** A network function with the given details. */
export function aNetworkFunction(details: Partial<ConsumerDetails> = {}): Resource {
  return aResource({
    id: consumerId("networkfunctions", "nf"),
    kind: "networkFunction",
    name: "nf",
    details: {
      of: "consumer",
      versions: [],
      values: [],
      schemas: [],
      digests: [],
      hasSecretValues: false,
      ...details,
    },
  });
}

/** The registry behind `aStore`, without any policy. */
export function aRegistry(details: Partial<RegistryDetails> = {}): Resource {
  return aResource({
    id: REGISTRY,
    kind: "registry",
    name: "contosoacr",
    details: {
      of: "registry",
      loginServer: "contosoacr.azurecr.io",
      sku: "Premium",
      roleAssignmentMode: undefined,
      publicNetworkAccess: "Enabled",
      retentionDays: undefined,
      softDeleteDays: undefined,
      unreadablePolicies: [],
      ...details,
    },
  });
}

/** A geo-replica of `aRegistry`, ready unless said otherwise. */
export function aReplication(resource: Partial<Resource> = {}): Resource {
  return aResource({
    id: `${REGISTRY}/replications/westeurope`,
    kind: "replication",
    name: "westeurope",
    details: { of: "replication", status: "online" },
    ...resource,
  });
}

/** An artifact manifest as it is remembered. */
export function aKnown(known: Partial<KnownArtifactManifest> = {}): KnownArtifactManifest {
  return {
    of: "artifactManifest",
    id: artifactManifestId("cnf"),
    artifacts: [{ name: "nginx", version: "1.0" }],
    unreadable: false,
    hold: undefined,
    endlessHold: undefined,
    seenComplete: true,
    firstSeenAt: "2026-01-01T01:00:00Z",
    lastSeenAt: "2026-02-20T01:00:00Z",
    ...known,
  };
}

/** A store as it is remembered once a tag held it. */
export function aKnownStore(known: Partial<KnownStore> = {}): KnownStore {
  return {
    of: "store",
    id: STORE,
    hold: undefined,
    endlessHold: undefined,
    firstSeenAt: NOW,
    lastSeenAt: NOW,
    ...known,
  };
}

/** A version as it is remembered. */
export function aKnownVersion(known: Partial<KnownVersion> = {}): KnownVersion {
  return {
    of: "version",
    id: nfdvId("1.0.0"),
    references: [{ form: "artifactManifest", id: artifactManifestId("cnf"), artifact: undefined }],
    firstSeenAt: "2026-01-01T01:00:00Z",
    lastSeenAt: "2026-02-20T01:00:00Z",
    ...known,
  };
}

/** A person adopted the prefix `old` of the store yesterday. */
export function anAdoption(adoption: Partial<Adoption> = {}): Adoption {
  return {
    storeId: STORE,
    prefix: "old",
    by: "ops@contoso.example",
    reason: "left over from the first release",
    at: "2026-03-01T09:00:00Z",
    lapsedAt: undefined,
    ...adoption,
  };
}

/** A hold of the digest of `aManifest`, in force at `NOW`. */
export function aHold(hold: Partial<Hold> = {}): Hold {
  return {
    scope: { of: "digest", digest: digest(1) },
    reason: "an audit",
    owner: "release team",
    until: "2026-04-01T00:00:00.000Z",
    at: "2026-03-01T09:00:00Z",
    ...hold,
  };
}

/** What the snapshot at `NOW` showed otherwise than the one a day before. */
export function aChange(change: Partial<ResourceChange> = {}): ResourceChange {
  return {
    at: NOW,
    snapshotId: "20260302T010000Z",
    beforeAt: "2026-03-01T01:00:00Z",
    beforeSnapshotId: "20260301T010000Z",
    change: "changed",
    fields: [{ field: "state", removed: ["Preview"], added: ["Active"] }],
    ...change,
  };
}

/** A finding about a registry manifest of `REGISTRY`, as a run observes it. */
export function anObservedFinding(observed: Partial<ObservedFinding> = {}): ObservedFinding {
  return {
    kind: "decommissionedArtifact",
    subject: `${REGISTRY}/cnf/nginx@${digest(1)}`,
    scope: REGISTRY,
    publisherId: PUBLISHER,
    storeId: STORE,
    evidence: [{ text: "artifact manifest gone", subject: artifactManifestId("cnf"), at: NOW }],
    ...observed,
  };
}

export function aVerdict(verdict: Partial<Verdict> = {}): Verdict {
  return {
    digest: digest(1),
    class: "decommissioned",
    storeId: STORE,
    artifactManifestId: artifactManifestId("cnf"),
    keep: [],
    ...verdict,
  };
}

/** A mark that has been due since yesterday. */
export function aMark(mark: Partial<Mark> = {}): Mark {
  return {
    registryId: REGISTRY,
    repository: "cnf/nginx",
    digest: digest(1),
    class: "decommissioned",
    storeId: STORE,
    artifactManifestId: artifactManifestId("cnf"),
    pushedAt: "2026-01-05T10:00:00.1234567Z",
    storeCreatedAt: "2025-06-01T00:00:00Z",
    size: 1000,
    firstSightedAt: "2026-02-14T01:00:00Z",
    firstSnapshotId: "20260214T010000Z",
    lastConfirmedAt: "2026-03-01T01:00:00Z",
    lastSnapshotId: "20260301T010000Z",
    clockStartedAt: "2026-02-15T01:00:00Z",
    deadline: "2026-03-01T01:00:00Z",
    ...mark,
  };
}

/** What a complete snapshot at `NOW` says of the registry manifest of `aMark`. */
export function anObservation(observation: Partial<Observation> = {}): Observation {
  return {
    at: NOW,
    snapshotId: "20260302T010000Z",
    complete: true,
    verdict: aVerdict(),
    registryId: REGISTRY,
    repository: "cnf/nginx",
    pushedAt: "2026-01-05T10:00:00.1234567Z",
    storeCreatedAt: "2025-06-01T00:00:00Z",
    size: 1000,
    graceMs: 14 * 86_400_000,
    foundAt: "2026-02-14T01:00:00Z",
    ...observation,
  };
}

/** A policy under which `aMark` is due. */
export function aDuePolicy(policy: Partial<DuePolicy> = {}): DuePolicy {
  return {
    now: Date.parse(NOW),
    purgeSuperseded: false,
    graceMs: 14 * 86_400_000,
    enforceDeadline: undefined,
    maxAgeMs: 36 * 3_600_000,
    holdOf: () => undefined,
    isLastVersion: () => false,
    ...policy,
  };
}
