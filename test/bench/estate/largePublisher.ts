import type { Publisher, Store } from "../../simulate/defaultEstate/places.ts";

/** What a publisher of the large estate owns, 5,000 resources in all. */
export const COUNTS = {
  publisher: 1,
  artifactStore: 2,
  registry: 2,
  artifactManifest: 600,
  definitionGroup: 40,
  designGroup: 40,
  definitionVersion: 500,
  designVersion: 300,
  schema: 120,
  configurationValues: 1_200,
  siteNetworkService: 895,
  networkFunction: 1_280,
  site: 20,
} as const;

export const RESOURCES_PER_PUBLISHER = Object.values(COUNTS).reduce<number>((sum, count) => sum + count, 0);
/** A publisher set: the publishers that share its subscriptions. */
export const PUBLISHERS_PER_SET = 20;
export const SUBSCRIPTIONS_PER_SET = 60;
/** The last two groups of each kind are empty. */
export const USED_GROUPS = 38;

const FUNCTIONS = "amf smf upf nrf ausf udm udr pcf nssf nef scp bsf chf smsf lmf n3iwf sepp eir nwdaf gmlc".split(" ");

export interface LargePublisher extends Publisher {
  readonly index: number;
  readonly stores: readonly [Store, Store];
  /** Where its consumers are. */
  readonly subscriptionIds: readonly string[];
}

export function aLargePublisher(index: number): LargePublisher {
  const subscriptionIds = listSubscriptionIds(Math.floor(index / PUBLISHERS_PER_SET));
  const name = `publisher-${String(index).padStart(2, "0")}`;
  const subscriptionId = subscriptionIds[index % PUBLISHERS_PER_SET] ?? "";
  const publisher: Publisher = { name, subscriptionId, resourceGroup: `${name}-publishing` };
  const aStore = (number: number): Store => {
    const registryName = `publisher${String(index).padStart(2, "0")}acr${number}`;
    return { publisher, name: `store-${number}`, registryName };
  };
  return { ...publisher, index, subscriptionIds, stores: [aStore(1), aStore(2)] };
}

/** Deterministic, and not in the order in which they are used. */
function listSubscriptionIds(set: number): readonly string[] {
  return Array.from({ length: SUBSCRIPTIONS_PER_SET }, (_, index) => {
    const number = set * SUBSCRIPTIONS_PER_SET + index;
    const first = (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
    return `${first}-5a3e-4c17-9b20-${number.toString(16).padStart(12, "0")}`;
  });
}

/** The network function of a group: its definition group and its chart have this name. */
export function toFunctionName(group: number): string {
  const base = FUNCTIONS[group % FUNCTIONS.length] ?? "";
  return group < FUNCTIONS.length ? base : `${base}-edge`;
}

export const toVersionName = (minor: number): string => `1.${minor}.0`;

/** Index and version of the n-th version of a kind, spread evenly over the groups that are used. */
export function toPlace(number: number): { readonly group: number; readonly round: number } {
  return { group: number % USED_GROUPS, round: Math.floor(number / USED_GROUPS) };
}
