import { beforeAll, describe, expect, it } from "@jest/globals";
import { LIVE, playCrashes, playThrough, spread, TRIALS_MS } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { watchIntents } from "./records.ts";
import { withdraw } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** How many places of these stages are tried; of the purge, which deletes, every one is. */
const PLACES = 40;

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
] as const;

describe.each(STAGES)("the stage $stage in the night of $night, wherever its process ends", ({ stage, live }) => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), async (world) => {
      await withdraw(world);
      await live(world);
    });
  });

  it(
    "leaves the same registry, deletes each digest once and leaves no run behind",
    async () => {
      const played = await playThrough(bench, ripe, stage);
      expect(played).toMatchObject({ content: LIVE, deleted: OLD, broken: [] });
      const places = spread(played.calls.length, PLACES);
      expect(places.length).toBeGreaterThanOrEqual(Math.min(played.calls.length, PLACES));
      expect(await playCrashes(bench, ripe, { stage, message: "comesBack", places })).toEqual([]);
    },
    TRIALS_MS,
  );
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
