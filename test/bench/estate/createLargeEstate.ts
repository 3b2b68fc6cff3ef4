import { type ArmResource, type Estate, parseEstate } from "../../sandbox/estate.ts";
import { toRegistryId, toStoreId } from "../../simulate/defaultEstate/places.ts";
import type { RegistryInput } from "../../simulate/defaultEstate/estateInput.ts";
import { aChart, aMultiArchImage } from "../../simulate/defaultEstate/registryManifests.ts";
import { aConfigurationValues, aNetworkFunction, aSite, aSiteNetworkService } from "./consumers.ts";
import {
  COUNTS,
  type LargePublisher,
  RESOURCES_PER_PUBLISHER,
  aLargePublisher,
  toFunctionName,
} from "./largePublisher.ts";
import {
  aDefinitionGroup,
  aDesignGroup,
  aLargeArtifactManifest,
  aSchema,
  aSilentRegistry,
  listFrame,
  storeOf,
  toArtifactManifestName,
} from "./publisherParts.ts";
import { aDefinitionVersion, aDesignVersion } from "./versions.ts";

/** A Monday. */
export const STARTS_AT = "2026-03-02T00:00:00Z";
export const SNAPSHOT_HOUR = 1;
export const MARK_HOUR = 3;

/**
 * An estate of `publishers` publishers with 5,000 resources each, the same at each call. Only the stores of the first one are
 * enrolled and have registries that answer: the figures are about the graph.
 */
export function createLargeEstate(publishers: number): Estate {
  const all = Array.from({ length: publishers }, (_, index) => aLargePublisher(index));
  const enrolled = all.slice(0, 1);
  const registries = enrolled.flatMap(listTinyRegistries);
  const resources = all.flatMap((publisher) => listResources(publisher, { hasServers: enrolled.includes(publisher) }));
  const total = resources.length + registries.length;
  if (total !== publishers * RESOURCES_PER_PUBLISHER || RESOURCES_PER_PUBLISHER !== 5_000)
    throw new Error(`The estate has ${total} resources, not 5,000 for each of ${publishers} publishers`);
  const frame = {
    title: `${publishers} publishers`,
    startsAt: STARTS_AT,
    nights: 2,
    settings: toSettings(all, enrolled),
  };
  // The resources are not parsed: 200,000 of them would only cost time.
  return { ...parseEstate({ ...frame, resources: [], registries }, "large"), resources };
}

function toSettings(all: readonly LargePublisher[], enrolled: readonly LargePublisher[]): Record<string, unknown> {
  const subscriptions = new Set(all.flatMap(({ subscriptionIds }) => subscriptionIds));
  const stores = enrolled.flatMap((publisher) => publisher.stores.map((store) => ({ store: toStoreId(store) })));
  return {
    MODE: "report",
    SUBSCRIPTIONS: [...subscriptions].join(","),
    STORES: { stores },
    SNAPSHOT_SCHEDULE: `0 0 ${SNAPSHOT_HOUR} * * *`,
    MARK_SCHEDULE: `0 0 ${MARK_HOUR} * * *`,
    // Once a year, on a day that no measured night reaches: purging is not what is measured.
    PURGE_SCHEDULE: "0 0 5 1 9 *",
  };
}

const times = (count: number, make: (number: number) => ArmResource): ArmResource[] =>
  Array.from({ length: count }, (_, number) => make(number));

function listResources(publisher: LargePublisher, { hasServers }: { readonly hasServers: boolean }): ArmResource[] {
  return [
    ...listFrame(publisher),
    ...(hasServers ? [] : publisher.stores.map((store) => aSilentRegistry(store))),
    ...times(COUNTS.artifactManifest, (number) => aLargeArtifactManifest(publisher, number)),
    ...times(COUNTS.definitionGroup, (number) => aDefinitionGroup(publisher, number)),
    ...times(COUNTS.designGroup, (number) => aDesignGroup(publisher, number)),
    ...times(COUNTS.definitionVersion, (number) => aDefinitionVersion(publisher, number)),
    ...times(COUNTS.designVersion, (number) => aDesignVersion(publisher, number)),
    ...times(COUNTS.schema, (number) => aSchema(publisher, number)),
    ...times(COUNTS.configurationValues, (number) => aConfigurationValues(publisher, number)),
    ...times(COUNTS.siteNetworkService, (number) => aSiteNetworkService(publisher, number)),
    ...times(COUNTS.networkFunction, (number) => aNetworkFunction(publisher, number)),
    ...times(COUNTS.site, (number) => aSite(publisher, number)),
  ];
}

/** The chart and one image of one release in each store. */
function listTinyRegistries(publisher: LargePublisher): RegistryInput[] {
  return publisher.stores.map((store, index) => {
    const number = [0, 4][index] ?? 0;
    if (storeOf(publisher, number) !== store) throw new Error(`Release ${number} is not in ${store.name}`);
    const folder = toArtifactManifestName(number);
    const name = toFunctionName(number);
    const [chart, image] = [`${folder}/${name}`, `${folder}/${name}-image-1`];
    const upload = { tags: ["1.0.0"], pushedAt: "2025-06-03T10:00:00Z" };
    return {
      name: store.registryName,
      resourceId: toRegistryId(store),
      repositories: [
        { name: chart, manifests: [aChart({ key: chart, content: chart, ...upload })] },
        { name: image, manifests: aMultiArchImage({ key: image, content: image, ...upload }) },
      ],
    };
  });
}
