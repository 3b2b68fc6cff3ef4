import { afterEach, describe, expect, it } from "@jest/globals";
import type { StoredManifest } from "../contracts.ts";
import { digestOf } from "./manifestContent.ts";
import { NOW, startBench, type Bench, type Repositories } from "./registryFixture.ts";

const DAY_MS = 86_400_000;
const ABSENT = `sha256:${"0".repeat(64)}`;

let bench: Bench | undefined;

afterEach(async () => {
  await bench?.registry.stop();
  bench = undefined;
});

type Manifests = Repositories[number]["manifests"];

async function load(manifests: Manifests, others: Repositories = []): Promise<Bench> {
  bench = await startBench({ repositories: [{ name: "cnf/amf", manifests }, ...others] });
  return bench;
}

function find({ registry }: Bench, alias: string): StoredManifest {
  const found = registry.manifests("cnf/amf").find(({ digest }) => digest === registry.resolve(alias));
  if (found === undefined) throw new Error(`${alias} is not in cnf/amf`);
  return found;
}

const contentOf = (manifest: StoredManifest): unknown => JSON.parse(manifest.bytes.toString());

describe("the short form", () => {
  it("becomes a real image whose digest is that of its bytes", async () => {
    const image = find(
      await load([{ alias: "image", tags: ["1.0"], layers: [{ size: 10 }, { size: 1_000_000 }] }]),
      "image",
    );
    expect(image.digest).toBe(digestOf(image.bytes));
    expect(image.tags).toEqual(["1.0"]);
    expect(image.layers.map(({ size }) => size)).toEqual([10, 1_000_000]);
    expect(contentOf(image)).toMatchObject({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json" },
    });
  });

  it("always gives the same bytes, and others for another seed", async () => {
    const entries = [{ alias: "a" }, { alias: "b" }, { alias: "c", seed: "a" }];
    const first = find(await load(entries), "a").digest;
    await bench?.registry.stop();
    const again = await load(entries);
    expect(find(again, "a").digest).toBe(first);
    expect(find(again, "b").digest).not.toBe(first);
    expect(find(again, "c").digest).toBe(first);
  });

  it("shares layers of the same seed and size", async () => {
    const base = { size: 70_000, seed: "base" };
    const loaded = await load([
      { alias: "a", layers: [base] },
      { alias: "b", layers: [base, { size: 5 }] },
    ]);
    expect(find(loaded, "a").layers[0]).toEqual(find(loaded, "b").layers[0]);
  });

  it.each([
    { mediaType: undefined, becomes: "application/vnd.oci.image.index.v1+json" },
    {
      mediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
      becomes: "application/vnd.docker.distribution.manifest.list.v2+json",
    },
  ])("with children becomes $becomes, wherever they stand in the file", async ({ mediaType, becomes }) => {
    const index = { alias: "index", children: [{ ref: "child", platform: "linux/arm/v7" }, { ref: ABSENT }] };
    const loaded = await load([mediaType === undefined ? index : { ...index, mediaType }, { alias: "child" }]);
    const { bytes } = find(loaded, "child");
    expect(find(loaded, "index")).toMatchObject({
      mediaType: becomes,
      children: [loaded.registry.resolve("child"), ABSENT],
    });
    expect(contentOf(find(loaded, "index"))).toMatchObject({
      manifests: [
        { size: bytes.length, platform: { os: "linux", architecture: "arm", variant: "v7" } },
        { digest: ABSENT },
      ],
    });
  });

  it("with a subject becomes a referrer", async () => {
    const loaded = await load([
      { alias: "sig", subject: "image", artifactType: "application/sig" },
      { alias: "image" },
    ]);
    expect(find(loaded, "sig").subject).toBe(loaded.registry.resolve("image"));
    expect(contentOf(find(loaded, "sig"))).toMatchObject({
      artifactType: "application/sig",
      config: { mediaType: "application/vnd.oci.empty.v1+json", size: 2 },
    });
  });

  it("can be an artifact manifest of the kind that has blobs", async () => {
    const mediaType = "application/vnd.oci.artifact.manifest.v1+json";
    const artifact = find(await load([{ alias: "bill", mediaType, artifactType: "application/spdx+json" }]), "bill");
    expect(contentOf(artifact)).toMatchObject({ mediaType, blobs: [{ size: 1024 }] });
    expect(artifact.layers).toHaveLength(1);
  });

  it("was pushed when it says, and is locked as it says", async () => {
    const manifest = { alias: "image", pushedAt: "-3d", attributes: { deleteEnabled: false } };
    expect(find(await load([manifest]), "image")).toMatchObject({
      createdAt: NOW - 3 * DAY_MS,
      attributes: { deleteEnabled: false, writeEnabled: true, readEnabled: true, listEnabled: true },
    });
  });
});

