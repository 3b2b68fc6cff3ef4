import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { startHost, type HostHandle } from "./functionsHost.ts";
import type { LogLine } from "./messages.ts";
import { runUntil } from "./nights.ts";

/** Thursday, 1 January 2026. */
const START = Date.parse("2026-01-01T12:00:00Z");
const DAY_MS = 86_400_000;
const NEVER = "0 0 0 1 1 *";

const hosts: HostHandle[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
});

async function startTimers(settings: Record<string, string>) {
  const lines: LogLine[] = [];
  const clock = new VirtualClock(START);
  const host = await startHost({
    appDirectory: join(import.meta.dirname, "fixtures/timer"),
    env: { NIGHTLY_SCHEDULE: NEVER, SLOW_SCHEDULE: NEVER, ...settings },
    clock,
    onLog: (line) => void lines.push(line),
  });
  hosts.push(host);
  const messages = (name: string) => lines.filter((line) => line.function === name).map(({ message }) => message);
  const fired = () => messages("nightly").map((message) => JSON.parse(message.replace("fired ", "")));
  return { host, clock, messages, fired };
}

describe("timers in virtual time", () => {
  it("fire once per night for thirty nights, in a few seconds of real time", async () => {
    const { host, clock, fired } = await startTimers({ NIGHTLY_SCHEDULE: "0 30 2 * * *" });
    const realStart = performance.now();
    await runUntil({ host, clock }, START + 30 * DAY_MS);
    const realMs = performance.now() - realStart;
    const days = fired().map(({ now }) => now.slice(0, 16));
    expect(days).toHaveLength(30);
    expect(days[0]).toBe("2026-01-02T02:30");
    expect(days.at(-1)).toBe("2026-01-31T02:30");
    expect(realMs).toBeLessThan(5000);
  });

  it("get the status that Azure passes: Next is the run's own scheduled time", async () => {
    const { host, clock, fired } = await startTimers({ NIGHTLY_SCHEDULE: "0 30 2 * * *" });
    await runUntil({ host, clock }, START + 2 * DAY_MS);
    const [first, second] = fired();
    expect(first).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: "0001-01-01T00:00:00", next: "2026-01-02T02:30:00.000+00:00" },
    });
    expect(second.scheduleStatus.next).toBe("2026-01-03T02:30:00.000+00:00");
    expect(second.scheduleStatus.last).toMatch(/^2026-01-02T02:30:0/);
  });

  it("say that they are past due when time jumped over them", async () => {
    const { host, clock, fired } = await startTimers({ NIGHTLY_SCHEDULE: "0 30 2 * * *" });
    await clock.advanceTo(START + 5 * DAY_MS);
    await host.settled();
    expect(fired()).toHaveLength(1);
    expect(fired()[0]).toMatchObject({ isPastDue: true });
  });

  it("need both the day and the day of week to match", async () => {
    const { host, clock, fired } = await startTimers({ NIGHTLY_SCHEDULE: "0 0 0 13 * FRI" });
    await runUntil({ host, clock }, START + 100 * DAY_MS);
    expect(fired().map(({ now }) => now.slice(0, 10))).toEqual(["2026-02-13", "2026-03-13"]);
  });

  it("do not overlap themselves", async () => {
    const { messages } = await startTimers({ SLOW_SCHEDULE: "* * * * * *", SLOW_MS: "1500" });
    const own = () => messages("slow").filter((message) => message.startsWith("slow"));
    while (own().length < 4) await wait(5);
    expect(own().slice(0, 4)).toEqual(["slow starts", "slow ends", "slow starts", "slow ends"]);
  });

  it("are logged, and not stopped, beyond the function timeout", async () => {
    const { host, messages } = await startTimers({ SLOW_MS: "1200" });
    await host.fireTimer("slow");
    const [, timeout, end] = messages("slow");
    expect(timeout).toMatch(/^Timeout value of 1000 ms was exceeded/);
    expect(end).toBe("slow ends");
  });

  it("fire when asked, and tell their error", async () => {
    const { host, clock, messages } = await startTimers({});
    await host.fireTimer("nightly");
    await expect(host.fireTimer("failing")).rejects.toThrow("this timer fails");
    await expect(host.fireTimer("unknown")).rejects.toThrow("no timer function unknown");
    const idle = await host.idle();
    expect(messages("nightly")).toHaveLength(1);
    expect(host.failures.map(({ function: name }) => name)).toEqual(["failing"]);
    expect(idle.nextTimerAt).toBe(Date.parse("2027-01-01T00:00:00Z"));
    expect(clock.now()).toBeLessThan(START + DAY_MS);
  });
});

describe("running until an instant", () => {
  it("runs the parent's events at their time, between the timers", async () => {
    const { host, clock, fired } = await startTimers({ NIGHTLY_SCHEDULE: "0 0 0 * * *" });
    const seen: [string, number][] = [];
    const event = (name: string, at: number) => ({ at, run: async () => void seen.push([name, fired().length]) });
    const events = [
      event("late", START + 1.2 * DAY_MS),
      event("early", START + DAY_MS / 4),
      event("after", START + 9 * DAY_MS),
    ];
    await runUntil({ host, clock }, START + 2 * DAY_MS, { events });
    expect(seen).toEqual([
      ["early", 0],
      ["late", 1],
    ]);
  });

  it("gives up with the function's name when one does not end", async () => {
    const { host, clock } = await startTimers({ SLOW_SCHEDULE: "0 0 0 * * *", SLOW_MS: "60000" });
    const run = runUntil({ host, clock }, START + DAY_MS, { stuckAfterMs: 200 });
    await expect(run).rejects.toThrow("not been idle for 200 ms (running: slow; visible messages: 0)");
  });
});
