import type { ResourceInput } from "./estateInput.ts";
import {
  type Publisher,
  type Store,
  toArtifactManifestId,
  toManagedResourceGroup,
  toNfdgId,
  toNfdvId,
  toNsdgId,
  toNsdvId,
  toPublisherId,
  toRegistryId,
  toSchemaId,
  toStoreId,
} from "./places.ts";

/** Builders of a publisher's ARM resources, as ARM returns them. */

export type VersionState = "Preview" | "Active" | "Deprecated";

export interface Artifact {
  readonly artifactName: string;
  readonly artifactType: "OCIArtifact" | "ArmTemplate";
  readonly artifactVersion: string;
}

/** One version of a containerised network function, as its definition and its service design see it. */
export interface Version {
  readonly publisher: Publisher;
  readonly cnf: string;
  readonly version: string;
  readonly versionState: VersionState;
  readonly createdAt: string;
  /** What the versions reference: an artifact manifest, or in the legacy layout the artifact store. */
  readonly artifactSourceId: string;
}

export function toSystemData(createdAt: string) {
  const by = { createdBy: "release-pipeline", createdByType: "Application", createdAt };
  return { ...by, lastModifiedBy: "release-pipeline", lastModifiedByType: "Application", lastModifiedAt: createdAt };
}

export function aPublisher(publisher: Publisher): ResourceInput {
  return {
    id: toPublisherId(publisher),
    properties: { provisioningState: "Succeeded", scope: "Private" },
    systemData: toSystemData("2024-02-12T09:00:00Z"),
  };
}

export function anArtifactStore(store: Store): ResourceInput {
  return {
    id: toStoreId(store),
    properties: {
      provisioningState: "Succeeded",
      storeType: "AzureContainerRegistry",
      replicationStrategy: "SingleReplication",
      backingResourcePublicNetworkAccess: "Enabled",
      managedResourceGroupConfiguration: { name: toManagedResourceGroup(store), location: "westeurope" },
      storageResourceId: toRegistryId(store),
    },
    systemData: toSystemData("2024-02-12T09:30:00Z"),
  };
}

export interface ArtifactManifestOptions {
  readonly store: Store;
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  readonly createdAt: string;
  readonly artifactManifestState?: "Uploading" | "Uploaded";
  readonly layout?: "2025-03-30" | "legacy";
}

export function anArtifactManifest(options: ArtifactManifestOptions): ResourceInput {
  const { store, name, artifacts, createdAt, artifactManifestState = "Uploaded", layout = "2025-03-30" } = options;
  return {
    id: toArtifactManifestId(store, name),
    layout,
    properties: { provisioningState: "Succeeded", artifactManifestState, artifacts: [...artifacts] },
    systemData: toSystemData(createdAt),
  };
}

/** The groups and the configuration schema that all versions of a network function share. */
export function aCnfFrame(publisher: Publisher, cnf: string): ResourceInput[] {
  const systemData = toSystemData("2025-04-02T08:00:00Z");
  const schema = { type: "object", properties: { nfdvName: { type: "string" }, replicas: { type: "integer" } } };
  return [
    {
      id: toNfdgId(publisher, cnf),
      properties: { provisioningState: "Succeeded", description: `Definitions of ${cnf}` },
      systemData,
    },
    {
      id: toNsdgId(publisher, cnf),
      properties: { provisioningState: "Succeeded", description: `Service designs with ${cnf}` },
      systemData,
    },
    {
      id: toSchemaId(publisher, cnf),
      properties: {
        provisioningState: "Succeeded",
        versionState: "Active",
        schemaDefinition: JSON.stringify(schema),
      },
      systemData,
    },
  ];
}

export function anNfdv(version: Version): ResourceInput {
  return {
    id: toNfdvId(version.publisher, version.cnf, version.version),
    properties: {
      provisioningState: "Succeeded",
      versionState: version.versionState,
      networkFunctionType: "ContainerizedNetworkFunction",
      deployParameters: JSON.stringify({ type: "object", properties: { replicas: { type: "integer" } } }),
      networkFunctionTemplate: { nfviType: "AzureArcKubernetes", networkFunctionApplications: [toHelmApp(version)] },
    },
    systemData: toSystemData(version.createdAt),
  };
}

/** A definition names its chart only; which images the chart needs stands in the artifact manifest alone. */
function toHelmApp({ cnf, version, artifactSourceId }: Version) {
  return {
    artifactType: "HelmPackage",
    name: cnf,
    dependsOnProfile: { installDependsOn: [], uninstallDependsOn: [], updateDependsOn: [] },
    artifactProfile: {
      artifactStore: { id: artifactSourceId },
      helmArtifactProfile: {
        helmPackageName: cnf,
        helmPackageVersionRange: version,
        registryValuesPaths: ["global.registryPath"],
        imagePullSecretsValuesPaths: ["global.imagePullSecrets"],
      },
    },
    deployParametersMappingRuleProfile: {
      applicationEnablement: "Enabled",
      helmMappingRuleProfile: {
        releaseNamespace: cnf,
        releaseName: cnf,
        helmPackageVersion: version,
        values: JSON.stringify({ replicaCount: "{deployParameters.replicas}" }),
      },
    },
  };
}

export function toTemplateName(cnf: string): string {
  return `${cnf}-nf-template`;
}

export function anNsdv(version: Version): ResourceInput {
  return {
    id: toNsdvId(version.publisher, version.cnf, version.version),
    properties: {
      provisioningState: "Succeeded",
      versionState: version.versionState,
      configurationGroupSchemaReferences: { Settings: { id: toSchemaId(version.publisher, version.cnf) } },
      nfvisFromSite: { nfvi1: { name: "cluster", type: "AzureArcKubernetes" } },
      resourceElementTemplates: [toResourceElement(version)],
    },
    systemData: toSystemData(version.createdAt),
  };
}

function toResourceElement({ cnf, version, artifactSourceId }: Version) {
  return {
    name: cnf,
    type: "NetworkFunctionDefinition",
    dependsOnProfile: { installDependsOn: [], uninstallDependsOn: [], updateDependsOn: [] },
    configuration: {
      templateType: "ArmTemplate",
      parameterValues: JSON.stringify({ nfdvName: "{configurationparameters('Settings').nfdvName}" }),
      artifactProfile: {
        artifactStoreReference: { id: artifactSourceId },
        artifactName: toTemplateName(cnf),
        artifactVersion: version,
      },
    },
  };
}
