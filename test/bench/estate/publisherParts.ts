import type { ArmResource } from "../../sandbox/estate.ts";
import {
  type Store,
  toArtifactManifestId,
  toNfdgId,
  toNsdgId,
  toPublisherId,
  toRegistryId,
  toStoreId,
} from "../../simulate/defaultEstate/places.ts";
import {
  type Artifact,
  aPublisher,
  anArtifactManifest,
  anArtifactStore,
  toSystemData,
  toTemplateName,
} from "../../simulate/defaultEstate/publisherResources.ts";
import type { ResourceInput } from "../../simulate/defaultEstate/estateInput.ts";
import { aJsonText } from "./jsonText.ts";
import { type LargePublisher, toFunctionName, toPlace, toVersionName } from "./largePublisher.ts";
import { Random } from "./random.ts";

const ARTIFACTS_PER_MANIFEST = 10;

/** What the estate's schema would fill in; parsing 200,000 resources by it would only cost time. */
export function toArmResource(input: ResourceInput): ArmResource {
  const { id, location = "westeurope", properties = {}, layout = "2025-03-30", ...rest } = input;
  return { ...rest, id, location, properties, layout };
}

/** Everything of a publisher that is there once: itself, its stores and the groups. */
export function listFrame(publisher: LargePublisher): ArmResource[] {
  const frame = [aPublisher(publisher), ...publisher.stores.map((store) => anArtifactStore(store))];
  return frame.map((resource) => toArmResource(resource));
}

/** A registry that is known to ARM and has no server. */
export function aSilentRegistry(store: Store): ArmResource {
  return toArmResource({
    id: toRegistryId(store),
    sku: { name: "Premium", tier: "Premium" },
    properties: {
      provisioningState: "Succeeded",
      loginServer: `${store.registryName}.azurecr.io`,
      roleAssignmentMode: "LegacyRegistryPermissions",
      publicNetworkAccess: "Enabled",
      zoneRedundancy: "Disabled",
      policies: { retentionPolicy: { status: "disabled", days: 7 }, softDeletePolicy: { status: "disabled" } },
    },
    systemData: toSystemData("2024-02-12T09:30:00Z"),
  });
}

export function aDefinitionGroup(publisher: LargePublisher, group: number): ArmResource {
  const name = toFunctionName(group);
  const properties = { provisioningState: "Succeeded", description: `Definitions of ${name}` };
  return toArmResource({ id: toNfdgId(publisher, name), properties, systemData: toSystemData("2025-04-02T08:00:00Z") });
}

export function aDesignGroup(publisher: LargePublisher, group: number): ArmResource {
  const name = toFunctionName(group);
  const properties = { provisioningState: "Succeeded", description: `Service designs with ${name}` };
  return toArmResource({ id: toNsdgId(publisher, name), properties, systemData: toSystemData("2025-04-02T08:00:00Z") });
}

/** Three schemas for each network function; the last ones belong to none. */
export const toLargeSchemaName = (number: number): string => {
  const { group, round } = toPlace(number);
  return `${toFunctionName(group)}-settings-${round}`;
};

export const toLargeSchemaId = (publisher: LargePublisher, number: number): string =>
  `${toPublisherId(publisher)}/configurationGroupSchemas/${toLargeSchemaName(number)}`;

export function aSchema(publisher: LargePublisher, number: number): ArmResource {
  const random = new Random(`schema ${publisher.index} ${number}`);
  return toArmResource({
    id: toLargeSchemaId(publisher, number),
    properties: {
      provisioningState: "Succeeded",
      versionState: "Active",
      schemaDefinition: aJsonText(random, random.between(1_000, 4_000), { type: "object" }),
    },
    systemData: toSystemData("2025-04-02T08:00:00Z"),
  });
}

/** The n-th artifact manifest belongs to the n-th definition version; those beyond belong to versions that are gone. */
export function toArtifactManifestName(number: number): string {
  const { group, round } = toPlace(number);
  return `${toFunctionName(group)}-${toVersionName(round).replaceAll(".", "-")}`;
}

/** Most are in the first store. */
export const storeOf = ({ stores }: LargePublisher, number: number): Store =>
  number % 5 === 4 ? stores[1] : stores[0];

export const toLargeArtifactManifestId = (publisher: LargePublisher, number: number): string =>
  toArtifactManifestId(storeOf(publisher, number), toArtifactManifestName(number));

export const toLargeStoreId = (publisher: LargePublisher, number: number): string =>
  toStoreId(storeOf(publisher, number));

export function aLargeArtifactManifest(publisher: LargePublisher, number: number): ArmResource {
  const createdAt = toReleaseDate(toPlace(number).round);
  const store = storeOf(publisher, number);
  return toArmResource(
    anArtifactManifest({ store, name: toArtifactManifestName(number), artifacts: listArtifacts(number), createdAt }),
  );
}

export function listArtifacts(number: number): readonly Artifact[] {
  const { group, round } = toPlace(number);
  const name = toFunctionName(group);
  const artifactVersion = toVersionName(round);
  const oci = (artifactName: string): Artifact => ({ artifactName, artifactType: "OCIArtifact", artifactVersion });
  const images = Array.from({ length: ARTIFACTS_PER_MANIFEST - 2 }, (_, index) => oci(`${name}-image-${index + 1}`));
  return [oci(name), ...images, { artifactName: toTemplateName(name), artifactType: "ArmTemplate", artifactVersion }];
}

/** A release each month from the summer of 2025 on, all of them before the estate's first night. */
export function toReleaseDate(round: number): string {
  const month = Math.min(round, 7);
  return new Date(Date.UTC(2025, 5 + month, 3 + (round % 20), 9)).toISOString().replace(".000Z", "Z");
}
