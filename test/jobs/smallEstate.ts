import { parseEstate, type Estate } from "../sandbox/estate.ts";

const SUBSCRIPTION = "2d7b5c90-6a1e-4f38-9c04-d85e13f7a601";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/publishing`;
const HOSTED = `/subscriptions/${SUBSCRIPTION}/resourceGroups/hosted`;
export const PUBLISHER = `${GROUP}/providers/Microsoft.HybridNetwork/publishers/contoso`;
const NFDV_TYPE = "networkFunctionDefinitionGroups/nf/networkFunctionDefinitionVersions";

export const storeId = (name = "store"): string => `${PUBLISHER}/artifactStores/${name}`;
export const manifestId = (name: string, store = "store"): string => `${storeId(store)}/artifactManifests/${name}`;
export const nfdvId = (name: string): string => `${PUBLISHER}/${NFDV_TYPE}/${name}`;
export const networkFunctionId = (name: string): string =>
  `${GROUP}/providers/Microsoft.HybridNetwork/networkFunctions/${name}`;
export const registryIdOf = (name = "contosoacr"): string =>
  `${HOSTED}/providers/Microsoft.ContainerRegistry/registries/${name}`;

/** An element of the estate's JSON file. */
export type Json = Readonly<Record<string, unknown>>;

export function aStore(name: string, registry: string): Json {
  const properties = {
    provisioningState: "Succeeded",
    storeType: "AzureContainerRegistry",
    storageResourceId: registryIdOf(registry),
  };
  return { id: storeId(name), properties, systemData: { createdAt: "2025-04-02T08:00:00Z" } };
}

export function anArtifactManifest(name: string, artifacts: readonly string[], store = "store"): Json {
  return {
    id: manifestId(name, store),
    properties: {
      provisioningState: "Succeeded",
      artifactManifestState: "Uploaded",
      artifacts: artifacts.map((artifactName) => ({
        artifactName,
        artifactType: "OCIArtifact",
        artifactVersion: "1.0",
      })),
    },
  };
}

/** An NFDV whose chart is in the artifact manifest `artifactManifest`. */
export function anNfdv(name: string, artifactManifest: string): Json {
  const application = {
    artifactType: "HelmPackage",
    name,
    artifactProfile: {
      artifactStore: { id: manifestId(artifactManifest) },
      helmArtifactProfile: { helmPackageName: "chart", helmPackageVersionRange: "1.0" },
    },
  };
  const networkFunctionTemplate = { nfviType: "AzureArcKubernetes", networkFunctionApplications: [application] };
  const properties = { provisioningState: "Succeeded", versionState: "Active", networkFunctionTemplate };
  return { id: nfdvId(name), properties };
}

export function aNetworkFunction(name: string, version: string): Json {
  const networkFunctionDefinitionVersionResourceReference = { idType: "Open", id: nfdvId(version) };
  return {
    id: networkFunctionId(name),
    properties: {
      provisioningState: "Succeeded",
      nfviType: "AzureArcKubernetes",
      configurationType: "Open",
      networkFunctionDefinitionVersionResourceReference,
    },
  };
}

export function anImage(alias: string, tags: readonly string[] = []): Json {
  return { alias, layers: [{ size: 1000, seed: alias }], tags };
}

const INDEX = "application/vnd.oci.image.index.v1+json";

/** A multi-arch index with its two images and a signature; `tags` are the index's. */
export function anIndex(alias: string, tags: readonly string[] = ["1.0"]): readonly Json[] {
  const [amd64, arm64] = [`${alias} amd64`, `${alias} arm64`];
  return [
    anImage(amd64),
    anImage(arm64),
    { alias, mediaType: INDEX, children: [{ ref: amd64 }, { ref: arm64 }], tags },
    {
      ...anImage(`${alias} signature`),
      artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json",
      subject: alias,
    },
  ];
}

export const aRepository = (name: string, manifests: readonly Json[]): Json => ({ name, manifests });

export const aRegistry = (name: string, repositories: readonly Json[], more: Json = {}): Json => ({
  name,
  resourceId: registryIdOf(name),
  repositories,
  ...more,
});

export interface EstateParts {
  readonly resources?: readonly Json[];
  /** In place of the one registry `contosoacr`. */
  readonly registries?: readonly Json[];
}

/** What the artifact manifest `old` holds: a chart, and an image for two platforms with its signature. */
export const OLD_REPOSITORIES = [
  aRepository("old/chart", [anImage("old chart", ["1.0"])]),
  aRepository("old/nginx", anIndex("old")),
];
const LIVE_REPOSITORIES = [
  aRepository("live/chart", [anImage("live chart", ["1.0"])]),
  aRepository("live/nginx", anIndex("live")),
];

/** The digests, by alias, that go once the artifact manifest `old` is deleted. */
export const OLD = ["old", "old amd64", "old arm64", "old chart", "old signature"];

/** One publisher and store, with the releases `old`, which nothing needs, and `live`, which a network function runs on. */
export function smallEstate({ resources = [], registries }: EstateParts = {}): Estate {
  return parseEstate(
    {
      title: "Two releases",
      startsAt: "2026-03-02T00:00:00Z",
      resources: [
        { id: PUBLISHER, properties: { provisioningState: "Succeeded", scope: "Private" } },
        aStore("store", "contosoacr"),
        { id: `${PUBLISHER}/networkFunctionDefinitionGroups/nf`, properties: { provisioningState: "Succeeded" } },
        anArtifactManifest("old", ["chart", "nginx"]),
        anArtifactManifest("live", ["chart", "nginx"]),
        anNfdv("live", "live"),
        aNetworkFunction("site", "live"),
        ...resources,
      ],
      registries: registries ?? [aRegistry("contosoacr", [...OLD_REPOSITORIES, ...LIVE_REPOSITORIES])],
    },
    "of the test",
  );
}

/** Settings under which the named stores are purged after a day. */
export function enforceSettings(...stores: readonly string[]): Readonly<Record<string, string>> {
  const names = stores.length > 0 ? stores : ["store"];
  return {
    MODE: "enforce",
    GRACE: "24h",
    STORES: JSON.stringify({ stores: names.map((name) => ({ store: storeId(name) })) }),
  };
}
