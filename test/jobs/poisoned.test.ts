import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Stage } from "../../lib/stores/runStore.ts";
import { LIVE } from "./crash.ts";
import { useJobBench } from "./jobBench.ts";
import { MAX_DEQUEUE_COUNT } from "./messageBox.ts";
import type { Guard, PortCall } from "./portGate.ts";
import { listRecordFaults } from "./records.ts";
import { listOpen, readPlanned, startByHand, untilDue, untilPurge } from "./ripe.ts";
import { OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();
const REGISTRY = registryIdOf().toLowerCase();

/** Throws at the first `times` calls that fit: a defect, not an answer of a service. */
function failAt(world: World, times: number, fits: (call: PortCall) => boolean): void {
  let left = times;
  const guard: Guard = async (call, proceed) => {
    if (left > 0 && fits(call)) {
      left -= 1;
      throw new TypeError("a bug");
    }
    return proceed();
  };
  world.addGuard(guard);
}

const opensPlan = ({ subject, method, args }: PortCall): boolean =>
  subject === "plans" && method === "list" && JSON.stringify(args).includes("items|");
const deletesIndex = ({ port, args }: PortCall): boolean => port === "purger" && args[0] === "old/nginx";
const listsRegistry = ({ method }: PortCall): boolean => method === "listRepositories";

const stateOf = async (world: World): Promise<string | undefined> => (await readPlanned(world))["contosoacr"]?.state;

describe("a message of a purge", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it("that fails five times stops its registry with a finding, and ends its run; the next night does the work", async () => {
    const world = await bench.fork(ripe);
    failAt(world, MAX_DEQUEUE_COUNT, opensPlan);
    await world.stage("purge");
    expect(world.failures).toHaveLength(MAX_DEQUEUE_COUNT);
    expect(world.deleted()).toEqual([]);
    expect(await listOpen(world, "messagePoisoned")).toMatchObject([{ subject: REGISTRY, severity: "critical" }]);
    expect(await stateOf(world)).toBe("stopped");
    expect((await world.listRuns())[0]).toMatchObject({
      state: "done",
      results: { purge: { stopped: 1, deleted: 0 } },
    });
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "messagePoisoned")).toEqual([]);
  });

  it("that fails four times leaves no finding, and is worked off the same night", async () => {
    const world = await bench.fork(ripe);
    failAt(world, MAX_DEQUEUE_COUNT - 1, opensPlan);
    await world.stage("purge");
    expect(world.failures).toHaveLength(MAX_DEQUEUE_COUNT - 1);
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "messagePoisoned")).toEqual([]);
    expect(await stateOf(world)).toBe("done");
  });

  it("that fails in the middle of its work keeps its figures; what it left open is settled the next night", async () => {
    const world = await bench.fork(ripe);
    failAt(world, MAX_DEQUEUE_COUNT, deletesIndex);
    await world.stage("purge");
    expect(world.deleted()).toEqual(["old chart"]);
    expect((await world.listRuns())[0]).toMatchObject({ results: { purge: { stopped: 1, deleted: 1 } } });
    expect(await listRecordFaults(world)).not.toEqual([]);
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual(OLD);
    expect(world.content()).toEqual(LIVE);
    expect(await listRecordFaults(world)).toEqual([]);
  });

  it("whose process ends five times is given up as well", async () => {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    for (let delivery = 0; delivery < MAX_DEQUEUE_COUNT; delivery += 1) {
      const message = world.box.take();
      if (!message) throw new Error("there is no message");
      world.process.dieAt(10);
      await world.deliver(message);
    }
    await world.drain();
    expect(await listOpen(world, "messagePoisoned")).toHaveLength(1);
    expect(await stateOf(world)).toBe("stopped");
    expect((await world.listRuns())[0]).toMatchObject({ state: "done" });
  });
});

describe("a message of an inventory", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilDue);
  });

  it.each([
    { times: MAX_DEQUEUE_COUNT, findings: 1, missing: 1, deleted: [] },
    { times: MAX_DEQUEUE_COUNT - 1, findings: 0, missing: 0, deleted: OLD },
  ])(
    "that fails $times times: $findings findings, $missing parts unknown",
    async ({ times, findings, missing, deleted }) => {
      const world = await bench.fork(ripe);
      failAt(world, times, listsRegistry);
      await world.stage("snapshot");
      expect(await listOpen(world, "messagePoisoned")).toHaveLength(findings);
      const [run] = await world.listRuns();
      expect(run).toMatchObject({ state: "done", results: { snapshot: { incompleteParts: missing } } });
      await world.stage("mark");
      await world.stage("purge");
      expect(world.deleted()).toEqual(deleted);
      await world.nextDay();
      await world.night();
      expect(await listOpen(world, "messagePoisoned")).toEqual([]);
    },
  );
});

describe("a message of a stage", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilDue);
  });

  it.each([
    { times: MAX_DEQUEUE_COUNT, findings: 1, state: "failed" },
    { times: MAX_DEQUEUE_COUNT - 1, findings: 0, state: "done" },
  ])("that fails $times times: its run is $state", async ({ times, findings, state }) => {
    const world = await bench.fork(ripe);
    const isStage = isDeliveredTo(world, "mark");
    failAt(world, times, (call) => isStage() && call.subject === "runs" && call.method === "find");
    const runId = await startByHand(world, { stage: "all" });
    expect(await world.stores.runs.find(runId)).toMatchObject({ state });
    expect(await listOpen(world, "messagePoisoned")).toHaveLength(findings);
    await world.nextDay();
    await world.night();
    expect(await listOpen(world, "messagePoisoned")).toEqual([]);
  });
});

/** Whether the message of this stage has been sent. */
function isDeliveredTo(world: World, stage: Stage): () => boolean {
  let isSent = false;
  world.addGuard(async ({ port, args }, proceed) => {
    const answer = await proceed();
    if (port === "queues" && JSON.stringify(args).includes(`"stage":"${stage}"`)) isSent = true;
    return answer;
  });
  return () => isSent;
}
