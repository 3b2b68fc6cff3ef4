import { beforeAll, describe, expect, it } from "@jest/globals";
import { overridePlan, type OverrideAnswer } from "../../lib/jobs/overridePlan.ts";
import { listItems, putPlan, readPlanId, splitPlan } from "./boundPlans.ts";
import { useJobBench } from "./jobBench.ts";
import { listOpen, readPlanned, startByHand, untilPurge, withdraw } from "./ripe.ts";
import {
  aRegistry,
  aRepository,
  anArtifactManifest,
  anImage,
  enforceSettings,
  manifestId,
  OLD,
  smallEstate,
  storeId,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const TRIPPING = { BREAKER_DELETIONS: "4" };

/** A minute later: one second holds one run that is started by hand. */
async function override(world: World, planId: string): Promise<OverrideAnswer> {
  await world.moveTo(world.now() + 60_000);
  const answer = await overridePlan(world.connect(), { planId, by: "on call", why: "a release was withdrawn" });
  await world.drain();
  return answer;
}

/** Five registry manifests of ten are due, and four may go. */
describe("the override of a plan that tripped", () => {
  let tripped: World;
  beforeAll(async () => {
    tripped = await bench.prepare(
      smallEstate(),
      async (world) => {
        await untilPurge(world);
        await world.stage("purge");
      },
      { ...enforceSettings(), ...TRIPPING },
    );
  });

  it("deletes what the breaker stopped, and says who let it", async () => {
    const world = await bench.fork(tripped);
    expect(world.deleted()).toEqual([]);
    expect((await override(world, await readPlanId(world))).is).toBe("started");
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr?.state).toBe("done");
    expect(contosoacr?.notes).toContain("overridden by on call: a release was withdrawn");
    expect(contosoacr?.notes).toContain("5 deletions in 24 h are more than 4");
  });

  it("is what makes the difference: bound to the same plan, another run trips again", async () => {
    const world = await bench.fork(tripped);
    await startByHand(world, { boundTo: await readPlanId(world) });
    expect(world.deleted()).toEqual([]);
    expect(await readPlanned(world)).toMatchObject({ contosoacr: { state: "breakerTripped" } });
  });

  it("works once", async () => {
    const world = await bench.fork(tripped);
    const planId = await readPlanId(world);
    await world.stores.holds.put({
      scope: { of: "store", id: storeId().toLowerCase() },
      reason: "an audit",
      owner: "audit",
      until: "2026-03-06T00:00:00Z",
      at: "2026-03-05T05:00:30Z",
    });
    expect((await override(world, planId)).is).toBe("started");
    // A hold stands above it, and the word is used up all the same.
    expect(world.deleted()).toEqual([]);
    expect((await override(world, planId)).is).toBe("overridden");
  });

  it("deletes nothing that its plan does not hold, and counts for the breaker of whoever comes next", async () => {
    const world = await bench.fork(tripped);
    const items = (await listItems(world)).filter(({ repository }) => repository === "old/chart");
    await putPlan(world, { id: "smaller", items, state: "breakerTripped" });
    world.settings = { ...world.settings, BREAKER_DELETIONS: "1" };
    expect((await override(world, "smaller")).is).toBe("started");
    expect(world.deleted()).toEqual(["old chart"]);
    world.settings = { ...world.settings, BREAKER_DELETIONS: "4" };
    await startByHand(world);
    expect(world.deleted()).toEqual(["old chart"]);
    expect((await readPlanned(world))["contosoacr"]?.notes).toContain("5 deletions in 24 h are more than 4");
  });

  it("leaves alone what is needed again", async () => {
    const world = await bench.fork(tripped);
    world.change(({ registries }) => registries.get("contosoacr")?.tag("old/chart", "1.0", "old chart"));
    await override(world, await readPlanId(world));
    expect(world.deleted()).toEqual(OLD.filter((alias) => alias !== "old chart"));
  });

  it("leaves the finding open until a plan of everything finds nothing to trip on", async () => {
    const world = await bench.fork(tripped);
    expect(await listOpen(world, "breakerTripped")).toHaveLength(1);
    await override(world, await readPlanId(world));
    expect(await listOpen(world, "breakerTripped")).toHaveLength(1);
    await world.nextDay();
    await world.night();
    expect(await readPlanned(world)).toMatchObject({ contosoacr: { state: "done" } });
    expect(await listOpen(world, "breakerTripped")).toEqual([]);
  });
});

const NAMES = Array.from({ length: 10 }, (_, index) => `old${index}`);

/** Ten artifact manifests with one image each, all withdrawn. */
const TEN = smallEstate({
  resources: NAMES.map((name) => anArtifactManifest(name, ["image"])),
  registries: [
    aRegistry(
      "contosoacr",
      NAMES.map((name) => aRepository(`${name}/image`, [anImage(name, ["1.0"])])),
    ),
  ],
});

describe("ten runs that are started by hand", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(
      TEN,
      async (world) => {
        await withdraw(world, ...NAMES.map((name) => manifestId(name)));
        await world.nights(2);
        await world.stage("snapshot");
        await world.stage("mark");
        await startByHand(world, { mode: "report" });
        await splitPlan(world);
      },
      enforceSettings(),
    );
  });

  it.each([
    { name: "share one breaker: what one deleted, the next one counts", limit: "3", deleted: NAMES.slice(0, 3) },
    { name: "delete one after the other what the breaker allows in a day", limit: "10", deleted: NAMES },
  ])("$name", async ({ limit, deleted }) => {
    const world = await bench.fork(ripe, { BREAKER_DELETIONS: limit });
    for (const name of NAMES) await startByHand(world, { boundTo: name });
    expect(world.deleted()).toEqual(deleted);
    const runs = (await world.listRuns()).filter(({ boundTo }) => boundTo !== undefined);
    const tripped = runs.filter(({ results }) => results["purge"]?.["breakersTripped"] === 1);
    expect([runs.length, tripped.length]).toEqual([10, 10 - deleted.length]);
  });

  it("may go on a day later", async () => {
    const world = await bench.fork(ripe, { BREAKER_DELETIONS: "3" });
    for (const name of NAMES) await startByHand(world, { boundTo: name });
    await world.nextDay();
    await world.stage("snapshot");
    await world.stage("mark");
    // 24 hours after the last of them, not at the next midnight.
    await world.moveTo(world.at(5) + 3_600_000);
    for (const name of NAMES) await startByHand(world, { boundTo: name });
    expect(world.deleted()).toEqual(NAMES.slice(0, 6));
  });
});
