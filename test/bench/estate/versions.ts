import type { ArmResource } from "../../sandbox/estate.ts";
import { toNfdvId, toNsdvId } from "../../simulate/defaultEstate/places.ts";
import { toSystemData, toTemplateName } from "../../simulate/defaultEstate/publisherResources.ts";
import { aJsonText } from "./jsonText.ts";
import { type LargePublisher, USED_GROUPS, toFunctionName, toPlace, toVersionName } from "./largePublisher.ts";
import {
  toArmResource,
  toLargeArtifactManifestId,
  toLargeSchemaId,
  toLargeStoreId,
  toReleaseDate,
} from "./publisherParts.ts";
import { Random } from "./random.ts";

/** Version states of definitions and designs that are old, and of those that are not. */
const [LEGACY_SHARE, DEPRECATED_SHARE, PREVIEW_SHARE] = [0.04, 0.3, 0.1];
/** Designs came later than definitions: their first version is this one. */
export const FIRST_DESIGN_ROUND = 5;

/** The n-th definition version; it references the n-th artifact manifest, or in the legacy layout the store. */
export function aDefinitionVersion(publisher: LargePublisher, number: number): ArmResource {
  const random = new Random(`definition ${publisher.index} ${number}`);
  const { round } = toPlace(number);
  const isLegacy = random.chance(LEGACY_SHARE);
  const sourceId = isLegacy ? toLargeStoreId(publisher, number) : toLargeArtifactManifestId(publisher, number);
  return toArmResource({
    id: toDefinitionId(publisher, number),
    properties: {
      provisioningState: "Succeeded",
      versionState: toState(random, round),
      networkFunctionType: "ContainerizedNetworkFunction",
      deployParameters: aJsonText(random, random.between(300, 1_200), { type: "object" }),
      networkFunctionTemplate: {
        nfviType: "AzureArcKubernetes",
        networkFunctionApplications: listApplications(random, { number, sourceId }),
      },
    },
    systemData: toSystemData(toReleaseDate(round)),
  });
}

export function toDefinitionId(publisher: LargePublisher, number: number): string {
  const { group, round } = toPlace(number);
  return toNfdvId(publisher, toFunctionName(group), toVersionName(round));
}

function toState(random: Random, round: number): string {
  if (round < 4 && random.chance(DEPRECATED_SHARE)) return "Deprecated";
  return round > 10 && random.chance(PREVIEW_SHARE) ? "Preview" : "Active";
}

interface Source {
  readonly number: number;
  readonly sourceId: string;
}

/** One to four Helm applications that share 5 to 25 KB of mapping values. */
function listApplications(random: Random, { number, sourceId }: Source): readonly unknown[] {
  const count = random.between(1, 4);
  const bytes = random.between(5_000, 25_000) / count;
  const { group, round } = toPlace(number);
  const chart = toFunctionName(group);
  return Array.from({ length: count }, (_, index) => ({
    artifactType: "HelmPackage",
    name: index === 0 ? chart : `${chart}-${index}`,
    dependsOnProfile: { installDependsOn: [], uninstallDependsOn: [], updateDependsOn: [] },
    artifactProfile: {
      artifactStore: { id: sourceId },
      helmArtifactProfile: {
        helmPackageName: chart,
        helmPackageVersionRange: toVersionName(round),
        registryValuesPaths: ["global.registryPath"],
        imagePullSecretsValuesPaths: ["global.imagePullSecrets"],
      },
    },
    deployParametersMappingRuleProfile: {
      applicationEnablement: "Enabled",
      helmMappingRuleProfile: {
        releaseNamespace: chart,
        releaseName: chart,
        helmPackageVersion: toVersionName(round),
        values: aJsonText(random, bytes),
        options: {
          installOptions: { atomic: "true", wait: "true", timeout: "60" },
          upgradeOptions: { atomic: "true", wait: "true", timeout: "60" },
        },
      },
    },
  }));
}

export function toDesignId(publisher: LargePublisher, number: number): string {
  const { group, round } = toPlace(number);
  return toNsdvId(publisher, toFunctionName(group), toVersionName(round + FIRST_DESIGN_ROUND));
}

/** The n-th design version; it references the artifact manifest of the definition of the same version. */
export function aDesignVersion(publisher: LargePublisher, number: number): ArmResource {
  const random = new Random(`design ${publisher.index} ${number}`);
  const round = toPlace(number).round + FIRST_DESIGN_ROUND;
  return toArmResource({
    id: toDesignId(publisher, number),
    properties: {
      provisioningState: "Succeeded",
      versionState: toState(random, round),
      configurationGroupSchemaReferences: { Settings: { id: toLargeSchemaId(publisher, number % (USED_GROUPS * 3)) } },
      nfvisFromSite: { nfvi1: { name: "cluster", type: "AzureArcKubernetes" } },
      resourceElementTemplates: [aResourceElement(publisher, number, random)],
    },
    systemData: toSystemData(toReleaseDate(round)),
  });
}

function aResourceElement(publisher: LargePublisher, number: number, random: Random): unknown {
  const { group, round } = toPlace(number);
  const name = toFunctionName(group);
  const definition = (round + FIRST_DESIGN_ROUND) * USED_GROUPS + group;
  const nfdvName = "{configurationparameters('Settings').nfdvName}";
  return {
    name,
    type: "NetworkFunctionDefinition",
    dependsOnProfile: { installDependsOn: [], uninstallDependsOn: [], updateDependsOn: [] },
    configuration: {
      templateType: "ArmTemplate",
      parameterValues: aJsonText(random, random.between(1_200, 7_000), { nfdvName }),
      artifactProfile: {
        artifactStoreReference: { id: toLargeArtifactManifestId(publisher, definition) },
        artifactName: toTemplateName(name),
        artifactVersion: toVersionName(round + FIRST_DESIGN_ROUND),
      },
    },
  };
}
