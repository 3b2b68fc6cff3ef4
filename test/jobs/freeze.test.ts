import { beforeAll, describe, expect, it } from "@jest/globals";
import { overridePlan } from "../../lib/jobs/overridePlan.ts";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import { listOpen, readPlanned, untilPurge } from "./ripe.ts";
import { OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const WORD = { by: "on call", why: "an outage", at: "2026-03-05T03:30:00Z" };
const LIFTED = { by: "on call", why: "it is over", at: "2026-03-05T09:00:00Z" };

/** The plans are made on 5 March at five. */
const windowOf = (from: string, to: string): Readonly<Record<string, string>> => ({
  FREEZE_WINDOWS: JSON.stringify([{ from, to, reason: "year end" }]),
});
const OPEN = windowOf("2026-03-05T04:00:00Z", "2026-03-05T06:00:00Z");

/** What asks for a delete, or could. */
const listPurgerCalls = (world: World): readonly unknown[] =>
  world.process.calls.filter(({ port }) => port === "purger");

interface Stop {
  readonly name: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly pause?: boolean;
}

const STOPS: readonly Stop[] = [
  { name: "a pause", pause: true },
  { name: "a freeze window", settings: OPEN },
  {
    name: "a recurring freeze window",
    settings: { FREEZE_WINDOWS: '[{"cron":"0 0 4 * * thu","duration":"2h","reason":"year end"}]' },
  },
];

describe("a night in which nothing may be deleted", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  async function stopped({ settings = {}, pause = false }: Stop): Promise<World> {
    const world = await bench.fork(ripe, settings);
    if (pause) await world.stores.pauses.pause(WORD);
    return world;
  }

  it.each<Stop>(STOPS)("because of $name makes its plan, sends nothing, and says so", async (stop) => {
    const world = await stopped(stop);
    await world.fire("purge");
    expect(world.box.waiting).toEqual([]);
    expect(world.failures).toEqual([]);
    expect([world.deleted(), listPurgerCalls(world)]).toEqual([[], []]);
    const [run] = await world.listRuns();
    expect(run).toMatchObject({ state: "done", results: { purge: { planned: 5, deleted: 0, frozen: 1 } } });
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr).toMatchObject({ state: "frozen", notes: expect.stringMatching(/outage|year end/) });
    expect(await collect(world.stores.plans.listItems(run?.planId ?? "", registryIdOf().toLowerCase()))).toHaveLength(
      5,
    );
    expect(await listOpen(world, "purgeStopped")).toEqual([]);
  });

  it.each<Stop>([
    { name: "nothing" },
    { name: "a freeze window that has just ended", settings: windowOf("2026-03-05T00:00:00Z", "2026-03-05T05:00:00Z") },
    { name: "a freeze window of another day", settings: windowOf("2026-03-06T00:00:00Z", "2026-03-07T00:00:00Z") },
    {
      name: "a recurring one of another weekday",
      settings: { FREEZE_WINDOWS: '[{"cron":"0 0 4 * * fri","duration":"2h","reason":"x"}]' },
    },
  ])("is another night where there is only $name: everything due goes", async (stop) => {
    const world = await stopped(stop);
    await world.stage("purge");
    expect(world.deleted()).toEqual(OLD);
    expect((await world.listRuns())[0]).toMatchObject({ results: { purge: { deleted: 5, frozen: 0 } } });
  });

  it("is made up for in the night after the pause was lifted", async () => {
    const world = await stopped({ name: "", pause: true });
    await world.stage("purge");
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual([]);
    expect(await world.stores.pauses.lift(LIFTED)).toBe("lifted");
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });

  it.each<Stop>(STOPS)(
    "keeps everything too where $name begins after the plan was made",
    async ({ settings, pause }) => {
      const world = await stopped({ name: "" });
      await world.fire("purge");
      expect(world.box.waiting).toHaveLength(1);
      if (pause) await world.stores.pauses.pause(WORD);
      world.settings = { ...world.settings, ...settings };
      await world.drain();
      expect([world.deleted(), listPurgerCalls(world)]).toEqual([[], []]);
    },
  );

  it("keeps everything where nobody can tell whether it is paused", async () => {
    const world = await stopped({ name: "" });
    world.addGuard(async ({ port, subject }, proceed) => {
      if (port === "tables" && subject === "pauses") throw new Error("the table does not answer");
      return proceed();
    });
    await world.fire("purge");
    expect(world.failures).toEqual(["the table does not answer"]);
    expect(world.box.waiting).toEqual([]);
    expect([world.deleted(), listPurgerCalls(world)]).toEqual([[], []]);
  });

  it("does not use its plan in report mode, paused or not", async () => {
    const world = await stopped({ name: "", pause: true, settings: { MODE: "report" } });
    await world.stage("purge");
    expect(await readPlanned(world)).toMatchObject({ contosoacr: { state: "reportOnly" } });
  });

  it.each([
    { name: "keeps what a person overrode the breaker for", pause: true, deleted: [] },
    { name: "is not one without a pause: what was overridden goes", pause: false, deleted: OLD },
  ])("$name", async ({ pause, deleted }) => {
    const world = await stopped({ name: "", settings: { BREAKER_DELETIONS: "4" } });
    await world.stage("purge");
    const [run] = await world.listRuns();
    await world.moveTo(world.now() + 60_000);
    const answer = await overridePlan(world.connect(), { planId: run?.planId ?? "", by: "on call", why: "meant" });
    expect(answer.is).toBe("started");
    if (pause) await world.stores.pauses.pause(WORD);
    await world.drain();
    expect(world.deleted()).toEqual(deleted);
  });
});
