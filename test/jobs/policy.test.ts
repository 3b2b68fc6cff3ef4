import { beforeAll, describe, expect, it } from "@jest/globals";
import { startRun } from "../../lib/jobs/startRun.ts";
import { collect } from "../fakes/collect.ts";
import { FaultSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import { startByHand, untilDue, withdraw } from "./ripe.ts";
import { enforceSettings, OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const MINUTE_MS = 60_000;
const REPORT = { ...enforceSettings(), MODE: "report" };

/** Marks of the third night, under a grace window of a day. */
const DUE_ON_THE_FOURTH = Object.fromEntries(OLD.map((alias) => [alias, "2026-03-05T01:00:00Z"]));

describe("report mode", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilDue);
  });

  const listPurgerTokens = (world: World): readonly string[] =>
    bench.shared.identity.calls
      .map(({ path }) => path)
      .filter(
        (path) => path.includes(`purger-${world.parts.number}&`) || path.endsWith(`purger-${world.parts.number}`),
      );

  it("plans and never so much as asks for the purger's token", async () => {
    const world = await bench.fork(ripe, { MODE: "report" });
    await world.night();
    expect((await world.listRuns())[0]).toMatchObject({
      state: "done",
      results: { purge: { planned: 5, deleted: 0 } },
    });
    expect(world.process.calls.filter(({ port }) => port === "purger")).toEqual([]);
    expect(listPurgerTokens(world)).toEqual([]);
    expect(world.deleted()).toEqual([]);
    const target = { registryId: registryIdOf().toLowerCase(), loginServer: "localhost", perRepositoryTokens: false };
    expect(() => world.connect().openPurger(target)).toThrow("in report mode there is no purger");
  });

  it("is the difference: in enforce mode the purger's token is asked for", async () => {
    const world = await bench.fork(ripe);
    await world.night();
    expect(listPurgerTokens(world)).not.toEqual([]);
    expect(world.deleted()).toEqual(OLD);
  });

  it("that a request asks for holds back a run in enforce mode", async () => {
    const world = await bench.fork(ripe);
    await world.stage("snapshot");
    await world.stage("mark");
    await startByHand(world, { mode: "report" });
    expect(world.deleted()).toEqual([]);
    expect(listPurgerTokens(world)).toEqual([]);
  });

  it("that came between planning and deleting keeps everything", async () => {
    const world = await bench.fork(ripe);
    await world.stage("snapshot");
    await world.stage("mark");
    await world.fire("purge");
    expect(world.box.waiting).toHaveLength(1);
    world.settings = REPORT;
    await world.drain();
    expect(world.deleted()).toEqual([]);
  });
});

describe("the first night of enforce", () => {
  it("gives the marks of report mode a full grace window", async () => {
    const world = await bench.open(smallEstate(), REPORT);
    await withdraw(world);
    await world.nights(3);
    expect(await world.listMarks()).toEqual(DUE_ON_THE_FOURTH);
    world.settings = enforceSettings();
    await world.night();
    expect(world.deleted()).toEqual([]);
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });
});

describe("a grace window that is changed", () => {
  it("to a longer one moves deadlines later", async () => {
    const world = await bench.open(smallEstate());
    await untilDue(world);
    expect(await world.listMarks()).toEqual(DUE_ON_THE_FOURTH);
    world.settings = { ...world.settings, GRACE: "72h" };
    await world.night();
    expect(await world.listMarks()).toEqual(Object.fromEntries(OLD.map((alias) => [alias, "2026-03-07T01:00:00Z"])));
    await world.night();
    expect(world.deleted()).toEqual([]);
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });

  it("to a shorter one moves none", async () => {
    const world = await bench.open(smallEstate(), { ...enforceSettings(), GRACE: "72h" });
    await untilDue(world);
    const marks = await world.listMarks();
    expect(marks).toEqual(Object.fromEntries(OLD.map((alias) => [alias, "2026-03-07T01:00:00Z"])));
    world.settings = { ...world.settings, GRACE: "24h" };
    await world.nights(2);
    expect(await world.listMarks()).toEqual(marks);
    expect(world.deleted()).toEqual([]);
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });
});

describe("the slot of runs", () => {
  const request = (world: World, trigger: "http" | "timer" = "http") =>
    startRun(world.connect(), { stage: "snapshot", trigger, at: new Date(world.now()) });

  it("is for one run, until nothing was heard of it for 45 minutes", async () => {
    const world = await bench.open(smallEstate());
    await world.moveTo(world.at(1));
    const first = await request(world);
    if (!("run" in first)) throw new Error("the slot is free at the start");
    await world.moveTo(world.now() + 44 * MINUTE_MS);
    expect(await request(world)).toEqual({ running: first.run.id });
    await world.moveTo(world.now() + 2 * MINUTE_MS);
    expect(await request(world)).toMatchObject({ run: { state: "running" } });
    const displaced = await world.stores.runs.find(first.run.id);
    expect(displaced).toMatchObject({ state: "failed", errors: [expect.stringContaining("not heard of")] });
  });

  it("makes a timer wait for its next night", async () => {
    const world = await bench.open(smallEstate());
    await world.moveTo(world.at(1) - 10 * MINUTE_MS);
    await request(world);
    await world.fire("snapshot");
    expect(world.logs.join("\n")).toContain("another run is under way");
    expect(await world.listRuns()).toHaveLength(1);
    expect(world.arm.calls).toEqual([]);
  });

  it("keeps the messages of a run that lost it from doing anything", async () => {
    const world = await bench.open(smallEstate());
    await world.fire("snapshot");
    const late = world.box.take();
    if (!late) throw new Error("there is no message");
    await world.moveTo(world.now() + 46 * MINUTE_MS);
    await request(world);
    await world.deliver(late);
    expect(world.registry().calls).toEqual([]);
    expect(world.failures).toEqual([]);
  });
});

describe("old snapshots", () => {
  const listIds = async (world: World): Promise<readonly string[]> =>
    (await collect(world.stores.snapshots.list())).map(({ id }) => id.slice(0, 8)).sort();

  it("are dropped after their time, but not the newest complete one", async () => {
    const world = await bench.open(smallEstate(), { ...REPORT, SNAPSHOT_RETENTION: "7d" });
    await world.nights(2);
    const effect = { kind: "dropRows", share: 0.3 };
    world.arm.addFault(FaultSchema.parse({ target: "resourceGraph", effect }));
    await world.nights(9);
    expect(await listIds(world)).toEqual([
      "20260303",
      "20260305",
      "20260306",
      "20260307",
      "20260308",
      "20260309",
      "20260310",
      "20260311",
      "20260312",
    ]);
    const dropped = await collect(world.stores.snapshots.listResources("20260302T010000Z", "artifactManifests"));
    const kept = await collect(world.stores.snapshots.listResources("20260303T010000Z", "artifactManifests"));
    expect([dropped.length, kept.length > 0]).toEqual([0, true]);
  });
});
