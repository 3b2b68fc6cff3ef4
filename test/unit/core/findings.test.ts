import { describe, expect, it } from "@jest/globals";
import { describeLink, FINDING_KINDS, openFinding } from "../../../lib/core/findings.ts";
import type { Finding, ObservedFinding } from "../../../lib/core/findings.ts";
import { NOW } from "../../fakes/builders.ts";

const EARLIER = "2026-02-01T01:00:00Z";
const OBSERVED: ObservedFinding = {
  kind: "breakerTripped",
  subject: "acr",
  scope: "acr",
  evidence: [{ text: "600 deletions in 24 h are more than 500" }],
};

describe("a finding", () => {
  const fresh: Finding = {
    id: "id",
    ...OBSERVED,
    severity: "critical",
    publisherId: undefined,
    storeId: undefined,
    firstSeenAt: NOW,
    lastSeenAt: NOW,
    resolvedAt: undefined,
  };
  const stored: Finding = { ...fresh, firstSeenAt: EARLIER, lastSeenAt: EARLIER, evidence: [{ text: "old" }] };

  it("opens when it is observed first", () => {
    expect(openFinding("id", OBSERVED, { before: undefined, at: NOW })).toEqual(fresh);
  });

  it("stays open since it was first seen, with the newest evidence", () => {
    expect(openFinding("id", OBSERVED, { before: stored, at: NOW })).toEqual({ ...fresh, firstSeenAt: EARLIER });
  });

  it("opens anew where it had been resolved", () => {
    const resolved = { ...stored, resolvedAt: EARLIER };
    expect(openFinding("id", OBSERVED, { before: resolved, at: NOW })).toEqual(fresh);
  });

  it.each([
    { kind: "decommissionedArtifact", severity: "info" },
    { kind: "incompleteSnapshot", severity: "warning" },
    { kind: "purgeStopped", severity: "critical" },
  ] as const)("takes its severity from its kind: $kind is $severity", ({ kind, severity }) => {
    expect(openFinding("id", { ...OBSERVED, kind }, { before: undefined, at: NOW }).severity).toBe(severity);
  });

  it("says for every kind what would clear it", () => {
    for (const { clearedBy } of Object.values(FINDING_KINDS)) expect(clearedBy).toMatch(/^[A-Z].+\.$/);
  });

  it("says of an artifact that misses something to restore what is missing, not what needs it", () => {
    const { clearedBy } = FINDING_KINDS.damagedArtifact;
    expect(clearedBy).toContain("Restore each digest that the evidence names as deleted");
    expect(clearedBy).toContain("not with the one that needs it");
  });
});

describe("a link of a chain", () => {
  it.each([
    { name: "text alone", link: { text: "never seen" }, line: "never seen" },
    { name: "what it is about", link: { text: "state", subject: "Uploading" }, line: "state Uploading" },
    {
      name: "where and when it was seen",
      link: { text: "tag", subject: "v1", snapshotId: "20260301T010000Z", at: NOW },
      line: `tag v1 (snapshot 20260301T010000Z, ${NOW})`,
    },
  ])("reads as $name", ({ link, line }) => {
    expect(describeLink(link)).toBe(line);
  });
});
