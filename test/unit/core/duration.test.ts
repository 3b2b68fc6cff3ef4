import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, parseDuration, toIso } from "../../../lib/core/duration.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

const TEN_YEARS_MS = 3650 * DAY_MS;

describe("a duration", () => {
  it.each([
    { text: "14d", ms: 14 * DAY_MS },
    { text: "336h", ms: 14 * DAY_MS },
    { text: "2w", ms: 14 * DAY_MS },
    { text: "90m", ms: 1.5 * HOUR_MS },
    { text: "P14D", ms: 14 * DAY_MS },
    { text: "P2W", ms: 14 * DAY_MS },
    { text: "P1DT12H", ms: 36 * HOUR_MS },
    { text: "PT90M", ms: 1.5 * HOUR_MS },
    { text: "P1W2DT3H4M", ms: 9 * DAY_MS + 3 * HOUR_MS + 4 * 60_000 },
    { text: "3650d", ms: TEN_YEARS_MS },
  ])("$text is read", ({ text, ms }) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    { text: "" },
    { text: "0d" },
    { text: "P0D" },
    { text: "-1d" },
    { text: "P-1D" },
    { text: "14" },
    { text: "d" },
    { text: "1.5d" },
    { text: "14 d" },
    { text: " 14d" },
    { text: "14D" },
    { text: "14d\n" },
    { text: "P" },
    { text: "PT" },
    { text: "P1DT" },
    { text: "P1M" },
    { text: "P1Y" },
    { text: "p14d" },
    { text: "P1D2W" },
    { text: "1e3d" },
    { text: "3651d" },
    { text: "P3650DT1M" },
    { text: "999999999w" },
    { text: "9999999999999999999d" },
  ])('"$text" is refused', ({ text }) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("is a whole number of minutes, over nothing and at most ten years, or refused", () => {
    const short = fc.tuple(fc.nat(), fc.constantFrom("w", "d", "h", "m")).map(([count, unit]) => `${count}${unit}`);
    const iso = fc.tuple(fc.nat(9999), fc.nat(99_999), fc.nat(99)).map(([d, h, m]) => `P${d}DT${h}H${m}M`);
    const property = fc.property(fc.oneof(short, iso, fc.string()), (text) => {
      const ms = parseDuration(text);
      if (ms === undefined) return;
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(TEN_YEARS_MS);
      expect(ms % 60_000).toBe(0);
    });
    checkLaw(property);
  });

  it("means the same in the short form and in ISO 8601", () => {
    checkLaw(
      fc.property(fc.integer({ min: 1, max: 5000 }), (days) => {
        expect(parseDuration(`P${days}D`)).toBe(parseDuration(`${days}d`));
        expect(parseDuration(`PT${days}H`)).toBe(parseDuration(`${days}h`));
      }),
    );
  });
});

describe("an instant", () => {
  it("is written to the second", () => {
    expect(toIso(Date.parse("2026-03-02T01:00:00.999Z"))).toBe("2026-03-02T01:00:00Z");
  });

  it("is not written where there is none", () => {
    expect(() => toIso(Number.NaN)).toThrow(RangeError);
  });
});
