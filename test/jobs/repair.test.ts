import { beforeAll, describe, expect, it } from "@jest/globals";
import { repairAfterPurge, type Repair } from "../../lib/jobs/repair.ts";
import { useJobBench } from "./jobBench.ts";
import { dropLayer, purgeOld, softDelete, untilSharedPurge } from "./restoring.ts";
import { addFault } from "./ripe.ts";
import { registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const purge = (): Promise<World> => purgeOld(bench, ripe);

const digestOf = (world: World, alias: string) => world.registry().resolve(alias);

function repair(world: World, ...aliases: readonly string[]): Promise<Repair> {
  return repairAfterPurge(world.connect(), {
    registryId: registryIdOf().toLowerCase(),
    repository: "old/nginx",
    digests: aliases.map((alias) => digestOf(world, alias)),
    why: "an index that was pushed meanwhile needs it",
  });
}

const puts = (world: World) => world.registry().calls.filter(({ method }) => method === "PUT");

describe("repairing after a purge", () => {
  it("puts back what is named with what it holds and what refers to it, without tags", async () => {
    const world = await purge();
    expect(await repair(world, "old")).toEqual({ restored: [digestOf(world, "old")], notRestored: [] });
    expect(world.content().filter((line) => line.startsWith("old/nginx: old"))).toEqual([
      "old/nginx: old []",
      "old/nginx: old amd64 []",
      "old/nginx: old arm64 []",
      "old/nginx: old signature []",
    ]);
    expect((await world.readJournal()).filter(({ what }) => what === "restored")).toHaveLength(4);
  });

  it("puts back a child alone", async () => {
    const world = await purge();
    await repair(world, "old amd64");
    expect(puts(world).map(({ path }) => path)).toEqual([`/v2/old/nginx/manifests/${digestOf(world, "old amd64")}`]);
  });

  it("may be repeated", async () => {
    const world = await purge();
    await repair(world, "old amd64");
    expect(await repair(world, "old amd64")).toEqual({ restored: [digestOf(world, "old amd64")], notRestored: [] });
    expect(puts(world)).toHaveLength(1);
  });

  it("puts back what it can, and tells why not the rest", async () => {
    const [layer = ""] = (await bench.fork(ripe))
      .registry()
      .manifests("old/nginx")
      .filter(({ digest }) => digest === ripe.registry().resolve("old arm64"))
      .flatMap(({ layers }) => layers.map(({ digest }) => digest));
    const world = await purge();
    await dropLayer(world, "old/nginx", layer);
    expect(await repair(world, "old amd64", "old arm64")).toEqual({
      restored: [digestOf(world, "old amd64")],
      notRestored: [{ digest: digestOf(world, "old arm64"), why: expect.stringContaining(layer) }],
    });
  });

  it("leaves to the registry what that keeps by soft delete, and puts the rest back", async () => {
    const world = await purge();
    world.addGuard(softDelete);
    const kept = [digestOf(world, "old amd64"), digestOf(world, "old arm64")].toSorted();
    const notRestored = kept.map((digest) => ({ digest, why: expect.stringContaining("soft delete is on") }));
    expect(await repair(world, "old amd64", "old arm64")).toEqual({ restored: [], notRestored });
    expect(puts(world)).toEqual([]);
    await world.moveTo(world.now() + 8 * 86_400_000);
    expect(await repair(world, "old amd64", "old arm64")).toEqual({ restored: kept, notRestored: [] });
  });

  it.each<{ name: string; hinder: (world: World) => void; why: string }>([
    {
      name: "restoring is off",
      hinder: (world) => (world.settings = { ...world.settings, RESTORER_CLIENT_ID: "" }),
      why: "RESTORER_CLIENT_ID is not set",
    },
    {
      name: "the restorer may not push",
      hinder: (world) => (world.settings = { ...world.settings, RESTORER_CLIENT_ID: `observer-${world.parts.number}` }),
      why: "AcrPush",
    },
    {
      name: "there is no such identity",
      hinder: (world) => (world.settings = { ...world.settings, RESTORER_CLIENT_ID: "nobody" }),
      why: "failed",
    },
    {
      name: "the registry does not answer",
      hinder: (world) => addFault(world, { kind: "status", status: 500 }, { method: "HEAD" }),
      why: "status 500",
    },
    {
      name: "the ARM resource of the registry is gone",
      hinder: (world) => world.arm.remove(registryIdOf(), { force: true }),
      why: "cannot be used",
    },
  ])("puts nothing and throws nothing where $name", async ({ hinder, why }) => {
    const world = await purge();
    hinder(world);
    const digest = digestOf(world, "old amd64");
    expect(await repair(world, "old amd64")).toEqual({
      restored: [],
      notRestored: [{ digest, why: expect.stringContaining(why) }],
    });
    expect(
      world
        .registry()
        .manifests("old/nginx")
        .some((manifest) => manifest.digest === digest),
    ).toBe(false);
  });
});