describe("the long form", () => {
  it("is stored as it stands, whatever it is", async () => {
    const manifest = { schemaVersion: 3, manifests: "none of your business" };
    const stored = find(await load([{ alias: "odd", manifest, mediaType: "application/vnd.odd" }]), "odd");
    expect(stored).toMatchObject({ mediaType: "application/vnd.odd", children: [], subject: undefined, layers: [] });
    expect(stored.bytes.toString()).toBe(JSON.stringify(manifest));
  });
});

describe("an estate that does not fit together is refused:", () => {
  const refusals: { name: string; manifests: Manifests; message: string }[] = [
    { name: "an alias that nobody has", manifests: [{ subject: "nobody" }], message: "alias nobody" },
    {
      name: "a circle",
      manifests: [
        { alias: "a", subject: "b" },
        { alias: "b", subject: "a" },
      ],
      message: "a -> b -> a",
    },
    {
      name: "an alias for two",
      manifests: [
        { alias: "a", seed: "1" },
        { alias: "a", seed: "2" },
      ],
      message: "alias a",
    },
    {
      name: "a tag for two",
      manifests: [
        { alias: "a", tags: ["1"] },
        { alias: "b", tags: ["1"] },
      ],
      message: "tag 1",
    },
    { name: "a type without short form", manifests: [{ mediaType: "text/plain" }], message: "no short form" },
    { name: "layers beside children", manifests: [{ layers: [], children: [] }], message: "both layers and children" },
  ];

  it.each(refusals)("$name", async ({ manifests, message }) => {
    await expect(load(manifests)).rejects.toThrow(message);
  });
});

describe("the sandbox's own hand", () => {
  it("pushes, tags, locks, untags and deletes at the present instant, without asking", async () => {
    const { registry, clock } = await load([{ alias: "old", tags: ["1"] }]);
    clock.at += DAY_MS;
    registry.push("cnf/amf", {
      alias: "new",
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      tags: ["2"],
      pushedAt: "-90d",
    });
    registry.tag("cnf/amf", "1", "new");
    registry.setAttributes("cnf/amf", { deleteEnabled: false }, { ref: "new" });
    registry.untag("cnf/amf", "2");
    registry.untag("cnf/amf", "never-there");
    registry.deleteManifest("cnf/amf", "old");
    registry.deleteManifest("cnf/amf", "old");
    expect(registry.manifests("cnf/amf")).toMatchObject([
      { digest: registry.resolve("new"), tags: ["1"], createdAt: NOW + DAY_MS, attributes: { deleteEnabled: false } },
    ]);
    expect([registry.deletions, registry.calls]).toEqual([[], []]);
  });

  it("fails on what the registry does not know", async () => {
    const { registry } = await load([{ alias: "image" }]);
    expect(() => registry.tag("cnf/amf", "1", ABSENT)).toThrow(`no registry manifest ${ABSENT}`);
    expect(() => registry.tag("nowhere", "1", "image")).toThrow("no repository nowhere");
    expect(() => registry.setAttributes("cnf/amf", {}, { tag: "1" })).toThrow("no tag 1");
    expect(() => registry.resolve("nobody")).toThrow("alias nobody");
  });
});

it("keeps a repository that has nothing in it, and describes the registry as ARM does", async () => {
  const { registry } = await load([{ alias: "image", pushedAt: "-100d" }], [{ name: "empty", manifests: [] }]);
  expect(registry.repositories()).toEqual(["cnf/amf", "empty"]);
  expect(registry.armProperties).toMatchObject({
    loginServer: registry.loginServer,
    provisioningState: "Succeeded",
    roleAssignmentMode: "LegacyRegistryPermissions",
    creationDate: "2025-11-22T02:00:00.000Z",
    policies: { retentionPolicy: { status: "disabled" }, softDeletePolicy: { status: "disabled" } },
  });
});
