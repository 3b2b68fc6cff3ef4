import { describe, expect, it } from "@jest/globals";
import { findOpenWindow } from "../../lib/configFreeze.ts";
import { problemsOf, read, REQUIRED } from "../fakes/settings.ts";

const windowsOf = (...windows: readonly unknown[]): string => JSON.stringify(windows);
const YEAR_END = { from: "2026-12-20T00:00:00+01:00", to: "2027-01-06T00:00:00+01:00", reason: "year end" };
/** Half past six in the morning, Monday to Friday, for an hour and a half. */
const MORNINGS = { cron: "0 30 6 * * mon-fri", duration: "90m", reason: "deployments" };

describe("FREEZE_WINDOWS", () => {
  it.each([
    { name: "not JSON", text: "year end", problem: "is not JSON" },
    { name: "no list", text: '{"windows":[]}', problem: "expected array" },
    { name: "an entry that is none", text: windowsOf("2026"), problem: "0 " },
    {
      name: "an instant without an offset",
      text: windowsOf({ ...YEAR_END, from: "2026-12-20T00:00:00" }),
      problem: "0 from",
    },
    { name: "a day without a time", text: windowsOf({ ...YEAR_END, to: "2027-01-06" }), problem: "0 to" },
    { name: "no end", text: windowsOf({ from: YEAR_END.from, reason: "x" }), problem: "0 to" },
    { name: "no reason", text: windowsOf({ ...YEAR_END, reason: " " }), problem: "0 reason" },
    { name: "a field that nobody knows", text: windowsOf({ ...YEAR_END, store: "x" }), problem: "store" },
    { name: "a field that is given twice", text: `[{"reason":"a",${windowsOf(YEAR_END).slice(2)}`, problem: "twice" },
    {
      name: "an end before its beginning",
      text: windowsOf({ ...YEAR_END, to: YEAR_END.from }),
      problem: "can never be",
    },
    {
      name: "one that is longer than a year",
      text: windowsOf({ ...YEAR_END, to: "2028-02-01T00:00:00Z" }),
      problem: "400 days",
    },
    {
      name: "a schedule that never fires",
      text: windowsOf({ ...MORNINGS, cron: "0 0 0 31 2 *" }),
      problem: "NCRONTAB",
    },
    { name: "five fields", text: windowsOf({ ...MORNINGS, cron: "30 6 * * *" }), problem: "NCRONTAB" },
    {
      name: "one that fires each minute",
      text: windowsOf({ ...MORNINGS, cron: "0 * 6 * * *" }),
      problem: "a number each",
    },
    { name: "no duration", text: windowsOf({ cron: MORNINGS.cron, reason: "x" }), problem: "0 duration" },
    { name: "a duration of seconds", text: windowsOf({ ...MORNINGS, duration: "30s" }), problem: "0 duration" },
    {
      name: "a duration that overflows",
      text: windowsOf({ ...MORNINGS, duration: "999999999w" }),
      problem: "0 duration",
    },
    { name: "both kinds in one", text: windowsOf({ ...YEAR_END, ...MORNINGS }), problem: "from" },
    {
      name: "every hour for an hour",
      text: windowsOf({ ...MORNINGS, cron: "0 0 * * * *", duration: "1h" }),
      problem: "cover everything",
    },
    {
      name: "every day for a day",
      text: windowsOf({ ...MORNINGS, cron: "0 0 0 * * *", duration: "24h" }),
      problem: "cover everything",
    },
    {
      name: "weekdays and weekends that are everything together",
      text: windowsOf(
        { ...MORNINGS, cron: "0 0 0 * * mon-fri", duration: "1d" },
        { ...MORNINGS, cron: "0 0 0 * * sat", duration: "2d" },
      ),
      problem: "cover everything",
    },
  ])("is refused with $name", ({ text, problem }) => {
    const problems = problemsOf({ ...REQUIRED, FREEZE_WINDOWS: text });
    expect(problems).toEqual([expect.stringMatching(/^FREEZE_WINDOWS: /)]);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    { name: "none", windows: [] },
    {
      name: "one that is over: time passes, and the service still starts",
      windows: [{ ...YEAR_END, from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z" }],
    },
    { name: "every day for a day but a minute", windows: [{ ...MORNINGS, cron: "0 0 0 * * *", duration: "1439m" }] },
    { name: "all of January and of a summer", windows: [{ ...MORNINGS, cron: "0 0 0 * jan,jul *", duration: "1d" }] },
    {
      name: "weekends and mornings",
      windows: [MORNINGS, { ...MORNINGS, cron: "0 0 0 * * sat", duration: "2d" }, YEAR_END],
    },
  ])("may be $name", ({ windows }) => {
    expect(read({ FREEZE_WINDOWS: windowsOf(...windows) }).freezeWindows).toHaveLength(windows.length);
  });
});

describe("a freeze window", () => {
  const { freezeWindows } = read({ FREEZE_WINDOWS: windowsOf(YEAR_END, MORNINGS) });

  it.each([
    { at: "2026-12-19T22:59:59.999Z", until: undefined },
    { at: "2026-12-19T23:00:00Z", until: "2027-01-05T23:00:00Z" },
    { at: "2027-01-05T22:59:59.999Z", until: "2027-01-05T23:00:00Z" },
    { at: "2027-01-05T23:00:00Z", until: undefined },
    // Monday.
    { at: "2026-03-02T06:29:59.999Z", until: undefined },
    { at: "2026-03-02T06:30:00Z", until: "2026-03-02T08:00:00Z" },
    { at: "2026-03-02T06:30:00.001Z", until: "2026-03-02T08:00:00Z" },
    { at: "2026-03-02T07:59:59.999Z", until: "2026-03-02T08:00:00Z" },
    { at: "2026-03-02T08:00:00Z", until: undefined },
    // Sunday.
    { at: "2026-03-01T07:00:00Z", until: undefined },
  ])("is open from its first instant to before its end: $at", ({ at, until }) => {
    expect(findOpenWindow(freezeWindows, new Date(at))?.until).toBe(until);
  });

  it("says why, and of several that are open, the one that ends last does", () => {
    expect(findOpenWindow(freezeWindows, new Date("2026-12-21T07:00:00Z"))).toEqual({
      why: "year end",
      window: "from 2026-12-19T23:00:00Z to 2027-01-05T23:00:00Z",
      until: "2027-01-05T23:00:00Z",
    });
    expect(findOpenWindow(freezeWindows, new Date("2026-03-02T07:00:00Z"))).toMatchObject({
      why: "deployments",
      window: "from each 0 30 6 * * mon-fri (UTC) for 90 minutes",
    });
  });

  it("that begins anew while it is open ends with its last beginning", () => {
    const { freezeWindows: overlapping } = read({
      FREEZE_WINDOWS: windowsOf({ ...MORNINGS, cron: "0 0 6,8 * * *", duration: "3h" }),
    });
    expect(findOpenWindow(overlapping, new Date("2026-03-02T08:30:00Z"))?.until).toBe("2026-03-02T11:00:00Z");
  });
});
