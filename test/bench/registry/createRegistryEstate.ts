import { type ArmResource, type Estate, type EstateRegistry, parseEstate } from "../../sandbox/estate.ts";
import { toArtifactManifestId, toNfdvId, toRegistryId, toStoreId } from "../../simulate/defaultEstate/places.ts";
import {
  type Artifact,
  aPublisher,
  anArtifactManifest,
  anArtifactStore,
  anNfdv,
  toSystemData,
} from "../../simulate/defaultEstate/publisherResources.ts";
import { aLargePublisher, toFunctionName, toPlace, toVersionName } from "../estate/largePublisher.ts";
import { aDefinitionGroup, toArmResource, toArtifactManifestName } from "../estate/publisherParts.ts";
import { listManifests } from "./contents.ts";
import type { Shape } from "./shapes.ts";

/** A Monday. */
export const STARTS_AT = "2026-03-02T00:00:00Z";
const RELEASED_AT = "2025-09-03T09:00:00Z";

const PUBLISHER = aLargePublisher(0);
const [STORE] = PUBLISHER.stores;
export const REGISTRY_NAME = STORE.registryName;

export interface EstateOrder {
  readonly shape: Shape;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * One publisher with one store and its registry. Each release has an artifact manifest, a definition version that references it,
 * and, where it is not going to be withdrawn, a network function that runs on it.
 */
export function createRegistryEstate({ shape, settings }: EstateOrder): Estate {
  const registry = {
    name: REGISTRY_NAME,
    resourceId: toRegistryId(STORE),
    roleAssignmentMode: shape.roleAssignmentMode,
  };
  const limit = shape.deletesPerMinute === undefined ? {} : { deletesPerMinute: shape.deletesPerMinute };
  const frame = {
    title: "A large registry",
    startsAt: STARTS_AT,
    settings: {
      SUBSCRIPTIONS: PUBLISHER.subscriptionId,
      STORES: { stores: [{ store: toStoreId(STORE) }] },
      ...settings,
    },
  };
  const estate = parseEstate({ ...frame, resources: [], registries: [{ ...registry, ...limit }] }, "registry");
  // Neither is parsed: a million registry manifests would only cost time.
  const repositories = listRepositories(shape);
  return {
    ...estate,
    resources: listResources(shape),
    registries: estate.registries.map((parsed) => ({ ...parsed, repositories })),
  };
}

/** What goes with the releases that are withdrawn: the version first, then the artifact manifest. */
export function listWithdrawnIds({ releases, withdrawn }: Shape): readonly string[] {
  return Array.from({ length: withdrawn }, (_, index) => releases - withdrawn + index).flatMap((release) => [
    toDefinitionId(release),
    toArtifactManifestId(STORE, toArtifactManifestName(release)),
  ]);
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

function listResources(shape: Shape): ArmResource[] {
  const groups = new Set(range(shape.releases).map((release) => toPlace(release).group));
  return [
    toArmResource(aPublisher(PUBLISHER)),
    toArmResource(anArtifactStore(STORE)),
    ...[...groups].map((group) => aDefinitionGroup(PUBLISHER, group)),
    ...range(shape.releases).flatMap((release) => listReleaseResources(shape, release)),
  ];
}

function listReleaseResources(shape: Shape, release: number): ArmResource[] {
  const name = toArtifactManifestName(release);
  const artifacts = range(shape.artifactsPerRelease).flatMap((artifact) => listArtifacts(shape, release, artifact));
  const resources = [
    toArmResource(anArtifactManifest({ store: STORE, name, artifacts, createdAt: RELEASED_AT })),
    toArmResource(anNfdv(toVersion(release))),
  ];
  return release < shape.releases - shape.withdrawn ? [...resources, aNetworkFunction(release)] : resources;
}

function toVersion(release: number): Parameters<typeof anNfdv>[0] {
  const { group, round } = toPlace(release);
  return {
    publisher: PUBLISHER,
    cnf: toFunctionName(group),
    version: toVersionName(round),
    versionState: "Active",
    createdAt: RELEASED_AT,
    artifactSourceId: toArtifactManifestId(STORE, toArtifactManifestName(release)),
  };
}

function toDefinitionId(release: number): string {
  const { cnf, version } = toVersion(release);
  return toNfdvId(PUBLISHER, cnf, version);
}

function aNetworkFunction(release: number): ArmResource {
  const name = `${toArtifactManifestName(release)}-site`;
  const group = `/subscriptions/${PUBLISHER.subscriptionId}/resourceGroups/${PUBLISHER.name}-sites`;
  return toArmResource({
    id: `${group}/providers/Microsoft.HybridNetwork/networkFunctions/${name}`,
    properties: {
      provisioningState: "Succeeded",
      nfviType: "AzureArcKubernetes",
      publisherName: PUBLISHER.name,
      publisherScope: "Private",
      networkFunctionDefinitionVersionResourceReference: { idType: "Open", id: toDefinitionId(release) },
      configurationType: "Open",
      deploymentValues: "{}",
    },
    systemData: toSystemData(RELEASED_AT),
  });
}

/** The first artifact of a release is the chart that its definition names. */
function toArtifactName(release: number, artifact: number): string {
  const name = toFunctionName(toPlace(release).group);
  return artifact === 0 ? name : `${name}-part-${artifact}`;
}

/** The first tag is the version of the release. */
function listTags(shape: Shape, release: number, artifact: number): readonly string[] {
  const { children, singles } = shape.contentOf(release, artifact);
  return range(singles + (children > 0 ? 1 : 0)).map((patch) => `1.${toPlace(release).round}.${patch}`);
}

function listArtifacts(shape: Shape, release: number, artifact: number): Artifact[] {
  const artifactName = toArtifactName(release, artifact);
  return listTags(shape, release, artifact).map((artifactVersion) => ({
    artifactName,
    artifactType: "OCIArtifact",
    artifactVersion,
  }));
}

function listRepositories(shape: Shape): EstateRegistry["repositories"] {
  return range(shape.releases).flatMap((release) =>
    range(shape.artifactsPerRelease).map((artifact) => {
      const name = `${toArtifactManifestName(release)}/${toArtifactName(release, artifact)}`;
      const tags = listTags(shape, release, artifact);
      const content = shape.contentOf(release, artifact);
      return { name, manifests: listManifests({ repository: name, content, tags, pushedAt: RELEASED_AT }) };
    }),
  );
}
