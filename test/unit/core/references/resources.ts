import { nameOf } from "../../../../lib/core/armId.ts";
import {
  artifactManifestId,
  consumerId,
  digest,
  nfdvId,
  nsdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../../fakes/builders.ts";

type Json = Readonly<Record<string, unknown>>;

/** A resource as ARM answers it. */
export interface RawExample {
  readonly id: string;
  readonly name: string;
  /** An object, unless something happened to it. */
  readonly properties: unknown;
}

const raw = (id: string, properties: Json): RawExample => ({ id, name: nameOf(id), properties });

const application = (artifactType: string, profile: Json, rest: Json = {}): RawExample =>
  raw(nfdvId("1.0.0"), {
    networkFunctionTemplate: {
      networkFunctionApplications: [
        { artifactType, artifactProfile: { artifactStore: { id: STORE }, ...profile }, ...rest },
      ],
    },
  });

const SCHEMA = `${PUBLISHER}/configurationgroupschemas/s`;
const VALUES = consumerId("configurationgroupvalues", "values");

const SNS_NAMES = {
  publisherName: "contoso",
  networkServiceDesignGroupName: "nsdg",
  networkServiceDesignVersionName: "1.0.0",
};
const NF_NAMES = {
  publisherName: "contoso",
  networkFunctionDefinitionGroupName: "nfdg",
  networkFunctionDefinitionVersion: "1.0.0",
};
const CGV_NAMES = { publisherName: "contoso", configurationGroupSchemaName: "s" };

const sns = (properties: Json): RawExample =>
  raw(consumerId("sitenetworkservices", "sns"), { ...SNS_NAMES, ...properties });
const nf = (properties: Json): RawExample =>
  raw(consumerId("networkfunctions", "nf"), { ...NF_NAMES, roleOverrideValues: ["{}"], ...properties });
const cgv = (properties: Json): RawExample => raw(VALUES, { ...CGV_NAMES, ...properties });

const SECRET = { idType: "Secret" };

/** Resources in every form in which AOSM answers them: nothing is wrong with any of them. */
export const valid = {
  store: raw(STORE, { storeType: "AzureContainerRegistry", storageResourceId: REGISTRY }),
  chart: application(
    "HelmPackage",
    { helmArtifactProfile: { helmPackageName: "chart", helmPackageVersionRange: "~1.0" } },
    { deployParametersMappingRuleProfile: { helmMappingRuleProfile: {} } },
  ),
  vhd: application("VhdImageFile", { vhdArtifactProfile: { vhdName: "vhd", vhdVersion: "1.0" } }),
  image: application("ImageFile", { imageArtifactProfile: { imageName: "image", imageVersion: "1.0" } }),
  template: application("ArmTemplate", {
    templateArtifactProfile: { templateName: "template", templateVersion: "1.0" },
  }),
  design: raw(nsdvId("1.0.0"), {
    configurationGroupSchemaReferences: { main: { id: SCHEMA } },
    resourceElementTemplates: [
      {
        configuration: {
          templateType: "ArmTemplate",
          artifactProfile: { artifactStoreReference: { id: STORE }, artifactName: "design", artifactVersion: "1.0" },
        },
      },
    ],
  }),
  siteNetworkServiceOpen: sns({
    networkServiceDesignVersionResourceReference: { idType: "Open", id: nsdvId("1.0.0") },
    desiredStateConfigurationGroupValueReferences: {},
    lastStateConfigurationGroupValueReferences: {},
  }),
  siteNetworkServiceSecret: sns({ networkServiceDesignVersionResourceReference: SECRET }),
  siteNetworkServiceNames: sns({}),
  networkFunctionOpen: nf({
    networkFunctionDefinitionVersionResourceReference: { idType: "Open", id: nfdvId("1.0.0") },
    configurationType: "Open",
    deploymentValues: "{}",
  }),
  networkFunctionSecret: nf({
    networkFunctionDefinitionVersionResourceReference: SECRET,
    configurationType: "Secret",
  }),
  networkFunctionNames: nf({ configurationType: "Open", deploymentValues: "{}" }),
  valuesOpen: cgv({
    configurationGroupSchemaResourceReference: { idType: "Open", id: SCHEMA },
    configurationType: "Open",
    configurationValue: JSON.stringify({ publisherName: "contoso", nfdgName: "g", nfdvName: "1.0.0" }),
  }),
  valuesSecret: cgv({ configurationGroupSchemaResourceReference: SECRET, configurationType: "Secret" }),
} as const;

/** Those, and some with more in them. */
export const rich: readonly RawExample[] = [
  ...Object.values(valid),
  application(
    "HelmPackage",
    {
      artifactStore: { id: artifactManifestId("cnf") },
      helmArtifactProfile: { helmPackageName: "chart", helmPackageVersionRange: "~1.0" },
    },
    { deployParametersMappingRuleProfile: { helmMappingRuleProfile: { helmPackageVersion: "2.0.0" } } },
  ),
  sns({
    networkServiceDesignVersionResourceReference: { idType: "Open", id: nsdvId("1.0.0") },
    lastStateNetworkServiceDesignVersionName: "0.9.0",
    desiredStateConfigurationGroupValueReferences: { main: { id: VALUES } },
  }),
  nf({
    networkFunctionDefinitionVersionResourceReference: { idType: "Open", id: nfdvId("1.0.0") },
    configurationType: "Open",
    deploymentValues: JSON.stringify({ image: `nginx@${digest(1)}` }),
    roleOverrideValues: [JSON.stringify({ image: `redis@${digest(2)}` })],
  }),
];

/** A copy of the resource with `value` at a path below its properties; `undefined` takes away what stands there. */
export function setAt(resource: RawExample, path: string, value: unknown): unknown {
  return { ...resource, properties: set(resource.properties, path.split("."), value) };
}

function set(root: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const fields: Json = typeof root === "object" && root !== null ? { ...root } : {};
  const name = step === "<name>" ? "main" : step.replace("[]", "");
  const before = fields[name];
  if (step.endsWith("[]"))
    return { ...fields, [name]: [set(Array.isArray(before) ? before[0] : undefined, rest, value)] };
  return { ...fields, [name]: set(before, rest, value) };
}
