import { describe, expect, it } from "@jest/globals";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { Pace } from "../../../lib/jobs/pace.ts";
import type { DeleteAnswer } from "../../../lib/ports.ts";
import { digest, REGISTRY } from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { aService } from "../functions/aService.ts";

const START = Date.parse("2026-03-02T04:00:00Z");
const DELETED: DeleteAnswer = { is: "deleted" };

interface Timed {
  readonly deps: Deps;
  readonly waits: number[];
  now: number;
}

/** Time passes only while somebody waits. */
function timed(perMinute: number, tables = new MemoryTables()): Timed {
  const waits: number[] = [];
  const service: Timed = {
    waits,
    now: START,
    deps: {
      ...aService({ DELETES_PER_MINUTE: String(perMinute) }, tables),
      clock: { now: () => new Date(service.now) },
      wait: async (ms) => {
        waits.push(ms);
        service.now += ms;
      },
    },
  };
  return service;
}

async function putDeletion({ deps, now }: Timed, number: number): Promise<void> {
  await deps.deletions.put({
    registryId: REGISTRY,
    repository: "cnf/nginx",
    digest: digest(number),
    runId: "r",
    size: 1,
    freedBytes: 1,
    intentAt: new Date(now - 1_000).toISOString(),
    outcome: "deleted",
    outcomeAt: undefined,
  });
}

describe("the turn to delete", () => {
  it("comes at once for a minute's deletes, and then one by one", async () => {
    const service = timed(60);
    const pace = await Pace.open(service.deps, REGISTRY);
    for (let number = 0; number < 63; number += 1) expect(await pace.turn(1)).toBe(true);
    expect(service.waits).toEqual([1_000, 1_000, 1_000]);
  });

  it("does not come where that would take longer than an invocation should wait", async () => {
    const service = timed(10);
    const pace = await Pace.open(service.deps, REGISTRY);
    expect(await pace.turn(10)).toBe(true);
    expect(await pace.turn(1)).toBe(false);
    expect(service.waits).toEqual([]);
    expect(pace.waitOf(1)).toBe(6_000);
  });

  it("counts what a worker before deleted in the last minute, even if that one could leave nothing", async () => {
    const service = timed(2);
    await putDeletion(service, 1);
    await putDeletion(service, 2);
    const pace = await Pace.open(service.deps, REGISTRY);
    expect(await pace.turn(1)).toBe(false);
  });

  it("goes on where the worker before it ended", async () => {
    const tables = new MemoryTables();
    const first = timed(10, tables);
    const pace = await Pace.open(first.deps, REGISTRY);
    await pace.turn(10);
    await pace.save();
    const next = timed(10, tables);
    expect(await (await Pace.open(next.deps, REGISTRY)).turn(1)).toBe(false);
    next.now += 6_000;
    expect(await (await Pace.open(next.deps, REGISTRY)).turn(1)).toBe(true);
  });
});

describe("working off orders", () => {
  it("is done one at a time at a usual rate, and several at a time at a high one", async () => {
    for (const [perMinute, most] of [
      [100, 1],
      [2_000, 5],
    ] as const) {
      const pace = await Pace.open(timed(perMinute).deps, REGISTRY);
      let [running, highest] = [0, 0];
      const order = async (): Promise<DeleteAnswer> => {
        running += 1;
        highest = Math.max(highest, running);
        await new Promise(setImmediate);
        running -= 1;
        return DELETED;
      };
      await Promise.all(Array.from({ length: 20 }, () => pace.enter(order)));
      expect(highest).toBe(most);
    }
  });

  it("stops with the first refusal: those that wait beside it do not ask", async () => {
    const service = timed(100);
    const pace = await Pace.open(service.deps, REGISTRY);
    let asked = 0;
    const refuse = (): Promise<DeleteAnswer> =>
      pace.ask(async () => {
        asked += 1;
        return { is: "throttled", retryAfterMs: 30_000 };
      });
    const answers = await Promise.all(Array.from({ length: 5 }, () => pace.enter(refuse)));
    expect(asked).toBe(1);
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    expect(pace.waitOf(1)).toBe(30_000);
  });

  it("is remembered as it was refused, for the next worker", async () => {
    const tables = new MemoryTables();
    const first = timed(100, tables);
    const pace = await Pace.open(first.deps, REGISTRY);
    await pace.ask(async () => ({ is: "throttled", retryAfterMs: 90_000 }));
    const next = await Pace.open(timed(100, tables).deps, REGISTRY);
    expect(next.waitOf(1)).toBe(90_000);
  });
});
