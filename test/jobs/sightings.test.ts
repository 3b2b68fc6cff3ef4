import { describe, expect, it } from "@jest/globals";
import { useJobBench } from "./jobBench.ts";
import { listOpen, readPlanned, startByHand, untilPurge, withdraw } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const HOUR_MS = 3_600_000;

describe("a second look by hand", () => {
  /** After the first sighting at one in the morning; purges by hand a day later, before the night's own second sighting is due. */
  async function lookAgainAfter(hours: number): Promise<World> {
    const world = await bench.open(smallEstate());
    await withdraw(world);
    await world.stage("snapshot");
    await world.stage("mark");
    await world.moveTo(world.at(1) + hours * HOUR_MS);
    await startByHand(world, { stage: "snapshot" });
    await startByHand(world, { stage: "mark" });
    await world.nextDay();
    await world.night();
    await world.moveTo(world.at(0) - HOUR_MS);
    await startByHand(world);
    expect(world.failures).toEqual([]);
    return world;
  }

  it("three hours after the first is no second sighting", async () => {
    const world = await lookAgainAfter(3);
    expect(world.deleted()).toEqual([]);
    expect(Object.values(await world.listMarks())).toEqual(OLD.map(() => "2026-03-05T01:00:00Z"));
  });

  it("twenty hours after it is one, and lets the grace window begin", async () => {
    const world = await lookAgainAfter(20.5);
    expect(world.deleted()).toEqual(OLD);
  });
});

describe("a purger that may list and read, and not delete", () => {
  it("deletes nothing, and a person is told", async () => {
    const world = await bench.open(smallEstate());
    await untilPurge(world);
    world.settings = { ...world.settings, PURGER_CLIENT_ID: `observer-${world.parts.number}` };
    await world.stage("purge");
    expect(world.deleted()).toEqual([]);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe("stopped");
    expect(await listOpen(world, "purgeStopped")).toMatchObject([{ severity: "critical" }]);
    expect(Object.keys(await world.listMarks()).sort()).toEqual(OLD);
  });

  it("is what held it back: with the right to delete all of it goes the night after", async () => {
    const world = await bench.open(smallEstate());
    await untilPurge(world);
    const own = world.settings;
    world.settings = { ...own, PURGER_CLIENT_ID: `observer-${world.parts.number}` };
    await world.stage("purge");
    await world.nextDay();
    world.settings = own;
    await world.night();
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "purgeStopped")).toEqual([]);
  });
});
