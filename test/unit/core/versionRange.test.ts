import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { satisfies } from "semver";
import { fitsRange } from "../../../lib/core/versionRange.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

describe("a range fits", () => {
  it.each([
    { range: "2.1.3", version: "2.1.3" },
    { range: "v2.1.3", version: "2.1.3" },
    { range: " 2.1.3 ", version: "2.1.3" },
    { range: "~2.1.3", version: "2.1.9" },
    { range: "~>2.1.3", version: "2.1.9" },
    { range: "~> 2.1", version: "2.1.0" },
    { range: "^2.1.3", version: "2.9.0" },
    { range: "2.1", version: "2.1.7" },
    { range: "2.x", version: "2.7.0" },
    { range: "*", version: "0.0.1" },
    { range: "", version: "3.0.0" },
    { range: "1.2 - 1.4.5", version: "1.2.0" },
    { range: "1.2 - 1.4.5", version: "1.4.5" },
    { range: "1.2 - 1.4", version: "1.4.9" },
    { range: ">=1.2, <3", version: "2.9.9" },
    { range: ">=1.2,<3", version: "1.2.0" },
    { range: ">= 1.2 < 3.0", version: "2.0.0" },
    { range: "<=1.2", version: "1.2.9" },
    { range: "~1.2 || ^3.1", version: "3.4.0" },
    { range: ">=1.0.0", version: "1.2.0-beta.1" },
    { range: "~1.2.0", version: "1.2.4-rc.1" },
    { range: "1.2.3", version: "1.2.3+build.5" },
  ])("$version, written as $range", ({ range, version }) => {
    expect(fitsRange(range, version)).toBe(true);
  });

  it.each([
    { range: "2.1.3", version: "2.1.4" },
    { range: "~2.1.3", version: "2.2.0" },
    { range: "~2.1.3", version: "2.1.2" },
    { range: "~>2.1", version: "2.2.0" },
    { range: "^2.1.3", version: "3.0.0" },
    { range: "2.1", version: "2.2.0" },
    { range: "1.2 - 1.4.5", version: "1.4.6" },
    { range: ">=1.2, <3", version: "3.0.0" },
    { range: ">=1.2,<3", version: "1.1.9" },
    { range: "~1.2 || ^3.1", version: "2.0.0" },
    { range: "1.2.3", version: "1.2.3-beta" },
  ])("not $version, written as $range", ({ range, version }) => {
    expect(fitsRange(range, version)).toBe(false);
  });

  it.each([
    { name: "no range", range: undefined, version: "1.0.0" },
    { name: "an expression", range: "{deployParameters.range}", version: "1.0.0" },
    { name: "a plain name against a version", range: "latest", version: "1.0.0" },
    { name: "a plain name against itself", range: "latest", version: "latest" },
    { name: "a plain name against another", range: "latest", version: "stable" },
    { name: "an operator that only Helm knows", range: "!=1.0.0", version: "1.0.0" },
    { name: "one that only Helm knows beside others", range: ">=2, !=2.5.0", version: "1.0.0" },
    { name: "an operator in the other order", range: "=>2.0", version: "1.0.0" },
    { name: "one alternative that is not understood", range: "^2.0.0 || !=3", version: "1.0.0" },
    { name: "one alternative that nothing fits", range: "^2.0.0 || 1,3", version: "1.0.0" },
    { name: "a single bar", range: "1.x | 2.x", version: "2.0.0" },
    { name: "a range that nothing fits", range: "1,2", version: "1.2.0" },
    { name: "a version of two numbers", range: "~2.1.3", version: "1.0" },
    { name: "a version that is only nearly semver", range: "~2.1.3", version: "1.0.0alpha" },
    { name: "a version with a leading zero", range: "~2.1.3", version: "01.0.0" },
    { name: "a version whose build Helm writes with an underscore", range: "~2.1.3", version: "1.0.0_b1" },
    { name: "an endless version", range: "~2.1.3", version: `1.0.0-${"a".repeat(300)}` },
  ])("everything where it is not certain: $name", ({ range, version }) => {
    expect(fitsRange(range, version)).toBe(true);
  });

  const number = fc.integer({ min: 0, max: 3 });
  const version = fc
    .tuple(number, number, number, fc.constantFrom("", "-alpha", "-rc.1"))
    .map(([major, minor, patch, suffix]) => `${major}.${minor}.${patch}${suffix}`);
  const comparator = fc
    .tuple(fc.constantFrom("", "~", "~>", "^", ">=", "<", "<=", ">"), version)
    .map((parts) => parts.join(""));

  it("whatever semver itself says fits, joined by commas or by bars", () => {
    checkLaw(
      fc.property(fc.array(comparator, { minLength: 1, maxLength: 3 }), version, (comparators, candidate) => {
        if (satisfies(candidate, comparators.join(" ")))
          expect(fitsRange(comparators.join(", "), candidate)).toBe(true);
        if (satisfies(candidate, comparators.join("||")))
          expect(fitsRange(comparators.join("||"), candidate)).toBe(true);
      }),
      1000,
    );
  });

  it("never throws, and fits every text that is no version", () => {
    checkLaw(
      fc.property(fc.string(), fc.string(), (range, text) => {
        const fits = fitsRange(range, text);
        if (!/^[v=\s]*\d/.test(text)) expect(fits).toBe(true);
      }),
      1000,
    );
  });
});
