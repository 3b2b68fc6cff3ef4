import { beforeAll, describe, expect, it } from "@jest/globals";
import { from, LIVE, playCrashes, playThrough, TRIALS_MS } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { untilPurge } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

describe("the purge of a night, whose process ends before each call of its first half in turn", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it(
    "deletes the same digests, each after an intent, with one outcome in journal and table, and leaves nothing open",
    async () => {
      const { calls, ...played } = await playThrough(bench, ripe, "purge");
      expect(played).toEqual({ content: LIVE, deleted: OLD, broken: [] });
      const places = from(1, Math.floor(calls.length / 2));
      expect(places.length).toBeGreaterThan(100);
      expect(await playCrashes(bench, ripe, { stage: "purge", message: "comesBack", places })).toEqual([]);
    },
    TRIALS_MS,
  );
});
