import { beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import { allowRestores, askToRestore, itemsOf, purgeOld, untilSharedPurge } from "./restoring.ts";
import { addFault, doOnceBefore } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const purge = (): Promise<World> => purgeOld(bench, ripe);

const puts = (world: World) => world.registry().calls.filter(({ method }) => method === "PUT");
const digestOf = (world: World, alias: string) => world.registry().resolve(alias);
describe("a restore beside other work", () => {
  it("leaves what somebody pushed again meanwhile", async () => {
    const world = await purge();
    const again = world.parts.estate.registries[0]?.repositories
      .find(({ name }) => name === "old/nginx")
      ?.manifests.filter(({ alias }) => alias === "old amd64" || alias === "old arm64");
    doOnceBefore(
      world,
      ({ port, method }) => port === "journal" && method === "append",
      () => again?.forEach((manifest) => world.registry().push("old/nginx", manifest)),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    const outcomes = itemsOf(world, answer, OLD).map((item) => item.split(" ")[0]);
    expect(outcomes).toEqual(["restored", "there", "restored", "tagged", "restored"]);
  });

  it("does not say that a tag is put which somebody moved right after", async () => {
    const world = await purge();
    const golden =
      world
        .registry()
        .manifests("old/nginx")
        .find(({ tags }) => tags.includes("golden"))?.digest ?? "";
    doOnceBefore(
      world,
      ({ method, args }) => method === "readBytes" && args[1] === "1.0",
      () => world.registry().tag("old/nginx", "1.0", golden),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toContain("failed old [1.0]");
  });

  it("waits for the end of a purge of the registry", async () => {
    const world = allowRestores(await bench.fork(ripe));
    let status: number | undefined;
    doOnceBefore(
      world,
      ({ port }) => port === "purger",
      async () => {
        ({ status } = await askToRestore(world, { tag: "1.0" }));
      },
    );
    await world.stage("purge");
    expect(status).toBe(409);
    expect(puts(world)).toEqual([]);
    expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200 });
  });

  it("stops where its lease is lost, and goes on when it is asked for again", async () => {
    const world = await purge();
    doOnceBefore(
      world,
      ({ port, args }) => port === "journal" && String(args[0]).includes("-restore/"),
      () => world.process.loseLeases(),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD).map((item) => item.split(" ")[0])).toEqual([
      "restored",
      ...Array.from({ length: 4 }, () => "notTried"),
    ]);
    expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200, json: { complete: true } });
  });

  it("tells what was put where the registry fails midway, and puts the rest when it is asked for again", async () => {
    const world = await purge();
    addFault(world, { kind: "status", status: 500 }, { method: "PUT", path: digestOf(world, "old"), times: 1 });
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD).slice(2)).toEqual([
      "failed old",
      "notTried old [1.0]",
      "notTried old signature",
    ]);
    const again = await askToRestore(world, { tag: "1.0" });
    expect(again).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, again, OLD)).toEqual(["restored old", "tagged old [1.0]", "restored old signature"]);
  });

  it.each(Array.from({ length: 15 }, (_, call) => call))(
    "ends the same where it died at write %i and is asked for again",
    async (call) => {
      const world = await purge();
      let writes = 0;
      world.addGuard(async ({ port, method }, proceed) => {
        const isWrite = method === "putManifest" || (port === "journal" && method === "append");
        if (isWrite && writes++ === call) {
          // Half of them after it was done: nobody was told.
          if (call % 2 === 1) await proceed();
          throw new Error("died");
        }
        return proceed();
      });
      await expect(askToRestore(world, { tag: "1.0" })).rejects.toThrow("died");
      expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200, json: { complete: true } });
      expect(world.content().filter((line) => line.startsWith("old/nginx: old"))).toEqual([
        "old/nginx: old [1.0]",
        "old/nginx: old amd64 []",
        "old/nginx: old arm64 []",
        "old/nginx: old signature []",
      ]);
      expect(await collect(world.stores.holds.list())).toHaveLength(4);
    },
  );
});
