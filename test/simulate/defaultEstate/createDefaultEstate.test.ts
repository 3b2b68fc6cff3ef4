import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { type EstateManifest, toInstant } from "../../sandbox/estate.ts";
import { listLooseEnds } from "../../sandbox/looseEnds.ts";
import { createDefaultEstate } from "./createDefaultEstate.ts";
import { MISSING_REPOSITORY } from "./oddities.ts";
import { CONSUMER_SUBSCRIPTION_ID, LEGACY_STORE } from "./places.ts";

const ESTATE = createDefaultEstate();
const MANIFESTS = ESTATE.registries.flatMap((registry) =>
  registry.repositories.flatMap((repository) =>
    repository.manifests.map((manifest) => ({ manifest, registry: registry.name, repository: repository.name })),
  ),
);
const typeOf = ({ id }: { id: string }) => id.split("/").at(-2) ?? "";
const ofType = (type: string) => ESTATE.resources.filter((resource) => typeOf(resource) === type);
const eventsOf = <T extends (typeof ESTATE.events)[number]["type"]>(type: T) =>
  ESTATE.events.filter((event): event is Extract<typeof event, { type: T }> => event.type === type);

const isShort = (manifest: EstateManifest): manifest is Exclude<EstateManifest, { manifest: unknown }> =>
  !("manifest" in manifest);

const ArtifactManifestProperties = z.object({
  artifactManifestState: z.string(),
  artifacts: z.array(z.object({ artifactName: z.string(), artifactVersion: z.string() })),
});
const propertiesOf = (resource: { properties: unknown }) => ArtifactManifestProperties.parse(resource.properties);

describe("the default estate", () => {
  it("is the same each time", () => {
    expect(createDefaultEstate()).toEqual(ESTATE);
  });

  it("points at nothing that it does not hold", () => {
    expect(listLooseEnds(ESTATE)).toEqual([]);
  });

  it("has two publishers with three stores and three registries, and consumers in a third subscription", () => {
    const subscriptionOf = ({ id }: { id: string }) => id.split("/")[2] ?? "";
    expect(new Set(ofType("publishers").map(subscriptionOf)).size).toBe(2);
    expect(ofType("artifactStores").map((store) => store.properties["storageResourceId"])).toEqual(
      expect.arrayContaining(ESTATE.registries.map((registry) => registry.resourceId)),
    );
    expect(ofType("artifactStores")).toHaveLength(3);
    const consumers = ["siteNetworkServices", "networkFunctions", "configurationGroupValues", "sites"].flatMap(ofType);
    expect(new Set(consumers.map(subscriptionOf))).toEqual(new Set([CONSUMER_SUBSCRIPTION_ID]));
    expect(ESTATE.settings["SUBSCRIPTIONS"]).toContain(CONSUMER_SUBSCRIPTION_ID);
  });

  it("holds at least 500 registry manifests", () => {
    expect(MANIFESTS.length).toBeGreaterThanOrEqual(500);
  });

  it("uploads nothing before the layout by artifact manifest began, except in the legacy store", () => {
    const early = MANIFESTS.filter(
      ({ manifest }) => toInstant(manifest.pushedAt, ESTATE.startsAt) < Date.parse("2025-03-30T00:00:00Z"),
    );
    expect(new Set(early.map(({ registry }) => registry))).toEqual(new Set([LEGACY_STORE.registryName]));
  });

  it("uploads nothing after the start, except by events at their own instant", () => {
    const startMs = Date.parse(ESTATE.startsAt);
    expect(MANIFESTS.filter(({ manifest }) => toInstant(manifest.pushedAt, ESTATE.startsAt) > startMs)).toEqual([]);
    expect(eventsOf("push").filter((event) => event.manifest.pushedAt !== event.at)).toEqual([]);
  });
});

