import { describe, expect, it, test } from "@jest/globals";
import type { IncompleteReason } from "../../../lib/core/completeness.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import { listPartFindings, toStaleFinding } from "../../../lib/core/snapshotFindings.ts";
import { NOW, REGISTRY } from "../../fakes/builders.ts";
import { SIGHT, toPairs } from "../../fakes/graphBuilders.ts";

const UNREADABLE: IncompleteReason = { code: "subscriptionNotReadable", subject: "sub1" };
const FALL: IncompleteReason = { code: "implausibleFall", subject: "artifactManifest" };

const observe = (reasons: readonly IncompleteReason[], part: { name?: string; cut?: boolean } = {}) =>
  listPartFindings({ name: "graph", reasons, ...part }, SIGHT);

const textsOf = (findings: readonly ObservedFinding[], kind: ObservedFinding["kind"]): readonly string[] =>
  findings.filter((finding) => finding.kind === kind).flatMap(({ evidence }) => evidence.map(({ text }) => text));

describe("what a part of a snapshot tells", () => {
  test.each<{ name: string; reasons: readonly IncompleteReason[]; kinds: readonly string[] }>([
    { name: "nothing where it is complete", reasons: [], kinds: [] },
    { name: "that it is not complete", reasons: [{ code: "rowsMissing" }], kinds: ["incompleteSnapshot"] },
    { name: "that it fell", reasons: [FALL], kinds: ["implausibleSnapshot"] },
    {
      name: "both, and what is missing",
      reasons: [FALL, UNREADABLE],
      kinds: ["incompleteSnapshot", "implausibleSnapshot", "missingPermission"],
    },
    {
      name: "no missing permission where a text merely looks like a refusal",
      reasons: [{ code: "registryUnusable", detail: "registry: list failed (status 403)" }],
      kinds: ["incompleteSnapshot"],
    },
  ])("is $name", ({ reasons, kinds }) => {
    expect(toPairs(observe(reasons))).toEqual(kinds.map((kind) => [kind, "graph"]));
  });

  test.each<{ name: string; part: string; reason: IncompleteReason; role: RegExp }>([
    { name: "a subscription", part: "graph", reason: UNREADABLE, role: /Reader on every subscription/ },
    {
      name: "a query that ARM refused",
      part: "graph",
      reason: { code: "queryFailed", service: "ARM" },
      role: /Reader on every subscription/,
    },
    {
      name: "a registry that ARM refused to show",
      part: REGISTRY,
      reason: { code: "registryUnusable", service: "ARM" },
      role: /Reader on the registry/,
    },
    {
      name: "a registry that refused itself",
      part: REGISTRY,
      reason: { code: "registryUnusable", service: "registry" },
      role: /AcrPull on the registry.* firewall/,
    },
  ])("begins with the role that is missing for $name, and names no other", ({ part, reason, role }) => {
    const [first, ...reasons] = textsOf(observe([reason], { name: part }), "missingPermission");
    expect(first).toMatch(role);
    expect(reasons).toHaveLength(1);
  });

  it("names both roles where both refused", () => {
    const reasons: readonly IncompleteReason[] = [
      { code: "registryUnusable", service: "registry" },
      { code: "catalogueFailed", service: "ARM" },
    ];
    const texts = textsOf(observe(reasons, { name: REGISTRY }), "missingPermission");
    expect(texts.slice(0, 2)).toEqual([expect.stringMatching(/Reader/), expect.stringMatching(/AcrPull/)]);
  });

  it("keeps the role first, names some of very many reasons and says how many more there are", () => {
    const reasons = Array.from({ length: 100 }, (_, index) => ({ ...UNREADABLE, subject: `sub${index}` }));
    const texts = textsOf(observe(reasons, { cut: true }), "missingPermission");
    expect(texts[0]).toMatch(/^The observer needs Reader/);
    expect(texts.slice(-2)).toEqual(["and 80 more", "and others that were not kept"]);
    expect(texts.length).toBeLessThanOrEqual(50);
    expect(textsOf(observe(reasons), "missingPermission").at(-1)).toBe("and 80 more");
  });
});

describe("a view of the tenant", () => {
  const HOUR_MS = 3_600_000;
  const look = { now: new Date(NOW), maxAgeMs: 36 * HOUR_MS };

  test.each([
    { name: "is young enough at the limit", hours: 36, stale: false },
    { name: "is stale a second later", hours: 36 + 1 / 3600, stale: true },
  ])("$name", ({ hours, stale }) => {
    const readAt = new Date(Date.parse(NOW) - hours * HOUR_MS).toISOString();
    expect(toStaleFinding({ id: "s", readAt }, look)).toHaveLength(stale ? 1 : 0);
  });

  it("is stale where there never was one", () => {
    expect(toStaleFinding(undefined, look)).toMatchObject([{ kind: "staleSnapshot" }]);
  });
});
