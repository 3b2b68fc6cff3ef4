/** JSON as it comes from ARM. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One ARM resource as Resource Graph returns it. */
export type Raw = JsonObject;

/** One look at the tenant: every resource that a snapshot read. */
export type Look = readonly Raw[];

/** An object without the fields that are undefined. */
export function toObject(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const given = Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(given);
}

export const PUBLISHERS: readonly string[] = [
  "/subscriptions/sub1/resourceGroups/rg/providers/Microsoft.HybridNetwork/publishers/contoso",
  "/subscriptions/sub2/resourceGroups/rg/providers/Microsoft.HybridNetwork/publishers/contoso",
  "/subscriptions/sub1/resourceGroups/rg/providers/Microsoft.HybridNetwork/publishers/fabrikam",
];

/** One publisher has two stores, the second with a name that begins like the first. */
export const STORES: readonly string[] = [
  ...PUBLISHERS.map((publisher) => `${publisher}/artifactStores/store`),
  `${PUBLISHERS[0]}/artifactStores/store2`,
];

export const ARTIFACT_MANIFESTS: readonly string[] = STORES.flatMap((store) =>
  ["cnf", "cnf2"].map((name) => `${store}/artifactManifests/${name}`),
);

const nfdv = (publisher: number, group: string, version: string): string =>
  `${PUBLISHERS[publisher]}/networkFunctionDefinitionGroups/${group}/networkFunctionDefinitionVersions/${version}`;
const nsdv = (publisher: number, group: string, version: string): string =>
  `${PUBLISHERS[publisher]}/networkServiceDesignGroups/${group}/networkServiceDesignVersions/${version}`;

export const NFDVS: readonly string[] = [
  nfdv(0, "g", "1.0.0"),
  nfdv(0, "g", "2.0.0"),
  nfdv(0, "h", "1.0.0"),
  nfdv(1, "g", "2.0.0"),
  nfdv(2, "g", "1.0.0"),
];

export const NSDVS: readonly string[] = [
  nsdv(0, "g", "1.0.0"),
  nsdv(0, "g", "1.1.0"),
  nsdv(1, "g", "1.0.0"),
  nsdv(2, "s", "3.0.0"),
];

export const SCHEMAS: readonly string[] = PUBLISHERS.map(
  (publisher) => `${publisher}/configurationGroupSchemas/schema`,
);

/** Id of a consumer; those live outside of publishers. */
export const consumerId = (collection: string, name: string): string =>
  `/subscriptions/sub3/resourceGroups/site/providers/Microsoft.HybridNetwork/${collection}/${name}`;

/** The registry that backs a store: the two stores of one publisher share theirs. */
export const registryOf = (store: string): string =>
  `/subscriptions/sub1/resourceGroups/managed/providers/Microsoft.ContainerRegistry/registries/acr${STORES.indexOf(store) % PUBLISHERS.length}`;

/** The names that stand in an id, by position: 8 is the publisher, 10 the group, 12 the version. */
export const partOf = (id: string, position: number): string => id.split("/")[position] ?? "";

export function aRaw(id: string, properties: JsonObject): Raw {
  return {
    id,
    name: id.slice(id.lastIndexOf("/") + 1),
    type: typeOf(id),
    location: "westeurope",
    systemData: { createdAt: "2025-06-01T00:00:00Z" },
    properties: { provisioningState: "Succeeded", ...properties },
  };
}

function typeOf(id: string): string {
  const [provider, ...typed] = id.split("/").slice(6);
  return [provider, ...typed.filter((_, index) => index % 2 === 0)].join("/");
}
