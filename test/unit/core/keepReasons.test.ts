import { describe, expect, it } from "@jest/globals";
import { isSeen, KEEP_REASONS, sortReasons } from "../../../lib/core/keepReasons.ts";

describe("reasons to keep", () => {
  it("are sorted by code and object, and told once", () => {
    const reasons = [
      { code: "tagged" },
      { code: "child", by: "b" },
      { code: "child", by: "a" },
      { code: "tagged" },
    ] as const;
    expect(sortReasons(reasons)).toEqual([{ code: "child", by: "a" }, { code: "child", by: "b" }, { code: "tagged" }]);
    expect(sortReasons(reasons.toReversed())).toEqual(sortReasons(reasons));
  });

  it("rest on something that was seen, but for those that rest on an absence", () => {
    const absences = [
      "artifactManifestUnconfirmed",
      "notListed",
      "repositoryIncomplete",
      "storeUnknown",
      "unattributed",
    ] as const;
    for (const code of absences) expect(isSeen({ code })).toBe(false);
    expect(Object.values(KEEP_REASONS).filter(({ seen }) => !seen)).toHaveLength(absences.length);
  });
});
