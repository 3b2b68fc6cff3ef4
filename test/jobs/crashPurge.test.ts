import { beforeAll, describe, expect, it } from "@jest/globals";
import { from, LIVE, playCrashes, playThrough, withdrawOld } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const TRIALS_MS = 240_000;

describe("the purge of a night, whose process ends before each of its calls in turn", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), async (world) => {
      await withdrawOld(world);
      await world.nights(2);
      await world.stage("snapshot");
      await world.stage("mark");
    });
  });

  it(
    "deletes the same digests, each after an intent, with one outcome in journal and table, and leaves nothing open",
    async () => {
      const played = await playThrough(bench, ripe, "purge");
      expect(played).toMatchObject({ content: LIVE, deleted: OLD, broken: [] });
      const places = from(1, played.calls.length);
      expect(places.length).toBeGreaterThan(200);
      expect(await playCrashes(bench, ripe, { stage: "purge", message: "comesBack", places })).toEqual([]);
    },
    TRIALS_MS,
  );
});
