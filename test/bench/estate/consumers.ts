import type { ArmResource } from "../../sandbox/estate.ts";
import { toNfdvId, toNsdgName, toNsdvId } from "../../simulate/defaultEstate/places.ts";
import { toSystemData } from "../../simulate/defaultEstate/publisherResources.ts";
import { aJsonText } from "./jsonText.ts";
import { COUNTS, type LargePublisher, USED_GROUPS, toFunctionName, toVersionName } from "./largePublisher.ts";
import { toArmResource, toLargeSchemaId, toLargeSchemaName } from "./publisherParts.ts";
import { Random } from "./random.ts";
import { FIRST_DESIGN_ROUND } from "./versions.ts";

/** References and values that a GET does not show, and consumers of versions that are gone. */
const [SECRET_SHARE, ORPHAN_SHARE] = [0.03, 0.02];
/** Rounds up to this one have all their versions. */
const LAST_ROUND = 12;
const GONE_VERSION = "0.9.0";
const DEPLOYED_AT = toSystemData("2026-01-12T10:00:00Z");

/** What a consumer runs; `revision` moves it to another version. */
interface Choice {
  readonly name: string;
  readonly version: string;
  readonly isSecret: boolean;
  readonly random: Random;
}

function choose(random: Random, firstRound: number): Choice {
  const name = toFunctionName(random.between(0, USED_GROUPS - 1));
  // New versions are run more than old ones.
  const round = Math.max(random.between(firstRound, LAST_ROUND), random.between(firstRound, LAST_ROUND));
  const version = random.chance(ORPHAN_SHARE) ? GONE_VERSION : toVersionName(round);
  return { name, version, isSecret: random.chance(SECRET_SHARE), random };
}

const toReference = (id: string, isSecret: boolean): unknown =>
  isSecret ? { idType: "Secret" } : { idType: "Open", id };

function toGroupId(publisher: LargePublisher, number: number): string {
  const { subscriptionIds, index } = publisher;
  const subscription = subscriptionIds[(number * 7 + index) % subscriptionIds.length] ?? "";
  return `/subscriptions/${subscription}/resourceGroups/${publisher.name}-site-${number % COUNTS.site}`;
}

const toConsumerId = (publisher: LargePublisher, type: string, number: number): string =>
  `${toGroupId(publisher, number)}/providers/Microsoft.HybridNetwork/${type}/${publisher.name}-${number}`;

export const toValuesId = (publisher: LargePublisher, number: number): string =>
  toConsumerId(publisher, "configurationGroupValues", number);
export const toNetworkFunctionId = (publisher: LargePublisher, number: number): string =>
  toConsumerId(publisher, "networkFunctions", number);

export function aSite(publisher: LargePublisher, number: number): ArmResource {
  const customLocationReference = {
    id: `${toGroupId(publisher, number)}/providers/Microsoft.ExtendedLocation/customLocations/site-${number}`,
  };
  const nfvis = [{ name: "cluster", nfviType: "AzureArcKubernetes", customLocationReference }];
  return toArmResource({
    id: toConsumerId(publisher, "sites", number),
    properties: { provisioningState: "Succeeded", nfvis },
    systemData: DEPLOYED_AT,
  });
}

/** Names the definition version that it means in its values, as designs made by the CLI do. */
export function aConfigurationValues(publisher: LargePublisher, number: number): ArmResource {
  const { name, version, isSecret, random } = choose(new Random(`values ${publisher.index} ${number}`), 3);
  const schema = number % (USED_GROUPS * 3);
  const known = {
    publisherName: publisher.name,
    publisherResourceGroup: publisher.resourceGroup,
    nfdgName: name,
    nfdvName: version,
    replicas: 3,
  };
  const value = isSecret ? {} : { configurationValue: aJsonText(random, random.between(1_000, 6_000), known) };
  return toArmResource({
    id: toValuesId(publisher, number),
    properties: {
      provisioningState: "Succeeded",
      publisherName: publisher.name,
      publisherScope: "Private",
      configurationGroupSchemaName: toLargeSchemaName(schema),
      configurationGroupSchemaOfferingLocation: "westeurope",
      configurationGroupSchemaResourceReference: toReference(toLargeSchemaId(publisher, schema), isSecret),
      configurationType: isSecret ? "Secret" : "Open",
      ...value,
    },
    systemData: DEPLOYED_AT,
  });
}

/** `revision` moves it to another version of another design. */
export function aSiteNetworkService(publisher: LargePublisher, number: number, revision = 0): ArmResource {
  const seed = `service ${publisher.index} ${number} ${revision}`;
  const { name, version, isSecret, random } = choose(new Random(seed), FIRST_DESIGN_ROUND);
  const values = { Settings: { id: toValuesId(publisher, number) } };
  return toArmResource({
    id: toConsumerId(publisher, "siteNetworkServices", number),
    sku: { name: "Standard", tier: "Standard" },
    properties: {
      provisioningState: "Succeeded",
      siteReference: { id: toConsumerId(publisher, "sites", number % COUNTS.site) },
      managedResourceGroupConfiguration: { name: `${publisher.name}-${number}-managed`, location: "westeurope" },
      publisherName: publisher.name,
      publisherScope: "Private",
      networkServiceDesignGroupName: toNsdgName(name),
      networkServiceDesignVersionName: version,
      networkServiceDesignVersionOfferingLocation: "westeurope",
      networkServiceDesignVersionResourceReference: toReference(toNsdvId(publisher, name, version), isSecret),
      lastStateNetworkServiceDesignVersionName: random.chance(0.2) ? toVersionName(FIRST_DESIGN_ROUND) : version,
      desiredStateConfigurationGroupValueReferences: values,
      lastStateConfigurationGroupValueReferences: values,
    },
    systemData: DEPLOYED_AT,
  });
}

/** `revision` moves it to another version of another definition. */
export function aNetworkFunction(publisher: LargePublisher, number: number, revision = 0): ArmResource {
  const { name, version, isSecret, random } = choose(
    new Random(`function ${publisher.index} ${number} ${revision}`),
    2,
  );
  // Resource providers return ids in whatever case they were given.
  const definitionId = toNfdvId(publisher, name, version);
  const id = random.chance(0.5) ? definitionId : definitionId.toLowerCase();
  const values = isSecret ? {} : { deploymentValues: aJsonText(random, random.between(1_000, 3_000)) };
  return toArmResource({
    id: toNetworkFunctionId(publisher, number),
    properties: {
      provisioningState: "Succeeded",
      nfviType: "AzureArcKubernetes",
      nfviId: `${toGroupId(publisher, number)}/providers/microsoft.extendedlocation/customlocations/cluster`,
      allowSoftwareUpdate: true,
      publisherName: publisher.name,
      publisherScope: "Private",
      networkFunctionDefinitionGroupName: name,
      networkFunctionDefinitionVersion: version,
      networkFunctionDefinitionOfferingLocation: "westeurope",
      networkFunctionDefinitionVersionResourceReference: toReference(id, isSecret),
      configurationType: isSecret ? "Secret" : "Open",
      ...values,
      roleOverrideValues: [],
    },
    systemData: DEPLOYED_AT,
  });
}
