/** One place below `properties` that can hold a reference, or a part of one. Written as `a.b[].c`; `<name>` is any key of a map. */
export interface ReferencePath {
  readonly path: string;
  readonly to: PointsTo;
  /** Whether an answer still shows it where the reference or the values are `Secret`. */
  readonly secret: "shown" | "hidden";
  /**
   * What is read where nothing stands there and nothing is hidden. What has another type than expected is always unreadable.
   */
  readonly missing: "unreadable" | "anything" | "nothing";
}

export type PointsTo =
  | "artifact manifest or artifact store"
  | "name of the artifact"
  | "version of the artifact"
  | "version range of the chart"
  | "type of the artifact"
  | "NFDV"
  | "NSDV"
  | "configuration group schema"
  | "configuration group values"
  | "registry"
  | "name of the publisher"
  | "name of the group"
  | "name of the version"
  | "name of the schema"
  | "how the reference is given"
  | "whether the values are shown"
  | "NFDVs and registry manifests in the values"
  | "registry manifests in the values";

const shown = (path: string, to: PointsTo, missing: ReferencePath["missing"]): ReferencePath => ({
  path,
  to,
  secret: "shown",
  missing,
});

const hidden = (path: string, to: PointsTo, missing: ReferencePath["missing"]): ReferencePath => ({
  path,
  to,
  secret: "hidden",
  missing,
});

/** The applications of an NFDV: what stands in one of them belongs together. */
export const APPLICATIONS = "networkFunctionTemplate.networkFunctionApplications[]";
const PROFILE = `${APPLICATIONS}.artifactProfile`;

/** The resource element templates of an NSDV. */
export const TEMPLATES = "resourceElementTemplates[]";
const CONFIGURATION = `${TEMPLATES}.configuration`;

const NFDV = "networkFunctionDefinitionVersionResourceReference";
const NSDV = "networkServiceDesignVersionResourceReference";
const SCHEMA = "configurationGroupSchemaResourceReference";

/**
 * Every path that the readers follow, per kind of resource, as in the API spec of Microsoft.HybridNetwork 2025-03-30. Beyond
 * it they look for digests in consumers and for whole ids in versions, wherever those stand. `docs/references.md` is this
 * table for people.
 */
export const REFERENCE_PATHS = {
  artifactStore: {
    registry: shown("storageResourceId", "registry", "anything"),
  },
  networkFunctionDefinitionVersion: {
    store: shown(`${PROFILE}.artifactStore.id`, "artifact manifest or artifact store", "unreadable"),
    type: shown(`${APPLICATIONS}.artifactType`, "type of the artifact", "anything"),
    chartName: shown(`${PROFILE}.helmArtifactProfile.helmPackageName`, "name of the artifact", "anything"),
    chartRange: shown(
      `${PROFILE}.helmArtifactProfile.helmPackageVersionRange`,
      "version range of the chart",
      "anything",
    ),
    chartVersion: shown(
      `${APPLICATIONS}.deployParametersMappingRuleProfile.helmMappingRuleProfile.helmPackageVersion`,
      "version of the artifact",
      "nothing",
    ),
    vhdName: shown(`${PROFILE}.vhdArtifactProfile.vhdName`, "name of the artifact", "anything"),
    vhdVersion: shown(`${PROFILE}.vhdArtifactProfile.vhdVersion`, "version of the artifact", "anything"),
    imageName: shown(`${PROFILE}.imageArtifactProfile.imageName`, "name of the artifact", "anything"),
    imageVersion: shown(`${PROFILE}.imageArtifactProfile.imageVersion`, "version of the artifact", "anything"),
    templateName: shown(`${PROFILE}.templateArtifactProfile.templateName`, "name of the artifact", "anything"),
    templateVersion: shown(`${PROFILE}.templateArtifactProfile.templateVersion`, "version of the artifact", "anything"),
  },
  networkServiceDesignVersion: {
    store: shown(
      `${CONFIGURATION}.artifactProfile.artifactStoreReference.id`,
      "artifact manifest or artifact store",
      "unreadable",
    ),
    type: shown(`${CONFIGURATION}.templateType`, "type of the artifact", "anything"),
    artifactName: shown(`${CONFIGURATION}.artifactProfile.artifactName`, "name of the artifact", "anything"),
    artifactVersion: shown(`${CONFIGURATION}.artifactProfile.artifactVersion`, "version of the artifact", "anything"),
    schemas: shown("configurationGroupSchemaReferences.<name>.id", "configuration group schema", "unreadable"),
  },
  siteNetworkService: {
    idType: shown(`${NSDV}.idType`, "how the reference is given", "nothing"),
    id: hidden(`${NSDV}.id`, "NSDV", "unreadable"),
    publisher: shown("publisherName", "name of the publisher", "anything"),
    group: shown("networkServiceDesignGroupName", "name of the group", "anything"),
    version: shown("networkServiceDesignVersionName", "name of the version", "anything"),
    lastVersion: shown("lastStateNetworkServiceDesignVersionName", "name of the version", "nothing"),
    values: shown("desiredStateConfigurationGroupValueReferences.<name>.id", "configuration group values", "nothing"),
    lastValues: shown("lastStateConfigurationGroupValueReferences.<name>.id", "configuration group values", "nothing"),
  },
  networkFunction: {
    idType: shown(`${NFDV}.idType`, "how the reference is given", "nothing"),
    id: hidden(`${NFDV}.id`, "NFDV", "unreadable"),
    publisher: shown("publisherName", "name of the publisher", "anything"),
    group: shown("networkFunctionDefinitionGroupName", "name of the group", "anything"),
    version: shown("networkFunctionDefinitionVersion", "name of the version", "anything"),
    configurationType: shown("configurationType", "whether the values are shown", "anything"),
    values: hidden("deploymentValues", "registry manifests in the values", "nothing"),
    overrides: shown("roleOverrideValues[]", "registry manifests in the values", "nothing"),
  },
  configurationGroupValues: {
    idType: shown(`${SCHEMA}.idType`, "how the reference is given", "nothing"),
    id: hidden(`${SCHEMA}.id`, "configuration group schema", "unreadable"),
    publisher: shown("publisherName", "name of the publisher", "anything"),
    schema: shown("configurationGroupSchemaName", "name of the schema", "anything"),
    configurationType: shown("configurationType", "whether the values are shown", "anything"),
    value: hidden("configurationValue", "NFDVs and registry manifests in the values", "unreadable"),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ReferencePath>>>>;
