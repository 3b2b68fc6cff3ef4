import { describe, expect, it } from "@jest/globals";
import { longerHold, readTagHold } from "../../../lib/core/tagHold.ts";

const UNTIL = "cleanup-hold-until";
const REASON = "cleanup-hold-reason";

describe("a hold by ARM tags", () => {
  it.each([
    { name: "an instant", value: "2026-06-01T10:00:00Z", until: "2026-06-01T10:00:00.000Z" },
    { name: "an instant with an offset", value: "2026-06-01T10:00:00+02:00", until: "2026-06-01T08:00:00.000Z" },
    { name: "a day, to its end", value: " 2026-06-01 ", until: "2026-06-02T00:00:00.000Z" },
    { name: "the last day of a year", value: "2026-12-31", until: "2027-01-01T00:00:00.000Z" },
  ])("lasts until $name", ({ value, until }) => {
    expect(readTagHold({ [UNTIL]: value, [REASON]: "audit" })).toEqual({ until, reason: "audit" });
  });

  it.each([
    { name: "a date that is none", tags: { [UNTIL]: "next summer" } },
    { name: "an empty date", tags: { [UNTIL]: "" } },
    { name: "a date of null", tags: { [UNTIL]: null } },
    { name: "a number", tags: { [UNTIL]: 20_260_601 } },
    { name: "a day that does not exist", tags: { [UNTIL]: "2026-02-30" } },
    { name: "a date that means two days", tags: { [UNTIL]: "1/5/2026" } },
    { name: "a time without a zone", tags: { [UNTIL]: "2026-06-01T10:00:00" } },
    { name: "a reason alone", tags: { [REASON]: "audit" } },
    { name: "an empty reason alone", tags: { [REASON]: "" } },
  ])("has no end with $name", ({ tags }) => {
    expect(readTagHold(tags)).toEqual({ until: undefined, reason: expect.stringMatching(/./) });
  });

  it("is not there without one of its tags", () => {
    expect(readTagHold({})).toBeUndefined();
    expect(readTagHold({ "cleanup-hold": "2026-06-01", owner: "core" })).toBeUndefined();
  });

  it("is read whatever the casing of its tags, and lasts as long as the longest of them", () => {
    const tags = { "Cleanup-Hold-Until": "2026-06-01T00:00:00Z", "CLEANUP-HOLD-UNTIL": "2026-07-01T00:00:00Z" };
    expect(readTagHold({ ...tags, "Cleanup-Hold-Reason": "audit" })).toEqual({
      until: "2026-07-01T00:00:00.000Z",
      reason: "audit",
    });
    expect(readTagHold({ ...tags, [UNTIL]: "?" })).toMatchObject({ until: undefined });
  });
});

describe("of two holds", () => {
  const early = { until: "2026-06-01T00:00:00.000Z", reason: "early" };
  const late = { until: "2026-06-01T00:00:01Z", reason: "late" };
  const endless = { until: undefined, reason: "endless" };

  it.each([
    { name: "the later", one: early, other: late, longer: late },
    { name: "the one without end", one: late, other: endless, longer: endless },
    { name: "the one whose date cannot be read", one: late, other: { ...late, until: "?" }, longer: { until: "?" } },
    { name: "the only one", one: early, other: undefined, longer: early },
  ])("$name counts, whichever came first", ({ one, other, longer }) => {
    expect(longerHold(one, other)).toMatchObject(longer);
    expect(longerHold(other, one)).toMatchObject(longer);
  });

  it("that end together the newer counts", () => {
    expect(longerHold(early, { ...early, reason: "newer" })).toMatchObject({ reason: "newer" });
    expect(longerHold(undefined, undefined)).toBeUndefined();
  });
});
