import type { CnfRelease } from "./aCnfRelease.ts";
import type { ResourceInput } from "./estateInput.ts";
import {
  CONSUMER_RESOURCE_GROUP,
  CONSUMER_SUBSCRIPTION_ID,
  type Publisher,
  toConsumerId,
  toNsdgName,
  toSchemaId,
  toSchemaName,
} from "./places.ts";
import { toSystemData } from "./publisherResources.ts";

/** A version that a consumer runs: all that its resources need to name it. */
export interface Deployable {
  readonly publisher: Publisher;
  readonly cnf: string;
  readonly version: string;
  readonly nfdvId: string;
  readonly nsdvId: string;
}

export interface DeploymentOptions {
  readonly site: string;
  readonly runs: Deployable;
  /** References are write-only: a GET shows names, but no id. */
  readonly secret?: boolean;
}

export interface Deployment {
  readonly snsId: string;
  readonly nfId: string;
  readonly cgvId: string;
  readonly options: DeploymentOptions;
  readonly resources: readonly ResourceInput[];
}

export function toDeployable(release: CnfRelease): Deployable {
  const { cnf, version, nfdvId, nsdvId } = release;
  return { publisher: release.store.publisher, cnf, version, nfdvId, nsdvId };
}

/** A network function that an operator runs on a site: its site network service, its values and the function itself. */
export function aDeployment(options: DeploymentOptions): Deployment {
  const name = `${options.runs.cnf}-${options.site}`;
  const ids = {
    snsId: toConsumerId("siteNetworkServices", name),
    nfId: toConsumerId("networkFunctions", name),
    cgvId: toConsumerId("configurationGroupValues", name),
  };
  const systemData = toSystemData("2026-01-12T10:00:00Z");
  return {
    ...ids,
    options,
    resources: [
      { id: ids.cgvId, properties: toCgvProperties(options.runs), systemData },
      { id: ids.snsId, sku: { name: "Standard", tier: "Standard" }, properties: toSnsProperties(options), systemData },
      { id: ids.nfId, properties: toNfProperties(options), systemData },
    ],
  };
}

export function aSite(site: string): ResourceInput {
  const cluster = `/subscriptions/${CONSUMER_SUBSCRIPTION_ID}/resourceGroups/${CONSUMER_RESOURCE_GROUP}`;
  const customLocationReference = { id: `${cluster}/providers/Microsoft.ExtendedLocation/customLocations/${site}` };
  return {
    id: toConsumerId("sites", site),
    properties: {
      provisioningState: "Succeeded",
      nfvis: [{ name: "cluster", nfviType: "AzureArcKubernetes", customLocationReference }],
    },
    systemData: toSystemData("2025-05-19T10:00:00Z"),
  };
}

function toReference(id: string, secret = false) {
  return secret ? { idType: "Secret" } : { idType: "Open", id };
}

/** The values name the definition's version in plain text: no reference property says so. */
export function toCgvProperties({ publisher, cnf, version }: Deployable) {
  const values = {
    publisherName: publisher.name,
    publisherResourceGroup: publisher.resourceGroup,
    nfdgName: cnf,
    nfdvName: version,
    replicas: 3,
  };
  return {
    provisioningState: "Succeeded",
    publisherName: publisher.name,
    publisherScope: "Private",
    configurationGroupSchemaName: toSchemaName(cnf),
    configurationGroupSchemaOfferingLocation: "westeurope",
    configurationGroupSchemaResourceReference: toReference(toSchemaId(publisher, cnf)),
    configurationType: "Open",
    configurationValue: JSON.stringify(values),
  };
}

/** `lastVersion` is the version that the service ran before; by default, it has always run the same. */
export function toSnsProperties({ site, runs, secret }: DeploymentOptions, lastVersion = runs.version) {
  const values = { Settings: { id: toConsumerId("configurationGroupValues", `${runs.cnf}-${site}`) } };
  return {
    provisioningState: "Succeeded",
    siteReference: { id: toConsumerId("sites", site) },
    managedResourceGroupConfiguration: { name: `${runs.cnf}-${site}-managed`, location: "westeurope" },
    publisherName: runs.publisher.name,
    publisherScope: "Private",
    networkServiceDesignGroupName: toNsdgName(runs.cnf),
    networkServiceDesignVersionName: runs.version,
    networkServiceDesignVersionOfferingLocation: "westeurope",
    networkServiceDesignVersionResourceReference: toReference(runs.nsdvId, secret),
    lastStateNetworkServiceDesignVersionName: lastVersion,
    desiredStateConfigurationGroupValueReferences: values,
    lastStateConfigurationGroupValueReferences: values,
  };
}

export function toNfProperties({ site, runs, secret }: DeploymentOptions) {
  const cluster = `/subscriptions/${CONSUMER_SUBSCRIPTION_ID}/resourcegroups/${CONSUMER_RESOURCE_GROUP}`;
  return {
    provisioningState: "Succeeded",
    nfviType: "AzureArcKubernetes",
    nfviId: `${cluster}/providers/microsoft.extendedlocation/customlocations/${site}`,
    allowSoftwareUpdate: true,
    publisherName: runs.publisher.name,
    publisherScope: "Private",
    networkFunctionDefinitionGroupName: runs.cnf,
    networkFunctionDefinitionVersion: runs.version,
    networkFunctionDefinitionOfferingLocation: "westeurope",
    // Resource providers return ids in whatever case they were given.
    networkFunctionDefinitionVersionResourceReference: toReference(runs.nfdvId.toLowerCase(), secret),
    configurationType: "Open",
    deploymentValues: JSON.stringify({ replicas: 3 }),
    roleOverrideValues: [],
  };
}
