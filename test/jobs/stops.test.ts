import { beforeAll, describe, expect, it } from "@jest/globals";
import { UpstreamError } from "../../lib/errors.ts";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import type { Guard } from "./portGate.ts";
import { addFault, doOnceBefore, listOpen, readPlanned, startByHand, untilPurge } from "./ripe.ts";
import { anArtifactManifest, anImage, aRegistry, aRepository, OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const HOUR_MS = 3_600_000;
const CROWD = Array.from({ length: 12 }, (_, index) => `crowd ${String(index).padStart(2, "0")}`);

/** Twelve images of the same rank: five are deleted at a time. */
const crowdedEstate = () =>
  smallEstate({
    resources: [anArtifactManifest("old", ["crowd"])],
    registries: [
      aRegistry("contosoacr", [
        aRepository(
          "old/crowd",
          CROWD.map((alias) => anImage(alias)),
        ),
      ]),
    ],
  });

describe("parallel deletes that must stop", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(crowdedEstate(), untilPurge);
  });

  /** Lets the first delete through after `act`; tells how many of those under way had passed their last check by then. */
  async function purgeWith(act: (world: World) => unknown): Promise<World> {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    doOnceBefore(
      world,
      ({ port }) => port === "purger",
      () => act(world),
    );
    return world;
  }

  it("asks nothing of the registry once the run is to stop, beyond what is under way", async () => {
    const world = await purgeWith(async ({ stores }) => {
      const [run] = await collect(stores.runs.list());
      await stores.runs.update(run?.id ?? "", (stored) => ({ ...stored, stopRequested: true }));
    });
    await world.drain();
    expect(world.deleted().length).toBeGreaterThan(0);
    expect(world.deleted().length).toBeLessThanOrEqual(5);
    expect((await world.listRuns())[0]?.state).toBe("stopped");
    expect(world.failures).toEqual([]);
    await startByHand(world);
    expect(world.deleted()).toEqual(CROWD);
  });

  it("asks nothing of the registry once the lease may be lost, and goes on with the next one", async () => {
    const world = await purgeWith((lost) => lost.process.loseLeases());
    const [message] = world.box.waiting;
    if (!message) throw new Error("there is no message");
    world.box.take();
    await world.deliver(message);
    expect(world.failures).toEqual([`the lease on ${registryIdOf().toLowerCase()} was lost`]);
    expect(world.deleted().length).toBeLessThanOrEqual(5);
    await world.drain();
    expect(world.deleted()).toEqual(CROWD);
    expect(new Set(world.registry().deletions.map(({ digest }) => digest)).size).toBe(CROWD.length);
    expect((await world.listRuns())[0]?.state).toBe("done");
  });

  it("stops at the first that the purger may not delete", async () => {
    const world = await bench.fork(ripe);
    addFault(world, { kind: "status", status: 403 }, { method: "DELETE" });
    await world.stage("purge");
    expect(world.deleted()).toEqual([]);
    const asked = world.registry().calls.filter(({ method }) => method === "DELETE");
    expect(asked.length).toBeLessThanOrEqual(5);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe("stopped");
    expect(await listOpen(world, "purgeStopped")).toMatchObject([{ severity: "critical" }]);
  });
});

describe("a registry that does not simply delete", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it("leaves a finding that only a purge which ends well resolves", async () => {
    const world = await bench.fork(ripe);
    addFault(world, { kind: "status", status: 403 }, { method: "DELETE", times: 1 });
    await world.stage("purge");
    expect(await listOpen(world, "purgeStopped")).toHaveLength(1);
    await world.nextDay();
    world.settings = { ...world.settings, BREAKER_DELETIONS: "1" };
    await world.night();
    expect(await listOpen(world, "purgeStopped")).toHaveLength(1);
    world.settings = { ...world.settings, BREAKER_DELETIONS: "500" };
    await world.night();
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "purgeStopped")).toEqual([]);
  });

  it("is left alone for as long as it asks, and then purged to the end", async () => {
    const world = await bench.fork(ripe);
    addFault(world, { kind: "throttle", retryAfterSeconds: 120 }, { method: "DELETE", times: 1 });
    await world.fire("purge");
    const askedAt = world.now();
    const first = world.box.take();
    if (!first) throw new Error("there is no message");
    await world.deliver(first);
    expect(world.deleted()).toEqual([]);
    expect(world.box.waiting).toMatchObject([{ queue: "purge-registry", dueAt: askedAt + 120_000 }]);
    await world.drain();
    expect(world.deleted()).toEqual(OLD);
    expect(world.failures).toEqual([]);
    expect((await world.listRuns())[0]).toMatchObject({ state: "done", results: { purge: { deleted: 5 } } });
  });

  it.each([
    {
      name: "counts as deleted what it did not answer for, while nobody can look",
      canLook: false,
      deletions: "5",
      more: 0,
    },
    { name: "which allows one more, deletes it all the same", canLook: false, deletions: "6", more: 1 },
    { name: "does not count what a look finds still there", canLook: true, deletions: "5", more: 1 },
  ])("$name", async ({ canLook, deletions, more }) => {
    const world = await bench.fork(ripe, { BREAKER_DELETIONS: deletions });
    addFault(world, { kind: "status", status: 500 }, { method: "DELETE", path: "old/chart", times: 1 });
    await world.stage("purge");
    expect(world.deleted()).toHaveLength(4);
    let isPlanning = !canLook;
    const refuse: Guard = async ({ port }, proceed) => {
      if (port === "queues") isPlanning = false;
      if (isPlanning && port === "reader")
        throw new UpstreamError({ service: "registry", operation: "look", status: 503 });
      return proceed();
    };
    world.addGuard(refuse);
    await startByHand(world);
    expect(world.deleted()).toHaveLength(4 + more);
  });

  it("is asked in the next message of the run what became of an unanswered delete", async () => {
    const world = await bench.fork(ripe);
    let answers = 0;
    const loseAnswer: Guard = async ({ port }, proceed) => {
      if (port !== "purger") return proceed();
      answers += 1;
      if (answers === 2) return { is: "throttled", retryAfterMs: 90_000 };
      const answer = await proceed();
      return answers === 1 ? { is: "unknown", why: "no answer came" } : answer;
    };
    world.addGuard(loseAnswer);
    await world.stage("purge");
    expect(world.deleted()).toEqual(OLD);
    const outcomes = (await world.readJournal()).filter(({ what }) => what === "outcome");
    expect(outcomes.map(({ outcome }) => outcome)).toContain("goneAfterIntent");
    expect((await world.listRuns())[0]).toMatchObject({ results: { purge: { deleted: 5 } } });
  });

  it.each([
    { name: "on the same night", hours: 11, settings: {}, deleted: OLD, state: "done" },
    { name: "half a day later", hours: 13, settings: {}, deleted: [], state: "stopped" },
    {
      name: "once the graph is too old",
      hours: 9,
      settings: { SNAPSHOT_MAX_AGE: "12h" },
      deleted: [],
      state: "stopped",
    },
  ])("is purged by a plan or not: a message that comes $name", async ({ hours, settings, deleted, state }) => {
    const world = await bench.fork(ripe, settings);
    await world.fire("purge");
    await world.moveTo(world.now() + hours * HOUR_MS);
    await world.drain();
    expect(world.deleted()).toEqual(deleted);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe(state);
  });
});
