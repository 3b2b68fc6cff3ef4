import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "./virtualClock.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;
const SLACK_MS = 2000;

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A child that answers every question with its own view of the time. */
function startChild(clock: VirtualClock): ChildProcess {
  const { execArgv, env } = clock.childOptions;
  const file = join(import.meta.dirname, "tellTime.fixture.cjs");
  const child = fork(file, [], { execArgv: [...execArgv], env: { ...env } });
  clock.attach(child);
  children.push(child);
  return child;
}

async function ask(child: ChildProcess): Promise<Record<string, unknown>> {
  child.send("time?");
  const [answer] = await once(child, "message");
  return answer;
}

describe("the virtual clock", () => {
  it("starts at the given instant and flows, without changing this process's Date", async () => {
    const clock = new VirtualClock(START);
    expect(clock.now() - START).toBeLessThan(SLACK_MS);
    expect(Date.now()).toBeGreaterThan(START);
    expect(clock.offsetMs).toBeLessThan(0);
  });

  it("gives children its time, in every way of asking for it", async () => {
    const child = startChild(new VirtualClock(START));
    const answer = await ask(child);
    expect(Number(answer["now"]) - START).toBeLessThan(SLACK_MS);
    expect(answer).toMatchObject({
      isNewDateTheSame: true,
      isTextTheSame: true,
      explicit: "2020-02-03T00:00:00.000Z",
      parts: "2020-02-03T00:00:00.000Z",
      isInstance: true,
      isConstructor: true,
      year: 2026,
    });
  });

  it("jumps in every child before the jump is over, and never goes back", async () => {
    const clock = new VirtualClock(START);
    const pair = [startChild(clock), startChild(clock)];
    await clock.advanceTo(START + 30 * DAY_MS);
    await clock.advanceTo(START + 10 * DAY_MS);
    for (const child of pair) {
      const { now } = await ask(child);
      expect(Number(now) - START - 30 * DAY_MS).toBeGreaterThanOrEqual(0);
      expect(Number(now) - START - 30 * DAY_MS).toBeLessThan(2 * SLACK_MS);
    }
  });

  it("keeps the children's timers real", async () => {
    const clock = new VirtualClock(START);
    const child = startChild(clock);
    await ask(child);
    child.send("timer");
    await clock.advanceTo(START + DAY_MS);
    const { firedTimers } = await ask(child);
    expect(firedTimers).toBe(0);
  });

  it("ends a child whose parent is gone", async () => {
    const child = startChild(new VirtualClock(START));
    await ask(child);
    child.disconnect();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  it("does not wait for a child that has ended", async () => {
    const clock = new VirtualClock(START);
    const child = startChild(clock);
    await ask(child);
    child.kill("SIGKILL");
    await clock.advanceTo(START + DAY_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(START + DAY_MS);
  });
});
