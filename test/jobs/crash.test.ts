import { beforeAll, describe, expect, it } from "@jest/globals";
import { listPlaces, playThrough, playWithCrash, watchIntents, type Trial } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { manifestId, OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const LIVE = [
  "live/chart: live chart [1.0]",
  "live/nginx: live [1.0]",
  "live/nginx: live amd64 []",
  "live/nginx: live arm64 []",
  "live/nginx: live signature []",
];

async function withdraw(world: World): Promise<void> {
  await world.night();
  world.change(({ arm }) => expect(arm.remove(manifestId("old"), { force: false })).toBeUndefined());
}

/** Each stage on the night on which it changes most. */
const STAGES = [
  { stage: "snapshot", night: "the purge", live: async (world: World) => world.nights(2) },
  {
    stage: "mark",
    night: "the marks",
    live: async (world: World) => {
      await world.night();
      await world.stage("snapshot");
    },
  },
  {
    stage: "purge",
    night: "the purge",
    live: async (world: World) => {
      await world.nights(2);
      await world.stage("snapshot");
      await world.stage("mark");
    },
  },
] as const;

describe.each(STAGES)("the stage $stage in the night of $night, wherever its process ends", ({ stage, live }) => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), async (world) => {
      await withdraw(world);
      await live(world);
    });
  });

  it("leaves the same registry, deletes each digest once and leaves no run behind", async () => {
    const { calls, content, failures } = await playThrough(bench, ripe, stage);
    expect(failures).toEqual([]);
    expect(content).toEqual(LIVE);
    const trials: Trial[] = [];
    for (const place of listPlaces(stage, calls))
      trials.push(await playWithCrash(bench, ripe, { stage, place, content }));
    expect(trials.length).toBeGreaterThanOrEqual(Math.min(calls, 40));
    expect(trials.filter(({ broken }) => broken.length > 0)).toEqual([]);
  });
});

describe("every message, delivered twice", () => {
  it("deletes each digest once", async () => {
    const world = await bench.open(smallEstate());
    await withdraw(world);
    await world.nights(2);
    const unannounced = watchIntents(world);
    for (const stage of ["snapshot", "mark", "purge"] as const) {
      await world.fire(stage);
      for (let message = world.box.take(); message; message = world.box.take()) {
        await Promise.all([world.deliver(message), world.deliver(message)]);
        await world.deliver(message);
      }
    }
    expect(world.failures).toEqual([]);
    expect(unannounced).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
    expect(world.content()).toEqual(LIVE);
    expect((await world.listRuns()).map(({ state }) => state)).not.toContain("running");
  });
});
