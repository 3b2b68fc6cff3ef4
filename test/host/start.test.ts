import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { startHost } from "./functionsHost.ts";
import type { LogLine } from "./messages.ts";

const start = (fixture: string, env: Record<string, string> = {}, onLog?: (line: LogLine) => void) => {
  const appDirectory = join(import.meta.dirname, "fixtures", fixture);
  return startHost({ appDirectory, env, clock: new VirtualClock(), ...(onLog === undefined ? {} : { onLog }) });
};

describe("an app that refuses its configuration", () => {
  it("makes the start fail with the app's own words", async () => {
    await expect(start("bad-config")).rejects.toThrow("The app did not start: GRACE: required, for example 14d");
  });

  it("starts once the configuration is right", async () => {
    const host = await start("bad-config", { GRACE: "14d", SCHEDULE: "0 0 2 * * *" });
    expect(host.functions).toEqual([{ name: "nightly", trigger: "timer", schedule: "0 0 2 * * *" }]);
    await host.stop();
  });
});

describe("what this host does not support", () => {
  it.each([
    { name: "a five-field schedule", schedule: "0 2 * * *" },
    { name: "a time span", schedule: "00:05:00" },
    { name: "the last day of the month", schedule: "0 0 2 L * *" },
    { name: "Sunday as 7", schedule: "0 0 2 * * 7" },
    { name: "a day that never comes", schedule: "0 0 2 31 2 *" },
    { name: "a missing setting", schedule: "%MISSING%" },
  ])("makes the start fail: $name", async ({ schedule }) => {
    await expect(start("bad-config", { GRACE: "14d", SCHEDULE: schedule })).rejects.toThrow(/schedule|MISSING/);
  });

  it("makes the start fail: an output binding", async () => {
    await expect(start("unsupported")).rejects.toThrow(
      "does not support an output binding of type queue (function nightly)",
    );
  });
});

describe("the end of a host", () => {
  it("runs the app's terminate hook when stopped", async () => {
    const lines: LogLine[] = [];
    const host = await start("http", {}, (line) => void lines.push(line));
    await host.stop();
    expect(await host.exited).toBe(0);
    expect(lines.map(({ message }) => message)).toContain("terminated");
  });

  it("ends at once when killed, and says so to later calls", async () => {
    const host = await start("http");
    await host.kill();
    expect(await host.exited).toBe("SIGKILL");
    await expect(host.idle()).rejects.toThrow("has ended");
  });
});
