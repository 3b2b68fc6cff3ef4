import { describe, expect, it } from "@jest/globals";
import { createListRuns } from "../../../functions/readRuns.ts";
import { createStartRun } from "../../../functions/startRun.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { NOW } from "../../fakes/builders.ts";
import { aService, call } from "./aService.ts";

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

describe("starting a run", () => {
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
