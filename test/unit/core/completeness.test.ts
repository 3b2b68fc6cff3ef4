import { describe, expect, it } from "@jest/globals";
import {
  ACCEPTABLE_REASONS,
  describeReason,
  INCOMPLETE_REASONS,
  isImplausibleFall,
} from "../../../lib/core/completeness.ts";

describe("a fall of a count", () => {
  it.each([
    { name: "nothing fell", before: 100, now: 100, explained: 0, implausible: false },
    { name: "it rose", before: 100, now: 300, explained: 0, implausible: false },
    { name: "by the allowed share", before: 100, now: 70, explained: 0, implausible: false },
    { name: "by one more", before: 100, now: 69, explained: 0, implausible: true },
    { name: "by one more, which we deleted", before: 100, now: 69, explained: 1, implausible: false },
    { name: "to nothing, all of which we deleted", before: 500, now: 0, explained: 500, implausible: false },
    { name: "by nineteen, which is everything", before: 19, now: 0, explained: 0, implausible: false },
    { name: "by twenty, which is everything", before: 20, now: 0, explained: 0, implausible: true },
    { name: "from nothing to nothing", before: 0, now: 0, explained: 0, implausible: false },
  ])("is implausible or not: $name", ({ before, now, explained, implausible }) => {
    expect(isImplausibleFall(before, now, { explained, maxShare: 0.3 })).toBe(implausible);
  });
});

describe("a reason for not being complete", () => {
  it.each([
    { reason: { code: "rowsMissing" } as const, text: INCOMPLETE_REASONS.rowsMissing },
    {
      reason: { code: "countMismatch", subject: "acr", repository: "cnf/nginx", detail: "2 of 3" } as const,
      text: `${INCOMPLETE_REASONS.countMismatch}: acr cnf/nginx: 2 of 3`,
    },
    {
      reason: { code: "queryFailed", detail: "429" } as const,
      text: `${INCOMPLETE_REASONS.queryFailed}: 429`,
    },
  ])("is told with what it is about: $text", ({ reason, text }) => {
    expect(describeReason(reason)).toBe(text);
  });
});

describe("a reason that a person may lift", () => {
  it("is the implausible fall alone: no word of a person proves what was not seen", () => {
    expect([...ACCEPTABLE_REASONS]).toEqual(["implausibleFall"]);
  });
});
