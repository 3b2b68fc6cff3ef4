import { describe, expect, it } from "@jest/globals";
import type { StoredManifest } from "../sandbox/contracts.ts";
import { type ArmResource, ArmResourceSchema } from "../sandbox/estate.ts";
import { GroundTruth } from "./groundTruth.ts";

const REPOSITORY = "amf-1-0-0/amf";
const SCOPE = "/subscriptions/s/resourceGroups/g/providers";
const PUBLISHER = `${SCOPE}/Microsoft.HybridNetwork/publishers/acme`;
const STORE = `${PUBLISHER}/artifactStores/store`;
const ARTIFACT_MANIFEST = `${STORE}/artifactManifests/amf-1-0-0`;
const VERSION = `${PUBLISHER}/networkFunctionDefinitionGroups/amf/networkFunctionDefinitionVersions/1.0.0`;

const aResource = (id: string, properties: Record<string, unknown> = {}): ArmResource =>
  ArmResourceSchema.parse({ id, properties });

const THE_STORE = aResource(STORE, { storageResourceId: `${SCOPE}/Microsoft.ContainerRegistry/registries/acr` });
const THE_VERSION = aResource(VERSION, { artifactManifest: { id: ARTIFACT_MANIFEST } });
const aConsumer = (properties: Record<string, unknown>) =>
  aResource(`${SCOPE}/Microsoft.HybridNetwork/networkFunctions/east`, properties);

const aManifest = (digest: string, part: Partial<StoredManifest> = {}): StoredManifest => ({
  digest,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  bytes: Buffer.from("{}"),
  tags: [],
  createdAt: 0,
  attributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
  children: [],
  subject: undefined,
  layers: [],
  ...part,
});

interface Deletion {
  readonly held: readonly StoredManifest[];
  readonly gone?: readonly string[];
  /** At the start, and just before the purge if that differs. */
  readonly resources?: readonly ArmResource[];
  readonly resourcesThen?: readonly ArmResource[];
}

/** The truth after a purge that deleted `old`, or what `gone` says. */
function judge({ held, gone = ["old"], resources = [THE_STORE], resourcesThen = resources }: Deletion): GroundTruth {
  const deletions: { repository: string; digest: string; at: number }[] = [];
  let left = held;
  const registry = { repositories: () => [REPOSITORY], manifests: () => left, deletions };
  const sandbox = { arm: { all: () => resourcesThen }, registries: new Map([["acr", registry]]) };
  const truth = new GroundTruth(sandbox, {
    resources: [...resources],
    registries: [
      {
        name: "acr",
        resourceId: `${SCOPE}/Microsoft.ContainerRegistry/registries/acr`,
        location: "westeurope",
        sku: "Premium",
        roleAssignmentMode: "LegacyRegistryPermissions",
        provisioningState: "Succeeded",
        publicNetworkAccess: "Enabled",
        replications: [],
        repositories: [],
      },
    ],
  });
  truth.capture();
  for (const digest of gone) deletions.push({ repository: REPOSITORY, digest, at: 0 });
  left = held.filter(({ digest }) => !gone.includes(digest));
  truth.judge();
  return truth;
}

const old = (part: Partial<StoredManifest> = {}) => aManifest("old", part);

describe("the ground truth", () => {
  it("has nothing against deleting what nothing needs", () => {
    const truth = judge({ held: [old(), aManifest("other", { tags: ["1"] })] });
    expect(truth.violations).toEqual([]);
    expect(truth.deletions).toBe(1);
  });

  const locked = { deleteEnabled: true, writeEnabled: false, readEnabled: true, listEnabled: true };
  it.each<[name: string, deletion: Deletion, why: RegExp]>([
    ["what is tagged", { held: [old({ tags: ["1.0.0"] })] }, /it was tagged 1\.0\.0$/],
    ["what is locked", { held: [old({ attributes: locked })] }, /it was locked$/],
    [
      "a child of an index that stays",
      { held: [old(), aManifest("index", { children: ["old"] })] },
      /index that stays/,
    ],
    [
      "the subject of a referrer that stays",
      { held: [old(), aManifest("signature", { subject: "old" })] },
      /the referrer/,
    ],
    [
      "a referrer of a subject that stays",
      { held: [old({ subject: "image" }), aManifest("image")] },
      /its subject image/,
    ],
    ["what was not there before", { held: [] }, /not known before the purge$/],
    [
      "what a version references",
      { held: [old()], resources: [THE_STORE, THE_VERSION] },
      /networkfunctiondefinitionversions\/1\.0\.0 references amf-1-0-0$/,
    ],
    [
      "what a consumer of a deleted version runs on",
      {
        held: [old()],
        resources: [THE_STORE, THE_VERSION],
        resourcesThen: [THE_STORE, aConsumer({ networkFunctionDefinitionVersionResourceReference: { id: VERSION } })],
      },
      /networkFunctions\/east runs on .*versions\/1\.0\.0$/,
    ],
    [
      "a digest that a consumer names, though its artifact manifest stays",
      {
        held: [old()],
        resources: [THE_STORE, aResource(ARTIFACT_MANIFEST), aConsumer({ values: '{"image":"x@old"}' })],
      },
      /names its digest$/,
    ],
  ])("sees the deletion of %s", (_name, deletion, why) => {
    expect(judge(deletion).violations).toEqual([expect.stringMatching(why)]);
  });

  it("has nothing against deleting an index together with its children", () => {
    const held = [aManifest("index", { children: ["old"] }), old()];
    expect(judge({ held, gone: ["index", "old"] }).violations).toEqual([]);
  });

  it("names tagged indexes that miss a child", () => {
    const truth = judge({ held: [old(), aManifest("index", { tags: ["1"], children: ["old"] })] });
    expect(truth.listBrokenIndexes()).toEqual([`acr/${REPOSITORY}@index misses old`]);
  });

  it("counts as freed what only deleted registry manifests held, each blob once, and once only", () => {
    const [shared, own] = [
      { digest: "shared", size: 100 },
      { digest: "own", size: 7 },
    ];
    const held = [old({ layers: [shared, own, own] }), aManifest("other", { layers: [shared] })];
    const truth = judge({ held });
    expect([truth.takeFreedBytes(), truth.takeFreedBytes()]).toEqual([{ acr: 7 }, {}]);
  });
});
