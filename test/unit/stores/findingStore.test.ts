import { beforeEach, describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { anObservedFinding, REGISTRY } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { SILENCE } from "../../../lib/telemetry.ts";

const [MONDAY, TUESDAY, WEDNESDAY] = ["2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z"] as const;
const OBSERVED: ObservedFinding = anObservedFinding();

let findings: FindingStore;
beforeEach(() => {
  findings = new FindingStore(new MemoryTables(), sha256Hex, SILENCE);
});

describe("findings", () => {
  it("open when they are observed, and come back by their id", async () => {
    const { finding, opened } = await findings.observe(OBSERVED, MONDAY);
    expect(opened).toBe(true);
    const about = { severity: "info", firstSeenAt: MONDAY, lastSeenAt: MONDAY, resolvedAt: undefined };
    expect(finding).toEqual({ id: finding.id, ...OBSERVED, ...about });
    expect(finding.id).toMatch(/^[0-9a-f]{24}$/);
    expect(await findings.find(finding.id)).toEqual(finding);
  });

  it.each(["", "0000", "f".repeat(24), "scopes", "../../x#?", sha256Hex(REGISTRY)])(
    "are not found by what is the id of none: %j",
    async (id) => {
      await findings.observe(OBSERVED, MONDAY);
      expect(await findings.find(id)).toBeUndefined();
    },
  );

  it("about no publisher and no store say so", async () => {
    const { finding } = await findings.observe(
      { kind: "clockSkew", subject: "s", scope: "service", evidence: [] },
      MONDAY,
    );
    expect(await findings.find(finding.id)).toEqual(finding);
    expect(finding).toMatchObject({ publisherId: undefined, storeId: undefined });
  });

  it("are refreshed when they are observed again, with new evidence and the first date", async () => {
    const first = await findings.observe(OBSERVED, MONDAY);
    const evidence = [{ text: "still", subject: "s", snapshotId: "20260303T010000Z", at: TUESDAY }];
    const again = await findings.observe({ ...OBSERVED, evidence }, TUESDAY);
    expect(again).toEqual({ opened: false, finding: { ...first.finding, lastSeenAt: TUESDAY, evidence } });
    expect(await collect(findings.list())).toEqual([again.finding]);
  });

  it("do not change when the same is observed twice in one night", async () => {
    const first = await findings.observe(OBSERVED, MONDAY);
    expect(await findings.observe(OBSERVED, MONDAY)).toEqual({ ...first, opened: false });
  });

  it.each([
    { name: "another subject", other: { subject: "acr/cnf/nginx@sha256:2" } },
    { name: "another kind", other: { kind: "blockedArtifact" } as const },
    { name: "another scope", other: { scope: "service" } },
  ])("are others with $name", async ({ other }) => {
    await findings.observe(OBSERVED, MONDAY);
    expect((await findings.observe({ ...OBSERVED, ...other }, MONDAY)).opened).toBe(true);
    expect(await collect(findings.list())).toHaveLength(2);
  });

  it("are listed sorted by id, over scopes and pages of the table", async () => {
    for (let index = 0; index < 40; index += 1)
      await findings.observe({ ...OBSERVED, subject: `subject ${index}`, scope: `scope ${index % 9}` }, MONDAY);
    const ids = (await collect(findings.list())).map(({ id }) => id);
    expect(ids).toHaveLength(40);
    expect(ids).toEqual(ids.toSorted());
  });

  it("open once where two observe the same at once", async () => {
    const both = await Promise.all([findings.observe(OBSERVED, MONDAY), findings.observe(OBSERVED, MONDAY)]);
    expect(both.filter(({ opened }) => opened)).toHaveLength(1);
  });
});

describe("the evidence of a finding", () => {
  const links = (count: number) => Array.from({ length: count }, (_, index) => ({ text: `link ${index}` }));

  it.each([
    { name: "all of fifty", evidence: links(50), kept: links(50) },
    {
      name: "the first of more, and how many more there are",
      evidence: links(60),
      kept: [...links(49), { text: "and 11 more" }],
    },
    { name: "nothing where there is none", evidence: [], kept: [] },
    {
      name: "the beginning of very long texts",
      evidence: [{ text: "t".repeat(3000), subject: "s".repeat(2001), at: MONDAY }],
      kept: [{ text: `${"t".repeat(1999)}…`, subject: `${"s".repeat(1999)}…`, at: MONDAY }],
    },
  ])("keeps $name", async ({ evidence, kept }) => {
    const subject = "s".repeat(3000);
    const { finding } = await findings.observe({ ...OBSERVED, subject, evidence }, MONDAY);
    expect((await findings.find(finding.id))?.evidence).toEqual(kept);
    expect((await findings.find(finding.id))?.subject).toBe(subject);
  });

  it("is cut in the same way when a whole scope is reconciled", async () => {
    await findings.reconcile(REGISTRY, { observed: [{ ...OBSERVED, evidence: links(60) }], at: MONDAY });
    expect((await collect(findings.list()))[0]?.evidence).toEqual([...links(49), { text: "and 11 more" }]);
  });
});

describe("pruning", () => {
  it("drops what was resolved before the date, and nothing that is open or was resolved since", async () => {
    const about = (subject: string): ObservedFinding => ({ ...OBSERVED, subject, scope: `scope ${subject}` });
    const kept = await Promise.all(
      ["open", "later", "at the date"].map(
        async (subject) => (await findings.observe(about(subject), MONDAY)).finding.id,
      ),
    );
    await findings.observe(about("before"), MONDAY);
    await findings.resolve("scope before", TUESDAY, () => true);
    await findings.resolve("scope at the date", WEDNESDAY, () => true);
    await findings.resolve("scope later", "2026-03-05T01:00:00Z", () => true);
    expect(await findings.prune(new Date(WEDNESDAY))).toMatchObject({ dropped: 1 });
    expect((await collect(findings.list())).map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
    expect(await findings.prune(new Date(WEDNESDAY))).toMatchObject({ dropped: 0 });
  });

  it("lets what was dropped open anew", async () => {
    await findings.observe(OBSERVED, MONDAY);
    await findings.resolve(REGISTRY, TUESDAY, () => true);
    expect(await findings.prune(new Date(WEDNESDAY))).toMatchObject({ dropped: 1 });
    expect((await findings.observe(OBSERVED, WEDNESDAY)).opened).toBe(true);
    expect(await collect(findings.list())).toMatchObject([{ firstSeenAt: WEDNESDAY }]);
  });
});

describe("resolving", () => {
  const resolveAll = (at: string): Promise<number> => findings.resolve(REGISTRY, at, () => true);

  it("ends what is over and was not observed again, once", async () => {
    const { finding } = await findings.observe(OBSERVED, MONDAY);
    expect(await resolveAll(TUESDAY)).toBe(1);
    expect(await findings.find(finding.id)).toEqual({ ...finding, resolvedAt: TUESDAY });
    expect(await resolveAll(WEDNESDAY)).toBe(0);
    expect((await findings.find(finding.id))?.resolvedAt).toBe(TUESDAY);
  });

  it.each([
    { name: "it was observed in the same night", at: TUESDAY, isOver: () => true },
    {
      name: "it was observed at the same instant in another notation",
      at: "2026-03-03T01:00:00.000Z",
      isOver: () => true,
    },
    { name: "it was observed later", at: MONDAY, isOver: () => true },
    { name: "it is not said to be over", at: WEDNESDAY, isOver: () => false },
  ])("leaves a finding open where $name", async ({ at, isOver }) => {
    const { finding } = await findings.observe(OBSERVED, TUESDAY);
    expect(await findings.resolve(REGISTRY, at, isOver)).toBe(0);
    expect(await findings.find(finding.id)).toEqual(finding);
  });

  it("stays within the scope", async () => {
    await findings.observe({ ...OBSERVED, scope: "service" }, MONDAY);
    expect(await resolveAll(TUESDAY)).toBe(0);
    expect((await collect(findings.list()))[0]?.resolvedAt).toBeUndefined();
    expect(await findings.resolve("service", TUESDAY, () => true)).toBe(1);
  });

  it("lets a finding open anew, with a new first date, when it is observed again", async () => {
    await findings.observe(OBSERVED, MONDAY);
    await resolveAll(TUESDAY);
    const { finding, opened } = await findings.observe(OBSERVED, WEDNESDAY);
    expect(opened).toBe(true);
    expect(finding).toMatchObject({ firstSeenAt: WEDNESDAY, resolvedAt: undefined });
  });
});
