import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { TRIALS_MS } from "./crash.ts";
import { playFaults } from "./faults.ts";
import { useJobBench } from "./jobBench.ts";
import { untilPurge } from "./ripe.ts";
import { smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

describe("purging a registry, where each call in turn meets a fault", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it(
    "harms nothing that lives, deletes nothing without an intent, and the night after it ends where one without a fault ends",
    async () => {
      const seed = jest.getSeed();
      expect({ seed, broken: await playFaults(bench, ripe, { work: "purge", seed }) }).toEqual({ seed, broken: [] });
    },
    TRIALS_MS,
  );
});
