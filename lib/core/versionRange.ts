import { minVersion, parse, satisfies, validRange } from "semver";

/**
 * Whether a chart's version may be meant by a range of Helm; where that is not certain, it is. So a range or version that is
 * no semver fits everything, also a plain name such as `latest` against `stable`: how AOSM resolves such a range is not
 * documented, and a wrong "fits" keeps an artifact where a wrong "does not fit" deletes it.
 */
export function fitsRange(range: string | undefined, version: string): boolean {
  if (range === undefined || range.trim() === version.trim()) return true;
  // Each by itself: one that is not understood must not hide behind another that is.
  return parse(version) === null || range.split("||").some((alternative) => fitsAlternative(alternative, version));
}

/**
 * Helm (Masterminds/semver) writes "and" also as a comma. What else it knows and node-semver does not (`!=1.2`, `=>1.2`) fits
 * everything, and so does a range that nothing can fit, such as `1,2`: it must mean something else. Helm leaves prereleases
 * out unless the range names one; here they fit.
 */
function fitsAlternative(alternative: string, version: string): boolean {
  const range = alternative.replaceAll(",", " ");
  if (validRange(range, OPTIONS) === null || minVersion(range) === null) return true;
  return satisfies(version, range, OPTIONS);
}

/** Not `loose`, which drops what it does not understand: strictly, that is no range and fits everything. */
const OPTIONS = { includePrerelease: true };
