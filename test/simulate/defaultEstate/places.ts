/** Who owns what in the default estate, and the ARM ids that follow from it. */

export interface Publisher {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

export interface Store {
  readonly publisher: Publisher;
  readonly name: string;
  readonly registryName: string;
}

export const CORE_PUBLISHER: Publisher = {
  name: "northern-core",
  subscriptionId: "5f0c1a52-3d6e-4b1f-9a57-0c1b7e2d4a01",
  resourceGroup: "core-publishing",
};
export const EDGE_PUBLISHER: Publisher = {
  name: "harbour-edge",
  subscriptionId: "8be2d7c4-71f9-4c38-b0de-5a94f1c63b02",
  resourceGroup: "edge-publishing",
};
export const CONSUMER_SUBSCRIPTION_ID = "c3a96e18-0f45-4d72-86ab-e1d50b7f9c03";
export const CONSUMER_RESOURCE_GROUP = "operator-sites";

export const CORE_STORE: Store = { publisher: CORE_PUBLISHER, name: "core-store", registryName: "northerncoreacr" };
export const EDGE_STORE: Store = { publisher: EDGE_PUBLISHER, name: "edge-store", registryName: "harbouredgeacr" };
export const LEGACY_STORE: Store = {
  publisher: EDGE_PUBLISHER,
  name: "edge-legacy-store",
  registryName: "harbourlegacyacr",
};

export function toPublisherId({ name, subscriptionId, resourceGroup }: Publisher): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HybridNetwork/publishers/${name}`;
}

export function toStoreId(store: Store): string {
  return `${toPublisherId(store.publisher)}/artifactStores/${store.name}`;
}

/** The managed resource group that AOSM makes for a store's registry. */
export function toManagedResourceGroup(store: Store): string {
  return `${store.name}-HostedResources`;
}

export function toRegistryId(store: Store): string {
  const group = `/subscriptions/${store.publisher.subscriptionId}/resourceGroups/${toManagedResourceGroup(store)}`;
  return `${group}/providers/Microsoft.ContainerRegistry/registries/${store.registryName}`;
}

export function toArtifactManifestId(store: Store, name: string): string {
  return `${toStoreId(store)}/artifactManifests/${name}`;
}

export function toNfdgId(publisher: Publisher, cnf: string): string {
  return `${toPublisherId(publisher)}/networkFunctionDefinitionGroups/${cnf}`;
}

export function toNfdvId(publisher: Publisher, cnf: string, version: string): string {
  return `${toNfdgId(publisher, cnf)}/networkFunctionDefinitionVersions/${version}`;
}

export function toNsdgId(publisher: Publisher, cnf: string): string {
  return `${toPublisherId(publisher)}/networkServiceDesignGroups/${toNsdgName(cnf)}`;
}

export function toNsdgName(cnf: string): string {
  return `${cnf}-service`;
}

export function toNsdvId(publisher: Publisher, cnf: string, version: string): string {
  return `${toNsdgId(publisher, cnf)}/networkServiceDesignVersions/${version}`;
}

export function toSchemaName(cnf: string): string {
  return `${cnf}-settings`;
}

export function toSchemaId(publisher: Publisher, cnf: string): string {
  return `${toPublisherId(publisher)}/configurationGroupSchemas/${toSchemaName(cnf)}`;
}

/** The id of a consumer's resource, such as `toConsumerId("networkFunctions", "amf-north")`. */
export function toConsumerId(type: string, name: string): string {
  const group = `/subscriptions/${CONSUMER_SUBSCRIPTION_ID}/resourceGroups/${CONSUMER_RESOURCE_GROUP}`;
  return `${group}/providers/Microsoft.HybridNetwork/${type}/${name}`;
}
