import type { ArmId } from "./armId.ts";

/** What the service knows of one ARM resource: only what a decision or an explanation needs. */
export interface Resource {
  readonly id: ArmId;
  readonly kind: ResourceKind;
  /** As ARM returns it, in its own casing. */
  readonly name: string;
  readonly location: string;
  readonly provisioningState: string | undefined;
  /** `versionState` or `artifactManifestState`; both are extensible enums. */
  readonly state: string | undefined;
  /** `systemData.createdAt`: tells a re-created resource from the one that was marked. */
  readonly createdAt: string | undefined;
  /** From the ARM tags `cleanup-hold-until` and `cleanup-hold-reason`. */
  readonly hold?: TagHold;
  readonly details: ResourceDetails;
}

/** A person's "not before" on an artifact manifest or store. A date that cannot be read holds without end. */
export interface TagHold {
  /** ISO 8601; undefined: without end. */
  readonly until: string | undefined;
  readonly reason: string;
}

export type ResourceKind =
  | "publisher"
  | "artifactStore"
  | "artifactManifest"
  | "networkFunctionDefinitionGroup"
  | "networkFunctionDefinitionVersion"
  | "networkServiceDesignGroup"
  | "networkServiceDesignVersion"
  | "configurationGroupSchema"
  | "configurationGroupValues"
  | "site"
  | "siteNetworkService"
  | "networkFunction"
  | "registry"
  | "replication";

export type ResourceDetails =
  | StoreDetails
  | { readonly of: "artifactManifest"; readonly artifacts: readonly Artifact[]; readonly unreadable: readonly string[] }
  | VersionDetails
  | ConsumerDetails
  | RegistryDetails
  | ReplicationDetails
  | { readonly of: "other" };

export interface StoreDetails {
  readonly of: "store";
  readonly storeType: string | undefined;
  readonly registryId: ArmId | undefined;
}

export interface VersionDetails {
  readonly of: "version";
  readonly references: readonly ArtifactReference[];
  /** NSDV only: the configuration group schemas that the design asks values for. */
  readonly schemas: readonly SchemaReference[];
}

export interface ConsumerDetails {
  readonly of: "consumer";
  readonly versions: readonly VersionReference[];
  /** SNS only: its configuration group values, desired and last state. */
  readonly values: readonly ArmId[];
  /** CGV only: its schema. */
  readonly schemas: readonly SchemaReference[];
  /** `sha256:…` anywhere in the resource; `name:` and a hash for 64 hex digits that stand alone, which may be a key. */
  readonly digests: readonly string[];
  readonly hasSecretValues: boolean;
}

export interface RegistryDetails {
  readonly of: "registry";
  readonly loginServer: string | undefined;
  readonly sku: string | undefined;
  readonly roleAssignmentMode: string | undefined;
  readonly publicNetworkAccess: string | undefined;
  /** Set where the policy is enabled. */
  readonly retentionDays: number | undefined;
  /** Set where soft delete is enabled. */
  readonly softDeleteDays: number | undefined;
  /** Policies that are there and not understood: they could delete at any time. */
  readonly unreadablePolicies: readonly string[];
}

export interface ReplicationDetails {
  readonly of: "replication";
  /** `properties.status.displayStatus`; anything but `online` is not ready. */
  readonly status: string | undefined;
}

/** One entry of an artifact manifest's `artifacts[]`. */
export interface Artifact {
  readonly name: string;
  readonly version: string;
}

/** The artifact that a version names beside its store reference. */
export interface NamedArtifact {
  readonly name: string;
  /** Of a chart it is a range such as `~2.1.3`, judged as semver; undefined fits every version. */
  readonly version: string | undefined;
  readonly chart: boolean;
}

/** What an NFDV or NSDV says it needs. The paths stand in `referencePaths.ts`. */
export type ArtifactReference =
  | { readonly form: "artifactManifest"; readonly id: ArmId; readonly artifact: NamedArtifact | undefined }
  /** Legacy: names the store. A chart's images are named nowhere, so `chart` protects the whole store. */
  | {
      readonly form: "store";
      readonly id: ArmId;
      readonly chart: boolean;
      readonly artifact: NamedArtifact | undefined;
    }
  /** Cannot be read: its text could name a store of any publisher, so it protects everything. */
  | { readonly form: "unreadable"; readonly text: string };

