import { beforeAll, describe, expect, it } from "@jest/globals";
import { from, playCrashes, playThrough, TRIALS_MS } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { untilPurge } from "./ripe.ts";
import { smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

describe("the purge of a night, whose process ends before each call from the first intent on, and whose message is lost", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it(
    "is made up for by the run of the next night, which settles what was left open in the records of the run that intended it",
    async () => {
      const { calls } = await playThrough(bench, ripe, "purge");
      const first = calls.findIndex(({ port, method }) => port === "journal" && method === "append");
      expect(first).toBeGreaterThan(0);
      const places = from(first + 1, calls.length);
      expect(places.length).toBeGreaterThan(60);
      expect(await playCrashes(bench, ripe, { stage: "purge", message: "isLost", places })).toEqual([]);
    },
    TRIALS_MS,
  );
});
