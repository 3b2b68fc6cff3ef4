import { describe, expect, it } from "@jest/globals";
import { createListRuns } from "../../../functions/readRuns.ts";
import { createStartRun } from "../../../functions/startRun.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { NOW } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { type Answer, aService, call } from "./aService.ts";

const START = { method: "POST", body: { stage: "mark" } } as const;

/** A service whose queues fail until told otherwise. */
function aServiceWithQueues(): { readonly deps: Deps; readonly sent: unknown[]; readonly repair: () => void } {
  const sent: unknown[] = [];
  let broken = true;
  let second = 0;
  const send = async (_queue: string, message: unknown): Promise<void> => {
    if (broken) throw new Error("the queue cannot be reached");
    sent.push(message);
  };
  const clock = { now: () => new Date(Date.parse(NOW) + 1000 * (second += 1)) };
  return { deps: { ...aService(), queues: { send }, clock }, sent, repair: () => void (broken = false) };
}

/** Asks for runs of these modes at the same instant; nothing is known of any of them when the others ask. */
async function askAtOnce(modes: readonly string[], now = new Date(NOW)): Promise<{ deps: Deps; answers: Answer[] }> {
  const { deps: base, repair } = aServiceWithQueues();
  repair();
  const deps = { ...base, clock: { now: () => now } };
  const ask = (mode: string) => call(createStartRun(deps), { method: "POST", body: { stage: "purge", mode } });
  return { deps, answers: await Promise.all(modes.map(ask)) };
}

describe("starting a run", () => {
  it("tells the second of two requests within one second to wait: the run is in the mode of the first", async () => {
    const { deps, answers } = await askAtOnce(["enforce", "report"]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409]);
    const [run, ...more] = await collect(deps.runs.list());
    expect(more).toEqual([]);
    const started = answers.findIndex(({ status }) => status === 202);
    expect(run?.mode).toBe(["enforce", "report"][started]);
    expect(answers.map(({ json }) => json["id"] ?? json["runId"])).toEqual([run?.id, run?.id]);
  });

  it("is told a run's id where it is the only request", async () => {
    const { deps, answers } = await askAtOnce(["report"]);
    expect(answers).toMatchObject([{ status: 202, json: { effectiveMode: "report" } }]);
    expect(await collect(deps.runs.list())).toMatchObject([{ mode: "report", id: answers[0]?.json["id"] }]);
  });

  it("is one run for a timer that fires twice, also at the same moment", async () => {
    const { deps } = aServiceWithQueues();
    const request = { stage: "purge", trigger: "timer", at: new Date(NOW) } as const;
    const answers = await Promise.all([startRun(deps, request), startRun(deps, request)]);
    const [run] = await collect(deps.runs.list());
    expect([...answers, await startRun(deps, request)]).toEqual([{ run }, { run }, { run }]);
  });

  it("is not the run that was asked for over HTTP where a timer fires in the same second", async () => {
    const { deps } = await askAtOnce(["report"]);
    const [run] = await collect(deps.runs.list());
    const fired = await startRun(deps, { stage: "purge", trigger: "timer", at: new Date(NOW) });
    expect(fired).toEqual({ running: run?.id });
  });

  it("gives back the place of a run that ended while the second request was under way", async () => {
    const { deps } = aServiceWithQueues();
    const at = new Date(NOW);
    const first = await startRun(deps, { stage: "purge", trigger: "http", at });
    if (!("run" in first)) throw new Error("nothing else runs");
    await deps.runs.finish(first.run.id, { state: "done", at });
    let looks = 0;
    const find = async (id: string) => ((looks += 1) === 1 ? undefined : deps.runs.find(id));
    const runs = Object.assign(Object.create(deps.runs), { find });
    const second = await startRun({ ...deps, runs }, { stage: "purge", trigger: "http", at });
    expect(second).toEqual({ running: first.run.id });
    const next = await startRun(deps, { stage: "mark", trigger: "http", at });
    expect(next).toMatchObject({ run: { stage: "mark" } });
  });

  it("fails the run that no message leads to, so that the next one may start", async () => {
    const { deps, sent, repair } = aServiceWithQueues();
    const start = createStartRun(deps);
    await expect(call(start, START)).rejects.toThrow("the queue cannot be reached");
    expect((await call(createListRuns(deps), {})).json["runs"]).toMatchObject([{ state: "failed" }]);
    repair();
    const { status, json } = await call(start, START);
    expect(status).toBe(202);
    expect(sent).toEqual([{ runId: json["id"], stage: "mark" }]);
  });

  it("waits for the run that is under way", async () => {
    const { deps, repair } = aServiceWithQueues();
    repair();
    const first = await call(createStartRun(deps), START);
    const second = await call(createStartRun(deps), START);
    expect(second).toMatchObject({ status: 409, json: { title: "Conflict", runId: first.json["id"] } });
    expect(second.json["detail"]).toMatch(/^A run is under way\. Wait for run /);
  });
});
