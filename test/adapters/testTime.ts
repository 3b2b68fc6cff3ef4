import { jest } from "@jest/globals";
import type { Clock } from "../sandbox/contracts.ts";

/** Monday, the second of March 2026, at two in the morning. */
const NOW = Date.parse("2026-03-02T02:00:00Z");

/** Requests give up after this long: such a timer is a limit, not a wait. */
const SHORTEST_LIMIT_MS = 30_000;

const NOT_DATE = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
] as const;

/** The one time of a test: `Date` in this process and every server of the sandbox. */
export interface TestTime extends Clock {
  advance(ms: number): void;
  /** What the code under test waited, in milliseconds. */
  readonly waitsMs: number[];
  restore(): void;
}

/** From here on time stands still, except that a wait (of a retry, for a quota) ends at once and moves it by its length. */
export function takeTime(): TestTime {
  jest.useFakeTimers({ now: NOW, doNotFake: [...NOT_DATE] });
  const waitsMs: number[] = [];
  const advance = (ms: number): void => {
    jest.setSystemTime(Date.now() + ms);
  };
  const real = globalThis.setTimeout;
  const limits: NodeJS.Timeout[] = [];
  const spy = jest.spyOn(globalThis, "setTimeout").mockImplementation((run, ms = 0) => {
    if (ms === 0) return real(run, ms);
    if (ms < SHORTEST_LIMIT_MS) {
      waitsMs.push(ms);
      return real(() => {
        advance(ms);
        run();
      }, 0);
    }
    const limit = real(run, ms);
    limits.push(limit);
    return limit;
  });
  return {
    now: () => Date.now(),
    advance,
    waitsMs,
    restore() {
      spy.mockRestore();
      // The SDKs leave the limit of a cut request running.
      for (const limit of limits) clearTimeout(limit);
      jest.useRealTimers();
    },
  };
}
