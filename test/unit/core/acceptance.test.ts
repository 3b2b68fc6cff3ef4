import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import type { AcceptablePart } from "../../../lib/core/acceptance.ts";
import { acceptReasons, describeStanding, listUnnamed } from "../../../lib/core/acceptance.ts";
import type { IncompleteCode, IncompleteReason } from "../../../lib/core/completeness.ts";
import { INCOMPLETE_REASONS } from "../../../lib/core/completeness.ts";
import { NOW } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

const isCode = (code: string): code is IncompleteCode => Object.hasOwn(INCOMPLETE_REASONS, code);
const CODES = Object.keys(INCOMPLETE_REASONS).filter(isCode);
const FALL: IncompleteReason = { code: "implausibleFall", subject: "artifactManifest" };
const HIDDEN: IncompleteReason = { code: "subscriptionNotVisible", subject: "sub1" };
const OTHER: IncompleteReason = { code: "subscriptionNotVisible", subject: "sub2" };
const LISTING: IncompleteReason = { code: "listingFailed", repository: "cnf/nginx" };
const WORD = { by: "ann", why: "release 1 was withdrawn", at: NOW, goneSubscriptions: [] };

function aPart(reasons: readonly IncompleteReason[]): AcceptablePart {
  return { complete: false, reasons, subscriptions: ["sub1", "sub2"], accepted: [] };
}

/** As many reasons as a part keeps. */
const MANY = Array.from({ length: 100 }, (_, index) => ({ ...HIDDEN, subject: `sub${index}` }));

describe("an acceptance", () => {
  test.each([
    { name: "a fall alone", reasons: [FALL], gone: [], left: [], complete: true },
    {
      name: "a fall beside a repository's own reason",
      reasons: [FALL, LISTING],
      gone: [],
      left: [LISTING],
      complete: true,
    },
    { name: "a fall beside a hidden subscription", reasons: [FALL, HIDDEN], gone: [], left: [HIDDEN], complete: false },
    { name: "a subscription that it names", reasons: [HIDDEN], gone: ["sub1"], left: [], complete: true },
    { name: "one of two subscriptions", reasons: [HIDDEN, OTHER], gone: ["sub1"], left: [OTHER], complete: false },
  ])("lifts $name, and no more", ({ reasons, gone, left, complete }) => {
    const part = acceptReasons(aPart(reasons), { ...WORD, goneSubscriptions: gone });
    expect(part).toMatchObject({ reasons: left, complete });
    expect(part?.accepted).toEqual([
      { by: "ann", why: WORD.why, at: NOW, reasons: reasons.filter((reason) => !left.includes(reason)) },
    ]);
  });

  it("drops a subscription that is gone for good from what the next snapshot must see", () => {
    const part = acceptReasons(aPart([HIDDEN]), { ...WORD, goneSubscriptions: ["sub1"] });
    expect(part?.subscriptions).toEqual(["sub2"]);
  });

  it("changes nothing where it was given before", () => {
    const part = acceptReasons(aPart([FALL]), WORD);
    expect(part && acceptReasons(part, WORD)).toBeUndefined();
  });

  const LASTING = CODES.filter((code) => code !== "implausibleFall" && code !== "catalogueRefused");

  it("keeps, beside what it lifts, that the catalogue may not be read: the part is complete with it", () => {
    const reason: IncompleteReason = { code: "catalogueRefused", subject: "something" };
    expect(acceptReasons(aPart([reason, FALL]), WORD)).toMatchObject({ complete: true, reasons: [reason] });
  });

  test.each(LASTING)("never lifts %s", (code) => {
    const reason: IncompleteReason = { code, subject: "something" };
    expect(acceptReasons(aPart([reason]), WORD)).toBeUndefined();
    expect(acceptReasons(aPart([reason, FALL]), WORD)).toMatchObject({ complete: false, reasons: [reason] });
  });

  it("does not call a part complete whose list of reasons was cut where a covering one may be missing", () => {
    const gone = MANY.map(({ subject }) => subject);
    expect(acceptReasons(aPart(MANY), { ...WORD, goneSubscriptions: gone })).toMatchObject({
      complete: false,
      reasons: [],
    });
    const whole = MANY.slice(1);
    expect(acceptReasons(aPart(whole), { ...WORD, goneSubscriptions: gone })).toMatchObject({ complete: true });
    const repositories = [FALL, ...Array.from({ length: 99 }, () => LISTING)];
    expect(acceptReasons(aPart(repositories), WORD)).toMatchObject({ complete: true });
  });

  test.each([
    { name: "that remembers it was cut", part: { ...aPart(MANY), cut: true } },
    { name: "of an earlier version, which may have been cut", part: aPart(MANY) },
  ])("never completes a part $name, in one step or in two", ({ part }) => {
    const [first, second] = [MANY.slice(0, 50), MANY.slice(50)].map((half) => half.map(({ subject }) => subject));
    const once = acceptReasons(part, { ...WORD, goneSubscriptions: first ?? [] });
    const twice = once && acceptReasons(once, { ...WORD, goneSubscriptions: second ?? [] });
    expect(twice).toMatchObject({ complete: false, reasons: [], cut: true });
  });

  it("completes a part that was not cut in two steps", () => {
    const [first, second, ...none] = [MANY.slice(0, 50), MANY.slice(50, 99)];
    expect(none).toEqual([]);
    const name = (half: readonly IncompleteReason[] = []) => half.flatMap(({ subject }) => subject ?? []);
    const once = acceptReasons(aPart(MANY.slice(0, 99)), { ...WORD, goneSubscriptions: name(first) });
    expect(once && acceptReasons(once, { ...WORD, goneSubscriptions: name(second) })).toMatchObject({ complete: true });
  });

  it("never makes a part complete while a reason that covers it stands", () => {
    const reason = fc
      .record({ code: fc.constantFrom(...CODES), subject: fc.constantFrom("sub1", "sub2"), ofOne: fc.boolean() })
      .map(({ ofOne, ...rest }): IncompleteReason => (ofOne ? { ...rest, repository: "a" } : rest));
    checkLaw(
      fc.property(fc.array(reason), fc.subarray(["sub1", "sub2"]), (reasons, goneSubscriptions) => {
        const part = acceptReasons(aPart(reasons), { ...WORD, goneSubscriptions });
        if (!part?.complete) return;
        // A refused catalogue covers only the repositories that nothing names.
        const covering = part.reasons.filter((one) => one.repository === undefined && one.code !== "catalogueRefused");
        expect(covering).toEqual([]);
        expect([...part.reasons, ...part.accepted.flatMap((word) => word.reasons)]).toHaveLength(reasons.length);
      }),
    );
  });

  it("knows the subscriptions that no part misses, also after they were lifted", () => {
    const lifted = acceptReasons(aPart([HIDDEN]), { ...WORD, goneSubscriptions: ["sub1"] });
    expect(listUnnamed([aPart([HIDDEN])], ["sub1", "sub3"])).toEqual(["sub3"]);
    expect(listUnnamed(lifted ? [lifted] : [], ["sub1", "sub2"])).toEqual(["sub2"]);
  });

  it("tells of each reason that stands what would end it", () => {
    expect(describeStanding(HIDDEN)).toContain("goneSubscriptions");
    expect(describeStanding(LISTING)).toContain("remove its cause");
  });
});
