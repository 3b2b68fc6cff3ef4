import { beforeAll, describe, expect, it } from "@jest/globals";
import { createGetArtifact } from "../../functions/getArtifact.ts";
import { call, type Answer } from "../unit/functions/aService.ts";
import { useJobBench } from "./jobBench.ts";
import { allowRestores, askToRestore, shareLayers } from "./restoring.ts";
import { addFault, startByHand, untilDue } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const ask = (world: World): Promise<Answer> => {
  const path = `old/nginx@${world.registry().resolve("old")}`;
  return call(createGetArtifact(world.connect()), { params: { registry: "ContosoACR", path } });
};

const look = async (world: World): Promise<void> => {
  for (const stage of ["snapshot", "mark"] as const) await world.stage(stage);
};

/** What is told after the next snapshot. */
async function askNextDay(world: World): Promise<Answer["json"]> {
  await world.nextDay();
  await look(world);
  return (await ask(world)).json;
}

describe("what is told of an artifact that a purge deleted", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), async (world) => {
      shareLayers(world, "old/nginx");
      await untilDue(world);
    });
  });

  async function purge(): Promise<World> {
    const world = await bench.fork(ripe);
    await look(world);
    await world.stage("purge");
    expect(world.deleted()).toEqual(OLD);
    return allowRestores(world);
  }

  it("is that it is deleted, at once and after the next snapshot", async () => {
    const world = await purge();
    expect((await ask(world)).json).toMatchObject({ decision: "deleted" });
    expect(await askNextDay(world)).toMatchObject({ decision: "deleted", snapshot: { complete: true } });
  });

  it("is that it is deleted, also where the run took its snapshot in the same minute", async () => {
    const world = await bench.fork(ripe);
    await world.moveTo(world.at(5));
    await startByHand(world, { stage: "all" });
    expect(world.deleted()).toEqual(OLD);
    expect((await ask(world)).json).toMatchObject({ decision: "deleted", tags: [] });
  });

  it("is that nobody knows whether it came back, while the registry cannot be read", async () => {
    const world = await purge();
    addFault(world, { kind: "status", status: 403 });
    const json = await askNextDay(world);
    expect(json).toMatchObject({ decision: "unknown", snapshot: { complete: false } });
    expect(json["text"]).toContain("Whether it was pushed again since is not known");
  });

  it("is no deletion after a restore, before and after the next snapshot", async () => {
    const world = await purge();
    expect(await askToRestore(world, { tag: "1.0" })).toMatchObject({ status: 200 });
    const { json } = await ask(world);
    expect(json).toMatchObject({ decision: "unknown" });
    expect(json["text"]).toContain("the operator on duty held its digest (restored: a rollback)");
    expect(await askNextDay(world)).toMatchObject({ decision: "kept", tags: ["1.0"] });
  });
});
