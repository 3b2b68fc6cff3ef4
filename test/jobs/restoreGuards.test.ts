import { beforeAll, describe, expect, it } from "@jest/globals";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import { askToRestore, dropLayer, forgeBytes, itemsOf, purgeOld, softDelete, untilSharedPurge } from "./restoring.ts";
import { addFault, doOnceBefore } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const DAY_MS = 86_400_000;

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const purge = (): Promise<World> => purgeOld(bench, ripe);

const puts = (world: World) => world.registry().calls.filter(({ method }) => method === "PUT");
const digestOf = (world: World, alias: string) => world.registry().resolve(alias);
const layersOf = (world: World, alias: string): readonly string[] =>
  world
    .registry()
    .manifests("old/nginx")
    .filter(({ digest }) => digest === digestOf(world, alias))
    .flatMap(({ layers }) => layers.map(({ digest }) => digest));

/** Each makes the restore impossible; without it, it succeeds. */
describe("a restore", () => {
  it("succeeds where nothing speaks against it", async () => {
    const world = await purge();
    expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200, json: { complete: true } });
  });

  it("puts nothing where one layer is gone, and names it", async () => {
    const [layer = ""] = layersOf(await bench.fork(ripe), "old arm64");
    const world = await purge();
    await dropLayer(world, "old/nginx", layer);
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD).toSorted()).toEqual(["refused old", "refused old arm64"]);
    expect(answer.json["items"]).toContainEqual(expect.objectContaining({ missing: [layer] }));
    expect(puts(world)).toEqual([]);
  });

  it("puts nothing where the repository and its layers are gone", async () => {
    const world = await purge();
    const answer = await askToRestore(world, { repository: "old/chart", of: "old chart", tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toEqual(["refused old chart"]);
    expect(puts(world)).toEqual([]);
  });

  it("restores the index without a signature whose layer is gone, and says so", async () => {
    const layers = layersOf(await bench.fork(ripe), "old signature");
    const world = await purge();
    for (const layer of layers) await dropLayer(world, "old/nginx", layer);
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer).toMatchObject({ status: 200, json: { complete: false } });
    expect(itemsOf(world, answer, OLD)).toContain("refused old signature");
    expect(world.content()).toContain("old/nginx: old [1.0]");
  });

  it.each(["old", "old amd64"])("refuses other bytes than those of %s", async (alias) => {
    const world = await purge();
    await forgeBytes(world, alias, '{"schemaVersion":2,"manifests":[]}');
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toContain(`refused ${alias}`);
    expect(puts(world)).toEqual([]);
  });

  it("never moves a tag", async () => {
    const world = await purge();
    const answer = await askToRestore(world, { tag: "golden" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toEqual(["refused old [golden]"]);
    expect(puts(world)).toEqual([]);
  });

  it("does not move a tag either that was put elsewhere meanwhile", async () => {
    const world = await purge();
    const golden =
      world
        .registry()
        .manifests("old/nginx")
        .find(({ tags }) => tags.includes("golden"))?.digest ?? "";
    doOnceBefore(
      world,
      ({ port, args }) => port === "writer" && args[1] === digestOf(world, "old"),
      () => world.registry().tag("old/nginx", "1.0", golden),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toContain("failed old [1.0]");
    const tags = world
      .registry()
      .manifests("old/nginx")
      .find(({ digest }) => digest === golden)?.tags;
    expect(tags).toEqual(["1.0", "golden"]);
  });

  it("is refused where this service deleted nothing of the kind there, though it has the bytes", async () => {
    const world = await purge();
    expect(await askToRestore(world, { repository: "live/nginx", tag: "2.0" })).toMatchObject({ status: 404 });
    expect(puts(world)).toEqual([]);
  });

  it("is not believed of a registry that says so and stores nothing", async () => {
    const world = await purge();
    const digest = digestOf(world, "old amd64");
    const headers = { "Docker-Content-Digest": digest };
    addFault(world, { kind: "status", status: 201, headers, body: "" }, { method: "PUT", path: digest });
    const answer = await askToRestore(world, { of: "old amd64" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toEqual(["failed old amd64"]);
  });
});

describe("a restore where soft delete is on, for seven days", () => {
  async function purgeBefore(days: number): Promise<World> {
    const world = await purge();
    await world.moveTo(world.now() + days * DAY_MS);
    world.addGuard(softDelete);
    return world;
  }

  it.each([0, 6.9])("is left to the registry %d days after the delete", async (days) => {
    const world = await purgeBefore(days);
    const answer = await askToRestore(world, { tag: "1.0" });
    const digest = digestOf(world, "old");
    expect(answer).toMatchObject({
      status: 409,
      json: {
        command: `az acr manifest restore -r ContosoACR -n old/nginx:1.0 -d ${digest}`,
        until: expect.stringMatching(/^2026-03-12T05:/),
      },
    });
    expect(answer.text).toContain("If soft delete was on by then");
    expect(puts(world)).toEqual([]);
  });

  it("is tried once these days are over", async () => {
    const world = await purgeBefore(7.1);
    expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200, json: { complete: true } });
  });

  it("is not called done where the registry refuses it even then", async () => {
    const world = await purgeBefore(7.1);
    addFault(world, { kind: "status", status: 405 }, { method: "PUT" });
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).not.toContain("restored old");
  });

  it("puts a tag on what is there", async () => {
    const world = await purgeBefore(0);
    world.registry().push("old/nginx", RegistryManifestSchema.parse({ alias: "new", tags: ["2.0"] }));
    expect(await askToRestore(world, { of: "new", tag: "1.0" })).toMatchObject({ status: 200 });
  });
});

describe("the restorer", () => {
  const tokensOf = (world: World, name: string) =>
    bench.shared.identity.calls.filter(({ path }) => path.includes(`${name}-${world.parts.number}`));

  it("is not so much as asked for a token where its setting is missing", async () => {
    const world = await purge();
    world.settings = { ...world.settings, RESTORER_CLIENT_ID: "" };
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer).toMatchObject({ status: 409, json: { setting: "RESTORER_CLIENT_ID" } });
    expect(answer.text).toContain("AcrPush");
    expect(tokensOf(world, "restorer")).toEqual([]);
    expect(puts(world)).toEqual([]);
  });

  it("is asked for one where it is there", async () => {
    const world = await purge();
    await askToRestore(world, { tag: "1.0" });
    expect(tokensOf(world, "restorer")).not.toEqual([]);
  });

  it("that may not push puts nothing, and is told its role", async () => {
    const world = await purge();
    world.settings = { ...world.settings, RESTORER_CLIENT_ID: `observer-${world.parts.number}` };
    const before = world.content();
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("AcrPush");
    expect(itemsOf(world, answer, OLD).map((item) => item.split(" ")[0])).toEqual([
      "failed",
      ...Array.from({ length: 4 }, () => "notTried"),
    ]);
    expect(world.content()).toEqual(before);
  });
});
