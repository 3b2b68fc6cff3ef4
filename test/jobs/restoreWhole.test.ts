import { beforeAll, describe, expect, it } from "@jest/globals";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import { allowRestores, askToRestore, forgeBytes, itemsOf, shareLayers, untilSharedPurge } from "./restoring.ts";
import { addFault, untilPurge } from "./ripe.ts";
import type { Json } from "./smallEstate.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const REPOSITORY = "old/nginx";
const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const NOWHERE = `sha256:${"0".repeat(64)}`;

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

async function purge(from = ripe): Promise<World> {
  const world = await bench.fork(from);
  await world.stage("purge");
  return allowRestores(world);
}

const push = (world: World, manifest: Json): string =>
  world.registry().push(REPOSITORY, RegistryManifestSchema.parse(manifest));
const pushIndex = (world: World, alias: string, children: readonly string[], tags: readonly string[] = []): string =>
  push(world, { alias, mediaType: INDEX, children: children.map((ref) => ({ ref })), tags });
const isThere = (world: World, alias: string) =>
  world
    .registry()
    .manifests(REPOSITORY)
    .some(({ digest }) => digest === world.registry().resolve(alias));

/** Pushed by somebody who did not know that a child was gone: the journal never had its bytes. */
describe("an index that is there", () => {
  it("gets the child back that this service deleted", async () => {
    const world = await purge();
    pushIndex(world, "top", ["old amd64"], ["2.0"]);
    const answer = await askToRestore(world, { of: "top" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, ["top", "old amd64"])).toEqual(["restored old amd64", "there top"]);
    expect(isThere(world, "old amd64")).toBe(true);
  });

  it("gets it back through another index, too", async () => {
    const world = await purge();
    pushIndex(world, "middle", ["old arm64"]);
    pushIndex(world, "top", ["middle"], ["2.0"]);
    const answer = await askToRestore(world, { of: "top" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(isThere(world, "old arm64")).toBe(true);
  });

  it("is not called complete where nobody has its child", async () => {
    const world = await purge();
    pushIndex(world, "top", [NOWHERE], ["2.0"]);
    const answer = await askToRestore(world, { of: "top" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, ["top"])).toEqual(["there top", `refused ${NOWHERE}`]);
  });

  it("gets no tag where the registry refuses it for such a child, and is not called done", async () => {
    const world = await purge();
    pushIndex(world, "top", [NOWHERE], ["2.0"]);
    const answer = await askToRestore(world, { of: "top", tag: "3.0" });
    expect(answer).toMatchObject({ status: 409, json: { complete: false } });
    expect(itemsOf(world, answer, ["top"])).toEqual(["failed top [3.0]", `refused ${NOWHERE}`]);
  });

  it("is not called complete where the journal's bytes of its child are other ones", async () => {
    const world = await purge();
    await forgeBytes(world, "old amd64", "{}");
    pushIndex(world, "top", ["old amd64"], ["2.0"]);
    const answer = await askToRestore(world, { of: "top" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, ["top", "old amd64"])).toEqual(["there top", "refused old amd64"]);
  });

  it("is called complete where all of it is there", async () => {
    const world = await purge();
    push(world, { alias: "child", layers: [{ size: 10 }] });
    pushIndex(world, "top", ["child"], ["2.0"]);
    const answer = await askToRestore(world, { of: "top" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, ["top"])).toEqual(["there top"]);
  });

  it("is not called complete where its bytes cannot be read", async () => {
    const world = await purge();
    const digest = push(world, { alias: "image", tags: ["2.0"] });
    addFault(world, { kind: "status", status: 500 }, { path: `/v2/${REPOSITORY}/manifests/${digest}` });
    const answer = await askToRestore(world, { of: "image" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, ["image"])).toEqual(["there image", "unknown image"]);
    expect(answer.text).toContain("status 500");
  });

  it("is not called complete where its type, or that of its child, is not understood", async () => {
    const world = await purge();
    push(world, { alias: "odd", mediaType: "application/vnd.example.thing.v1+json", manifest: { things: [] } });
    pushIndex(world, "top", ["odd"], ["2.0"]);
    for (const asked of ["odd", "top"]) {
      const answer = await askToRestore(world, { of: asked });
      expect(answer).toMatchObject({ status: 200, json: { complete: false } });
      expect(itemsOf(world, answer, ["top", "odd"])).toEqual([`there ${asked}`, "unknown odd"]);
    }
  });
});

describe("a signature", () => {
  it("comes back alone, and its subject is told to be missing", async () => {
    const world = await purge();
    const answer = await askToRestore(world, { of: "old signature" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, OLD)).toEqual(["restored old signature", "notTried old"]);
    expect(answer.text).toContain("ask for it to be restored");
    expect(isThere(world, "old")).toBe(false);
  });

  it("that is there misses its subject all the same", async () => {
    const world = await purge();
    push(world, { alias: "seal", subject: "old", artifactType: "a/b", tags: ["seal"] });
    const answer = await askToRestore(world, { of: "seal" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, ["seal", ...OLD])).toEqual(["there seal", "notTried old"]);
  });

  it("of what is there is complete", async () => {
    const world = await purge();
    await askToRestore(world, {});
    world.registry().deleteManifest(REPOSITORY, "old signature");
    const answer = await askToRestore(world, { of: "old signature" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
  });
});

describe("a layer that is not in the registry", () => {
  const WINDOWS = "old windows";
  const FOREIGN = `sha256:${"f".repeat(64)}`;

  /** Purged with the rest: an image on a layer of which no other registry manifest knows. */
  async function purgeWindows(layer: Json): Promise<World> {
    const from = await bench.prepare(smallEstate(), async (world) => {
      shareLayers(world, REPOSITORY);
      world.change(({ registries }) => {
        const registry = registries.get("contosoacr");
        const config = registry
          ?.manifests(REPOSITORY)
          .map(({ bytes }) => JSON.parse(bytes.toString()))
          .find((body) => body.config !== undefined)?.config;
        const layers = [{ digest: FOREIGN, size: 100, ...layer }];
        const manifest = { schemaVersion: 2, mediaType: IMAGE, config, layers };
        registry?.push(REPOSITORY, RegistryManifestSchema.parse({ alias: WINDOWS, manifest, mediaType: IMAGE }));
      });
      await untilPurge(world);
    });
    const world = await purge(from);
    expect(isThere(world, WINDOWS)).toBe(false);
    return world;
  }

  it("is no reason to refuse where it is fetched from elsewhere", async () => {
    const urls = ["https://layers.example/windows"];
    const mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    const world = await purgeWindows({ mediaType, urls });
    const answer = await askToRestore(world, { of: WINDOWS });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, [WINDOWS])).toEqual([`restored ${WINDOWS}`]);
  });

  it("is one where it is a layer like any other", async () => {
    const world = await purgeWindows({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" });
    const answer = await askToRestore(world, { of: WINDOWS });
    expect(answer.status).toBe(409);
    expect(answer.json["items"]).toEqual([expect.objectContaining({ outcome: "refused", missing: [FOREIGN] })]);
  });
});