describe("the registries of the default estate", () => {
  const short = MANIFESTS.map(({ manifest }) => manifest).filter(isShort);

  const KINDS: { name: string; is: (manifest: (typeof short)[number]) => boolean }[] = [
    { name: "charts", is: (manifest) => manifest.configMediaType === "application/vnd.cncf.helm.config.v1+json" },
    { name: "OCI indexes", is: (manifest) => manifest.mediaType === "application/vnd.oci.image.index.v1+json" },
    {
      name: "attestations",
      is: (manifest) => (manifest.children ?? []).some((child) => child.platform === "unknown/unknown"),
    },
    { name: "Docker lists", is: (manifest) => manifest.mediaType.endsWith("distribution.manifest.list.v2+json") },
    { name: "Docker images", is: (manifest) => manifest.mediaType.endsWith("distribution.manifest.v2+json") },
    { name: "signatures", is: (manifest) => Boolean(manifest.subject && manifest.artifactType?.includes("cosign")) },
    { name: "SBOMs", is: (manifest) => Boolean(manifest.subject && manifest.artifactType?.includes("spdx")) },
    { name: "ARM templates", is: (manifest) => manifest.artifactType === "application/vnd.unknown.artifact.v1" },
    { name: "locked indexes", is: (manifest) => manifest.attributes?.deleteEnabled === false },
    {
      name: "signatures by tag",
      is: (manifest) => manifest.tags.some((tag) => /^sha256-[0-9a-f]{64}\.sig$/.test(tag)),
    },
  ];
  it.each(KINDS)("hold $name", ({ is }) => {
    expect(short.filter(is).length).toBeGreaterThan(0);
  });

  it("hold an index that lists an index", () => {
    const indexes = short.filter(({ children }) => children !== undefined);
    const aliases = new Set(indexes.map(({ alias }) => alias));
    const nested = indexes.filter(({ children = [] }) => children.some(({ ref }) => aliases.has(ref)));
    expect(nested.length).toBeGreaterThan(0);
  });

  it("share base layers between images, and whole images between repositories", () => {
    const seeds = short.flatMap(({ layers = [] }) => layers.map(({ seed }) => seed));
    expect(seeds.length).toBeGreaterThan(2 * new Set(seeds).size);
    const sidecars = MANIFESTS.filter(({ repository }) => repository.endsWith("/sbi-proxy"));
    expect(new Set(sidecars.map(({ repository }) => repository)).size).toBeGreaterThan(10);
    expect(new Set(sidecars.map(({ manifest }) => isShort(manifest) && manifest.seed)).size).toBe(5);
  });

  it("hold whatever an artifact manifest lists, under its name and tag, except one artifact", () => {
    const uploaded = new Set(
      MANIFESTS.flatMap(({ manifest, repository }) => manifest.tags.map((tag) => `${repository}:${tag}`)),
    );
    const listed = ofType("artifactManifests").flatMap((resource) =>
      propertiesOf(resource).artifacts.map(({ artifactName, artifactVersion }) => {
        const prefix = resource.layout === "legacy" ? "" : `${resource.id.split("/").at(-1)}/`;
        return `${prefix}${artifactName}:${artifactVersion}`;
      }),
    );
    expect(listed.filter((artifact) => !uploaded.has(artifact))).toEqual([`${MISSING_REPOSITORY}:1.1.0`]);
  });

  it("hold uploads below prefixes that no artifact manifest has, and below one that is stuck in Uploading", () => {
    const names = new Set(ofType("artifactManifests").map(({ id }) => id.split("/").at(-1)));
    const prefixes = new Set(MANIFESTS.map(({ repository }) => repository.split("/")[0]));
    expect(prefixes).toContain("scratch");
    expect(names).not.toContain("scratch");
    const stuck = ofType("artifactManifests").filter(
      (resource) => propertiesOf(resource).artifactManifestState === "Uploading",
    );
    expect(stuck.map(({ id }) => id.split("/").at(-1))).toEqual(["udm-3-3-0"]);
    expect(prefixes).toContain("udm-3-3-0");
  });

  it("lie at the root in the legacy store, whose versions reference the store itself", () => {
    const legacy = ESTATE.registries.find(({ name }) => name === LEGACY_STORE.registryName);
    expect(legacy?.repositories.map(({ name }) => name)).toEqual(expect.arrayContaining(["gnb-cu", "release/contoso"]));
    const version = ESTATE.resources.find(({ id }) => id.endsWith("/gnb-cu/networkFunctionDefinitionVersions/1.0.0"));
    expect(JSON.stringify(version?.properties)).toMatch(/artifactStores\/edge-legacy-store"/);
  });
});

describe("the versions of the default estate", () => {
  const versions = [...ofType("networkFunctionDefinitionVersions"), ...ofType("networkServiceDesignVersions")];
  const known = new Set(ESTATE.resources.map(({ id }) => id.toLowerCase()));

  it("are Active, Preview and Deprecated", () => {
    const states = new Set(versions.map(({ properties }) => properties["versionState"]));
    expect(states).toEqual(new Set(["Active", "Preview", "Deprecated"]));
  });

  it("and their consumers name only resources that are there", () => {
    const ids = ESTATE.resources.flatMap(({ properties }) =>
      [...JSON.stringify(properties).matchAll(/"id":"([^"]*\/microsoft\.hybridnetwork\/[^"]*)"/gi)].map(([, id = ""]) =>
        id.toLowerCase(),
      ),
    );
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });

  it("are named by one consumer without an id", () => {
    const secret = ofType("networkFunctions").filter(({ properties }) =>
      JSON.stringify(properties).includes('"Secret"'),
    );
    expect(secret.map(({ properties }) => properties["networkFunctionDefinitionVersion"])).toEqual(["3.1.0"]);
  });
});
