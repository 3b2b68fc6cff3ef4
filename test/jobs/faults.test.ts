import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { TRIALS_MS } from "./crash.ts";
import { playFaults } from "./faults.ts";
import { useJobBench } from "./jobBench.ts";
import { untilDue, untilPurge } from "./ripe.ts";
import { smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

describe.each([
  { work: "inventory", name: "listing a registry in the night of its purge", live: untilDue },
  { work: "plan", name: "planning a purge", live: untilPurge },
] as const)("$name, where each call in turn meets a fault", ({ work, live }) => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), live);
  });

  it(
    "harms nothing that lives, and the nights after it end where those without a fault end",
    async () => {
      const seed = jest.getSeed();
      expect({ seed, broken: await playFaults(bench, ripe, { work, seed }) }).toEqual({ seed, broken: [] });
    },
    TRIALS_MS,
  );
});