/** Which configuration group schema an NSDV or CGV uses. */
export type SchemaReference =
  | { readonly by: "id"; readonly id: ArmId }
  /** Names are ambiguous across subscriptions; an undefined one fits everything. */
  | { readonly by: "names"; readonly publisher: string | undefined; readonly schema: string | undefined }
  | { readonly by: "unreadable"; readonly text: string };

/** Where a consumer says it: its desired state, the state that a rollback returns to, or a configuration value. */
export type ReferenceSource = "desired" | "lastState" | "value";

/** Which NFDV or NSDV a consumer (NF, SNS, CGV) runs on or may run on. */
export type VersionReference =
  | { readonly by: "id"; readonly source: ReferenceSource; readonly id: ArmId }
  /**
   * Names are ambiguous across subscriptions: every version that fits is meant, and an undefined name fits everything. From
   * fields of the resource (`desired`, `lastState`) all names are expected, so that a missing one means that the rest may be
   * meant too.
   */
  | {
      readonly by: "names";
      readonly source: ReferenceSource;
      readonly publisher: string | undefined;
      readonly group: string | undefined;
      readonly version: string | undefined;
    }
  /** A text in a CGV value, as `hashName` gives it: the version of that name, if the schema's publisher has one. */
  | { readonly by: "mention"; readonly publisherId: ArmId | undefined; readonly texts: readonly string[] }
  /** Could be any version of `publisherId`; of any publisher where that is unknown too. */
  | { readonly by: "unreadable"; readonly publisherId: ArmId | undefined; readonly text: string };

const KINDS: Readonly<Record<string, ResourceKind>> = {
  "microsoft.hybridnetwork/publishers": "publisher",
  "microsoft.hybridnetwork/publishers/artifactstores": "artifactStore",
  "microsoft.hybridnetwork/publishers/artifactstores/artifactmanifests": "artifactManifest",
  "microsoft.hybridnetwork/publishers/networkfunctiondefinitiongroups": "networkFunctionDefinitionGroup",
  "microsoft.hybridnetwork/publishers/networkfunctiondefinitiongroups/networkfunctiondefinitionversions":
    "networkFunctionDefinitionVersion",
  "microsoft.hybridnetwork/publishers/networkservicedesigngroups": "networkServiceDesignGroup",
  "microsoft.hybridnetwork/publishers/networkservicedesigngroups/networkservicedesignversions":
    "networkServiceDesignVersion",
  "microsoft.hybridnetwork/publishers/configurationgroupschemas": "configurationGroupSchema",
  "microsoft.hybridnetwork/configurationgroupvalues": "configurationGroupValues",
  "microsoft.hybridnetwork/sites": "site",
  "microsoft.hybridnetwork/sitenetworkservices": "siteNetworkService",
  "microsoft.hybridnetwork/networkfunctions": "networkFunction",
  "microsoft.containerregistry/registries": "registry",
  "microsoft.containerregistry/registries/replications": "replication",
};

/** The lower-case ARM types that make up the graph, for the Resource Graph query. */
export const GRAPH_TYPES: readonly string[] = Object.keys(KINDS);

export const toResourceKind = (type: string): ResourceKind | undefined => KINDS[type.toLowerCase()];

/** Kinds whose disappearance can unprotect something: absence of one must be confirmed by ARM. */
export const CONFIRMED_KINDS: ReadonlySet<ResourceKind> = new Set([
  "artifactStore",
  "artifactManifest",
  "networkFunctionDefinitionVersion",
  "networkServiceDesignVersion",
  "siteNetworkService",
  "networkFunction",
  "configurationGroupValues",
]);

export const isVersion = (kind: ResourceKind): boolean =>
  kind === "networkFunctionDefinitionVersion" || kind === "networkServiceDesignVersion";

export const isConsumer = (kind: ResourceKind): boolean =>
  kind === "siteNetworkService" || kind === "networkFunction" || kind === "configurationGroupValues";
