import { describe, expect, it } from "@jest/globals";
import { aLayout, aNight, aSnapshot, DIGEST } from "./aSimulation.fixture.ts";
import { describeNight, describeNightHeader } from "./describeNight.ts";

const deletion = { registry: "acr", repository: "amf-1-0-0/amf", digest: DIGEST };

describe("describeNight", () => {
  it("is one row for a quiet night, under its header", () => {
    expect([describeNightHeader(aLayout(80)), describeNight(aNight(), aLayout(80))]).toEqual([
      "night day        snapshot   found solved sighted marked spared deleted     freed",
      "    1 Mon 02 Mar complete       -      -       -      -      -       -         -",
    ]);
  });

  it("counts what was found, marked, spared and deleted", () => {
    const night = aNight({
      findings: { opened: ["a", "b"], resolved: ["c"], open: {} },
      marks: { sighted: 3, marked: 4, added: [], cleared: [], spared: [{ artifact: "x", reasons: [] }] },
      deletions: [deletion, deletion],
      freedBytes: { acr: 1024 * 1024, other: 1024 * 512 },
    });
    expect(describeNight(night, aLayout(80))).toBe(
      "    1 Mon 02 Mar complete       2      1       3      4      1       2   1.5 MiB",
    );
  });

  it("tells the day in order, with the doubt at the time of the snapshot", () => {
    const night = aNight({
      snapshot: aSnapshot({ complete: false, reasons: ["catalogueFailed · registries/acr"] }),
      events: [
        { at: "2026-03-02T00:30:00Z", type: "fault", note: "The catalogue fails" },
        { at: "2026-03-02T09:00:00Z", type: "push", note: "A build" },
      ],
    });
    expect(
      describeNight(night, aLayout(100))
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual([
      expect.stringContaining("INCOMPLETE"),
      "00:30 The catalogue fails (fault)",
      "not proven: the list of repositories could not be read to its end: registries/acr",
      "09:00 A build (push)",
    ]);
  });

  it("shows three kinds of reasons, and how many more there are", () => {
    const codes = ["rowsMissing", "resultTruncated", "tenantLimitHit", "queryFailed", "rowUnreadable"];
    const text = describeNight(aNight({ snapshot: aSnapshot({ complete: false, reasons: codes }) }), aLayout());
    expect(text.match(/not proven:/g)).toHaveLength(4);
    expect(text).toContain("+2 more kinds of reasons");
  });

  it("shows the errors of runs, and says that there was no snapshot", () => {
    const runs = [{ id: "r1", at: "2026-03-02T01:00:00Z", state: "failed", results: {}, errors: ["acr: 503"] }];
    const text = describeNight(aNight({ runs, snapshot: undefined }), aLayout());
    expect(text).toMatch(/Mon 02 Mar none /);
    expect(text).toContain("r1: acr: 503");
  });

  it("has no line longer than the screen, whatever is answered", () => {
    const answer = `The resource '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridNetwork/publishers/p/artifactStores/s/artifactManifests/m' ${"is needed ".repeat(50)}`;
    const night = aNight({
      events: [{ at: "2026-03-02T09:00:00Z", type: "deleteResource", note: "n".repeat(300), answer }],
    });
    const lines = describeNight(night, aLayout(80)).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines.join("\n")).toContain("answer: The resource 'artifactManifests/m' is needed");
  });
});
