import { beforeEach, describe, expect, it } from "@jest/globals";
import { HOUR_MS } from "../../../lib/core/duration.ts";
import type { Run } from "../../../lib/stores/runStore.ts";
import { RunStore, toRunId } from "../../../lib/stores/runStore.ts";
import { NOW } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { SILENCE } from "../../../lib/telemetry.ts";

const START = new Date(NOW);
const after = (hours: number): Date => new Date(START.getTime() + hours * HOUR_MS);

function aRun(run: Partial<Run> = {}): Run {
  return {
    id: "20260302T010000Z-snapshot",
    stage: "snapshot",
    trigger: "timer",
    at: NOW,
    mode: undefined,
    boundTo: undefined,
    planId: undefined,
    state: "running",
    currentStage: "snapshot",
    stopRequested: false,
    finishedAt: undefined,
    results: {},
    errors: [],
    ...run,
  };
}

const OTHER = aRun({ id: "20260302T020000Z-purge", stage: "purge", trigger: "http", at: "2026-03-02T02:00:00Z" });

describe("runs", () => {
  let tables: MemoryTables;
  let runs: RunStore;
  beforeEach(() => {
    tables = new MemoryTables();
    runs = new RunStore(tables, SILENCE);
  });

  it("are named for their instant and stage", () => {
    expect(toRunId(new Date("2026-03-02T01:00:00.987Z"), "all")).toBe("20260302T010000Z-all");
  });

  it("come back as they were started", async () => {
    const run = aRun({
      mode: "report",
      boundTo: "b",
      planId: "p",
      results: { snapshot: { rows: 3, complete: true, note: "x" } },
    });
    await runs.start(run, START);
    expect(await runs.find(run.id)).toEqual(run);
    expect(await runs.find(OTHER.id)).toBeUndefined();
    expect(await runs.find("not a run")).toBeUndefined();
  });

  it("are listed newest first", async () => {
    for (const hour of [1, 3, 2]) {
      const at = after(hour);
      await runs.start(aRun({ id: toRunId(at, "snapshot"), at: at.toISOString() }), START);
      await runs.finish(toRunId(at, "snapshot"), { state: "done", at });
    }
    const hours = (await collect(runs.list())).map(({ id }) => id.slice(9, 11));
    expect(hours).toEqual(["04", "03", "02"]);
  });

  it("are refused while another one is under way, and leave no trace", async () => {
    expect(await runs.start(aRun(), START)).toEqual({ created: true });
    expect(await runs.start(OTHER, START)).toEqual({ running: aRun().id });
    expect(await collect(runs.list())).toEqual([aRun()]);
  });

  it("may be started twice, and go on where they are", async () => {
    await runs.start(aRun(), START);
    await runs.update(aRun().id, (run) => ({ ...run, currentStage: "mark" }));
    expect(await runs.start(aRun(), after(0.1))).toEqual({ created: false });
    expect((await runs.find(aRun().id))?.currentStage).toBe("mark");
  });

  it("take the place of one that has ended", async () => {
    await runs.start(aRun(), START);
    await runs.finish(aRun().id, { state: "done", at: after(0.1) });
    expect(await runs.start(OTHER, after(0.1))).toEqual({ created: true });
  });

  it.each([
    { name: "just before its time is over", hours: 0.74, answer: { running: aRun().id } },
    { name: "when its time is over", hours: 0.75, answer: { created: true } },
  ])("take the place of one that was not heard of for three quarters of an hour: $name", async ({ hours, answer }) => {
    await runs.start(aRun(), START);
    expect(await runs.start(OTHER, after(hours))).toEqual(answer);
  });

  it("have failed from when another one took their place", async () => {
    await runs.start(aRun(), START);
    await runs.start(OTHER, after(1));
    expect(await runs.find(aRun().id)).toMatchObject({
      state: "failed",
      finishedAt: after(1).toISOString(),
      errors: [expect.stringContaining("another run took its place")],
    });
    expect(await runs.find(OTHER.id)).toEqual(OTHER);
  });

  it("keep their place by saying that they are alive", async () => {
    await runs.start(aRun(), START);
    await runs.beat(aRun().id, after(0.5));
    expect(await runs.start(OTHER, after(1))).toEqual({ running: aRun().id });
    expect(await runs.start(OTHER, after(1.25))).toEqual({ created: true });
  });

  it("that lost their place do not get it back by saying that they are alive, nor take it from the next by ending", async () => {
    await runs.start(aRun(), START);
    await runs.start(OTHER, after(1));
    await runs.beat(aRun().id, after(1.5));
    await runs.finish(aRun().id, { state: "failed", at: after(1.5) });
    const third = aRun({ id: "20260302T023000Z-mark", stage: "mark" });
    expect(await runs.start(third, after(1.6))).toEqual({ running: OTHER.id });
  });

  it("compete for one place: of two at once, one wins", async () => {
    const answers = await Promise.all([runs.start(aRun(), START), runs.start(OTHER, START)]);
    expect(answers.filter((answer) => "created" in answer)).toHaveLength(1);
  });

  it("of one id that are started at once have one creator, and are as that one wanted them", async () => {
    const modes = ["report", "enforce"] as const;
    const answers = await Promise.all(modes.map((mode) => runs.start(aRun({ mode }), START)));
    expect(answers).toContainEqual({ created: true });
    expect(answers).toContainEqual({ created: false });
    const creator = answers.findIndex((answer) => "created" in answer && answer.created);
    expect((await runs.find(aRun().id))?.mode).toBe(modes[creator]);
  });

  it("end once: the first end stays", async () => {
    await runs.start(aRun(), START);
    await runs.finish(aRun().id, { state: "stopped", at: after(0.1) });
    await runs.finish(aRun().id, { state: "done", at: after(0.2) });
    expect(await runs.find(aRun().id)).toMatchObject({ state: "stopped", finishedAt: after(0.1).toISOString() });
  });

  it("change one after the other, and none of two changes at once is lost", async () => {
    await runs.start(aRun(), START);
    const add = (text: string) => runs.update(aRun().id, (run) => ({ ...run, errors: [...run.errors, text] }));
    await Promise.all([add("a"), add("b"), add("c")]);
    expect((await runs.find(aRun().id))?.errors.toSorted()).toEqual(["a", "b", "c"]);
  });

  it("keep the first errors of very many", async () => {
    await runs.start(aRun(), START);
    const errors = Array.from({ length: 30 }, (_, index) => `e${index}`);
    await runs.update(aRun().id, (run) => ({ ...run, errors }));
    expect((await runs.find(aRun().id))?.errors).toEqual(errors.slice(0, 20));
  });

  it("are not changed where they do not exist", async () => {
    expect(await runs.update(aRun().id, (run) => run)).toBeUndefined();
    await runs.finish(aRun().id, { state: "done", at: START });
    expect(await collect(runs.list())).toEqual([]);
  });
});
