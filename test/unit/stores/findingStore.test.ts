import { beforeEach, describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const [MONDAY, TUESDAY, WEDNESDAY] = ["2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z"] as const;
const OBSERVED: ObservedFinding = {
  kind: "decommissionedArtifact",
  subject: "acr/cnf/nginx@sha256:1",
  scope: "acr",
  evidence: ["the artifact manifest cnf is gone"],
};

describe("findings", () => {
  let findings: FindingStore;
  beforeEach(() => {
    findings = new FindingStore(new MemoryTables(), sha256Hex);
  });

  it("open when they are observed, and come back by their id", async () => {
    const { finding, opened } = await findings.observe(OBSERVED, MONDAY);
    expect(opened).toBe(true);
    const about = { severity: "info", firstSeenAt: MONDAY, lastSeenAt: MONDAY, resolvedAt: undefined };
    expect(finding).toEqual({ id: finding.id, ...OBSERVED, ...about });
    expect(await findings.find(finding.id)).toEqual(finding);
    expect(await findings.find("0000")).toBeUndefined();
  });

  it("are refreshed when they are observed again, with new evidence and the first date", async () => {
    const first = await findings.observe(OBSERVED, MONDAY);
    const again = await findings.observe({ ...OBSERVED, evidence: ["still"] }, TUESDAY);
    expect(again).toEqual({
      opened: false,
      finding: { ...first.finding, lastSeenAt: TUESDAY, evidence: ["still"] },
    });
    expect(await collect(findings.list())).toEqual([again.finding]);
  });

  it("do not change when the same is observed twice in one night", async () => {
    const first = await findings.observe(OBSERVED, MONDAY);
    expect(await findings.observe(OBSERVED, MONDAY)).toEqual({ ...first, opened: false });
  });

  it.each([
    { name: "another subject", other: { subject: "acr/cnf/nginx@sha256:2" } },
    { name: "another kind", other: { kind: "blockedArtifact" } as const },
  ])("are others with $name", async ({ other }) => {
    await findings.observe(OBSERVED, MONDAY);
    expect((await findings.observe({ ...OBSERVED, ...other }, MONDAY)).opened).toBe(true);
    expect(await collect(findings.list())).toHaveLength(2);
  });

  it("are resolved when they are over and were not observed again", async () => {
    const { finding } = await findings.observe(OBSERVED, MONDAY);
    const resolved = { ...finding, resolvedAt: TUESDAY };
    expect(await findings.resolve(TUESDAY, () => true)).toEqual([resolved]);
    expect(await findings.find(finding.id)).toEqual(resolved);
    expect(await findings.resolve(WEDNESDAY, () => true)).toEqual([]);
    expect((await findings.find(finding.id))?.resolvedAt).toBe(TUESDAY);
  });

  it("stay open where they were observed in the same night, or are not said to be over", async () => {
    await findings.observe(OBSERVED, TUESDAY);
    expect(await findings.resolve(TUESDAY, () => true)).toEqual([]);
    expect(await findings.resolve(WEDNESDAY, ({ scope }) => scope === "graph")).toEqual([]);
    expect((await collect(findings.list())).map(({ resolvedAt }) => resolvedAt)).toEqual([undefined]);
  });

  it("open anew, with a new first date, when they are observed after they were resolved", async () => {
    await findings.observe(OBSERVED, MONDAY);
    await findings.resolve(TUESDAY, () => true);
    const { finding, opened } = await findings.observe(OBSERVED, WEDNESDAY);
    expect(opened).toBe(true);
    expect(finding).toMatchObject({ firstSeenAt: WEDNESDAY, resolvedAt: undefined });
  });

  it("are listed sorted by id", async () => {
    for (let index = 0; index < 40; index += 1)
      await findings.observe({ ...OBSERVED, subject: `subject ${index}` }, MONDAY);
    const ids = (await collect(findings.list())).map(({ id }) => id);
    expect(ids).toHaveLength(40);
    expect(ids).toEqual(ids.toSorted());
  });

  it("keep the first of very many lines of evidence, and every letter of the subject", async () => {
    const evidence = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const subject = "s".repeat(3000);
    const { finding } = await findings.observe({ ...OBSERVED, subject, evidence }, MONDAY);
    expect(await findings.find(finding.id)).toMatchObject({ subject, evidence: evidence.slice(0, 50) });
  });

  it("open once where two observe the same at once", async () => {
    const both = await Promise.all([findings.observe(OBSERVED, MONDAY), findings.observe(OBSERVED, MONDAY)]);
    expect(both.filter(({ opened }) => opened)).toHaveLength(1);
  });
});
