import { type Estate, parseEstate } from "../../sandbox/estate.ts";
import type { CnfRelease } from "./aCnfRelease.ts";
import { listConsumerResources } from "./deployments.ts";
import type { ManifestInput, RegistryInput, RepositoryInput, ResourceInput } from "./estateInput.ts";
import { listLegacyRepositories, listLegacyResources } from "./legacyStore.ts";
import { LOCKED_AT_START, MISSING_REPOSITORY, listOddRepositories, listStuckResources } from "./oddities.ts";
import {
  CONSUMER_SUBSCRIPTION_ID,
  CORE_PUBLISHER,
  CORE_STORE,
  EDGE_PUBLISHER,
  EDGE_STORE,
  LEGACY_STORE,
  type Store,
  toRegistryId,
  toStoreId,
} from "./places.ts";
import { aCnfFrame, aPublisher, anArtifactStore } from "./publisherResources.ts";
import { RELEASES } from "./releases.ts";
import { listEvents } from "./timeline.ts";

/** A Monday. */
const STARTS_AT = "2026-03-02T00:00:00Z";

/**
 * The estate that `npm start` shows: two publishers with three artifact stores, an operator with three sites, and a month
 * in which releases come and go, people change their minds, and services have bad nights. The same at each call.
 */
export function createDefaultEstate(): Estate {
  return parseEstate(
    {
      title: "Two publishers of 5G network functions, thirty nights",
      startsAt: STARTS_AT,
      nights: 30,
      settings: toSettings(),
      resources: listResources(),
      registries: [
        aRegistry(CORE_STORE, [...repositoriesOf(CORE_STORE), ...listOddRepositories()]),
        aRegistry(EDGE_STORE, repositoriesOf(EDGE_STORE)),
        aRegistry(LEGACY_STORE, listLegacyRepositories()),
      ],
      events: listEvents(STARTS_AT),
    },
    "default",
  );
}

function toSettings(): Record<string, unknown> {
  const subscriptions = [CORE_PUBLISHER.subscriptionId, EDGE_PUBLISHER.subscriptionId, CONSUMER_SUBSCRIPTION_ID];
  return {
    MODE: "enforce",
    GRACE: "10d",
    SUBSCRIPTIONS: subscriptions.join(","),
    STORES: {
      stores: [
        { store: toStoreId(CORE_STORE), mode: "enforce" },
        { store: toStoreId(EDGE_STORE), mode: "enforce", grace: "7d", purgeSuperseded: true },
        { store: toStoreId(LEGACY_STORE), mode: "report" },
      ],
    },
    SNAPSHOT_SCHEDULE: "0 0 1 * * *",
    MARK_SCHEDULE: "0 0 3 * * *",
    PURGE_SCHEDULE: "0 0 4 * * *",
  };
}

function listResources(): ResourceInput[] {
  return [
    aPublisher(CORE_PUBLISHER),
    aPublisher(EDGE_PUBLISHER),
    anArtifactStore(CORE_STORE),
    anArtifactStore(EDGE_STORE),
    ...listFrames(RELEASES),
    ...RELEASES.flatMap((release) => release.resources),
    ...listStuckResources(),
    ...listLegacyResources(),
    ...listConsumerResources(),
  ];
}

/** The groups of each network function, once. */
function listFrames(releases: readonly CnfRelease[]): ResourceInput[] {
  const publisherOf = new Map(releases.map(({ cnf, store }) => [cnf, store.publisher]));
  return [...publisherOf].flatMap(([cnf, publisher]) => aCnfFrame(publisher, cnf));
}

function repositoriesOf(store: Store): RepositoryInput[] {
  return RELEASES.filter((release) => release.store === store)
    .flatMap((release) => release.repositories)
    .filter((repository) => repository.name !== MISSING_REPOSITORY)
    .map((repository) => (repository.name === LOCKED_AT_START ? withLockedImage(repository) : repository));
}

/** The lock is on the index alone: what it lists is held by it. */
function withLockedImage(repository: RepositoryInput): RepositoryInput {
  const lock = (manifest: ManifestInput): ManifestInput => {
    return manifest.alias === repository.name ? { ...manifest, attributes: { deleteEnabled: false } } : manifest;
  };
  return { ...repository, manifests: repository.manifests.map(lock) };
}

function aRegistry(store: Store, repositories: readonly RepositoryInput[]): RegistryInput {
  return { name: store.registryName, resourceId: toRegistryId(store), repositories: [...repositories] };
}
