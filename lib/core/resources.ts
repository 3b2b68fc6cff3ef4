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
  readonly details: ResourceDetails;
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
  | { readonly of: "store"; readonly storeType: string | undefined; readonly registryId: ArmId | undefined }
  | { readonly of: "artifactManifest"; readonly artifacts: readonly Artifact[]; readonly unreadable: readonly string[] }
  | { readonly of: "version"; readonly references: readonly ArtifactReference[] }
  | {
      readonly of: "consumer";
      readonly versions: readonly VersionReference[];
      readonly digests: readonly string[];
      readonly hasSecretValues: boolean;
    }
  | {
      readonly of: "registry";
      readonly loginServer: string | undefined;
      readonly roleAssignmentMode: string | undefined;
      readonly retentionDays: number | undefined;
    }
  | { readonly of: "other" };

/** One entry of an artifact manifest's `artifacts[]`. */
export interface Artifact {
  readonly name: string;
  readonly version: string;
}

/** What an NFDV or NSDV says it needs (`facts`: NFDV `artifactProfile.artifactStore.id`, NSDV `artifactStoreReference.id`). */
export type ArtifactReference =
  | { readonly form: "artifactManifest"; readonly id: ArmId }
  /** Legacy: names the store. A chart's images are named nowhere, so `chart` protects the whole store. */
  | {
      readonly form: "store";
      readonly id: ArmId;
      readonly chart: boolean;
      readonly artifact: { readonly name: string; readonly version: string | undefined } | undefined;
    }
  /** Cannot be read: its text could name a store of any publisher, so it protects everything. */
  | { readonly form: "unreadable"; readonly text: string };

/** Which NFDV or NSDV a consumer (NF, SNS, CGV) runs on or may run on. */
export type VersionReference =
  | { readonly by: "id"; readonly id: ArmId }
  /**
   * Names are ambiguous across subscriptions: every version that fits is meant, and an undefined name fits everything. From
   * `fields` of the resource all names are expected, so that a missing one means that the rest may be meant too.
   */
  | {
      readonly by: "names";
      readonly from: "fields" | "value";
      readonly publisher: string | undefined;
      readonly group: string | undefined;
      readonly version: string | undefined;
    }
  /** A text in a CGV value: the version of that name, if the schema's publisher has one. */
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
