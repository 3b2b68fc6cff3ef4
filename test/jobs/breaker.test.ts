import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Deletion } from "../../lib/stores/deletionStore.ts";
import { useJobBench } from "./jobBench.ts";
import { listOpen, readPlanned, untilPurge } from "./ripe.ts";
import { OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** Deletions by an earlier run, before the night's snapshot was read. */
async function addEarlier(world: World, count: number, more: Partial<Deletion> = {}): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await world.stores.deletions.put({
      registryId: registryIdOf().toLowerCase(),
      repository: "earlier",
      digest: `sha256:${String(index).padStart(64, "0")}`,
      runId: "20260304T120000Z-purge",
      size: 1,
      freedBytes: 1,
      intentAt: "2026-03-04T12:00:00Z",
      outcome: "deleted",
      outcomeAt: "2026-03-04T12:00:00Z",
      ...more,
    });
}

interface Case {
  readonly name: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly earlier?: number;
  readonly more?: Partial<Deletion>;
}

/** Five registry manifests of ten are due. */
describe("the breaker", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  async function purge({ settings = {}, earlier = 0, more = {} }: Case): Promise<World> {
    const world = await bench.fork(ripe, settings);
    await addEarlier(world, earlier, more);
    await world.stage("purge");
    expect(world.failures).toEqual([]);
    return world;
  }

  it.each<Case & { readonly why: string }>([
    {
      name: "for more deletions than the limit",
      settings: { BREAKER_DELETIONS: "4" },
      why: "5 deletions in 24 h are more than 4",
    },
    {
      name: "for what went earlier in the day",
      settings: { BREAKER_DELETIONS: "7" },
      earlier: 3,
      why: "8 deletions in 24 h are more than 7",
    },
    {
      name: "for earlier deletes of which nobody knows the end",
      settings: { BREAKER_DELETIONS: "7" },
      earlier: 3,
      more: { outcome: undefined, outcomeAt: undefined },
      why: "8 deletions in 24 h are more than 7",
    },
    { name: "for the share of what there was before the day", earlier: 46, why: "51 of 56 registry manifests" },
  ])("trips $name, deletes nothing and tells a person", async (trip) => {
    const world = await purge(trip);
    expect(world.deleted()).toEqual([]);
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr).toMatchObject({ state: "breakerTripped", notes: expect.stringContaining(trip.why) });
    expect(await listOpen(world, "breakerTripped")).toMatchObject([{ severity: "critical" }]);
    expect((await world.listRuns())[0]).toMatchObject({ state: "done", results: { purge: { breakersTripped: 1 } } });
  });

  it.each<Case>([
    { name: "exactly the limit", settings: { BREAKER_DELETIONS: "5" } },
    { name: "the limit with what went earlier in the day", settings: { BREAKER_DELETIONS: "8" }, earlier: 3 },
    {
      name: "the limit, whatever went a day before",
      settings: { BREAKER_DELETIONS: "7" },
      earlier: 3,
      more: { intentAt: "2026-03-04T04:59:59Z" },
    },
    {
      name: "the limit, whatever was asked and kept",
      settings: { BREAKER_DELETIONS: "7" },
      earlier: 3,
      more: { outcome: "kept" },
    },
    { name: "a large share of fifty or fewer", earlier: 45 },
  ])("lets $name pass", async (pass) => {
    expect((await purge(pass)).deleted()).toEqual(OLD);
  });

  it("lets the purge go on in the night after it tripped, and resolves its finding", async () => {
    const world = await purge({ name: "", settings: { BREAKER_DELETIONS: "4" } });
    world.settings = { ...world.settings, BREAKER_DELETIONS: "5" };
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "breakerTripped")).toEqual([]);
  });
});
