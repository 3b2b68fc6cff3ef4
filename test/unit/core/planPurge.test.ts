import { describe, expect, it } from "@jest/globals";
import { HOUR_MS } from "../../../lib/core/duration.ts";
import type { Mark } from "../../../lib/core/marks.ts";
import { decideWaiting, planRepository } from "../../../lib/core/planPurge.ts";
import type { DuePolicy } from "../../../lib/core/planPurge.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { aDuePolicy, aNode, aMark, digest, NOW, tagged } from "../../fakes/builders.ts";

const now = Date.parse(NOW);

describe("a mark", () => {
  it("is due past its deadline", () => {
    expect(decideWaiting(aMark(), aDuePolicy())).toBeUndefined();
  });

  interface Guard {
    readonly name: string;
    readonly mark?: Partial<Mark>;
    readonly policy?: Partial<DuePolicy>;
    /** What makes the same mark due. */
    readonly control: { readonly mark?: Partial<Mark>; readonly policy?: Partial<DuePolicy> };
    readonly waiting: object;
  }

  it.each<Guard>([
    {
      name: "it was sighted once",
      mark: { clockStartedAt: undefined, deadline: undefined },
      control: {},
      waiting: { why: "sightedOnce", until: undefined },
    },
    {
      name: "its grace window is open for another second",
      mark: { deadline: "2026-03-02T01:00:01Z" },
      control: { mark: { deadline: NOW } },
      waiting: { why: "inGrace", until: "2026-03-02T01:00:01Z" },
    },
    {
      name: "its deadline cannot be read",
      mark: { deadline: "soon" },
      control: {},
      waiting: { why: "inGrace", until: "soon" },
    },
    {
      name: "the grace window that began with enforce is open for another second",
      policy: { enforceDeadline: now + 1000 },
      control: { policy: { enforceDeadline: now } },
      waiting: { why: "inGraceOfEnforce", until: "2026-03-02T01:00:01Z" },
    },
    {
      name: "the grace of its store was made longer since it was last confirmed",
      policy: { graceMs: 15 * 24 * HOUR_MS + 1000 },
      control: { policy: { graceMs: 15 * 24 * HOUR_MS } },
      waiting: { why: "inGrace", until: "2026-03-02T01:00:01Z" },
    },
    {
      name: "it was pushed within a day",
      mark: { pushedAt: "2026-03-01T01:00:01Z" },
      control: { mark: { pushedAt: "2026-03-01T01:00:00Z" } },
      waiting: { why: "pushedRecently", until: "2026-03-02T01:00:01Z" },
    },
    {
      name: "its last confirmation is too old",
      policy: { maxAgeMs: 24 * HOUR_MS - 1 },
      control: { policy: { maxAgeMs: 24 * HOUR_MS } },
      waiting: { why: "notConfirmedRecently", until: undefined },
    },
    {
      name: "its last confirmation cannot be read",
      mark: { lastConfirmedAt: "" },
      control: {},
      waiting: { why: "notConfirmedRecently", until: undefined },
    },
    {
      name: "it is, or may be, one of the versions that its store keeps",
      policy: { isLastVersion: () => true },
      control: { policy: { isLastVersion: ({ digest }) => digest !== aMark().digest } },
      waiting: { why: "keptAsLastVersion", until: undefined },
    },
    {
      name: "it is superseded and its store did not opt in",
      mark: { class: "superseded" },
      control: { mark: { class: "superseded" }, policy: { purgeSuperseded: true } },
      waiting: { why: "supersededNotOptedIn", until: undefined },
    },
  ])("waits where $name, and is due without that", ({ mark, policy, control, waiting }) => {
    expect(decideWaiting(aMark(mark), aDuePolicy(policy))).toEqual(waiting);
    expect(decideWaiting(aMark(control.mark), aDuePolicy(control.policy))).toBeUndefined();
  });

  it("is refused, and so is never due, where its push time cannot be read", () => {
    expect(() => decideWaiting(aMark({ pushedAt: "" }), aDuePolicy())).toThrow(RangeError);
  });

  it("waits where its store is not enrolled", () => {
    expect(decideWaiting(aMark(), undefined)).toEqual({ why: "storeNotEnrolled", until: undefined });
  });
});

const [A, B, C, D, E] = [digest(1), digest(2), digest(3), digest(4), digest(5)] as const;

const plan = (manifests: readonly RegistryManifest[], due: readonly string[]) =>
  planRepository(
    "cnf/nginx",
    manifests,
    due.map((name) => aMark({ digest: name })),
  );

const digestsOf = (items: readonly { readonly digest: string }[]): readonly string[] =>
  items.map(({ digest }) => digest);

describe("the plan of a repository", () => {
  it("names what is needed to check each item again before it goes", () => {
    expect(plan([aNode(A, { lastTags: ["1.0"] })], [A])).toEqual({
      items: [
        {
          repository: "cnf/nginx",
          digest: A,
          class: "decommissioned",
          storeId: aMark().storeId,
          artifactManifestId: aMark().artifactManifestId,
          pushedAt: aMark().pushedAt,
          storeCreatedAt: aMark().storeCreatedAt,
          deadline: aMark().deadline,
          size: 1000,
          freedBytes: 0,
          lastTags: ["1.0"],
          how: "delete",
          cascadedFrom: undefined,
          after: [],
        },
      ],
      waiting: [],
    });
  });

  it.each([
    { name: "tagged again", manifests: [aNode(A, { tags: tagged("1.0") })] },
    { name: "not there any more", manifests: [] },
  ])("leaves out what is $name", ({ manifests }) => {
    expect(plan(manifests, [A])).toEqual({
      items: [],
      waiting: [{ repository: "cnf/nginx", digest: A, why: "notListed", until: undefined }],
    });
  });

  it.each([
    { name: "a child of a tagged index", manifests: [aNode(A), aNode(B, { tags: tagged("1"), children: [A] })] },
    { name: "a child of an index that is not due", manifests: [aNode(A), aNode(B, { children: [A] })] },
    { name: "a referrer of a tagged subject", manifests: [aNode(A, { subject: B }), aNode(B, { tags: tagged("1") })] },
    { name: "a referrer of a subject that is not due", manifests: [aNode(A, { subject: B }), aNode(B)] },
    { name: "a subject of a referrer that is not due", manifests: [aNode(A), aNode(B, { subject: A })] },
  ])("leaves out $name", ({ manifests }) => {
    expect(plan(manifests, [A])).toMatchObject({ items: [], waiting: [{ digest: A, why: "protected" }] });
  });

  it("sorts what waits by digest", () => {
    const manifests = [aNode(A), aNode(B), aNode(E, { tags: tagged("1.0"), children: [A, B] })];
    expect(digestsOf(plan(manifests, [D, B, C, A]).waiting)).toEqual([A, B, C, D]);
  });

  it("puts each parent before its children, at any depth, and otherwise sorts by digest", () => {
    const manifests = [aNode(A), aNode(B), aNode(C, { children: [A] }), aNode(D, { children: [C, B] }), aNode(E)];
    const { items } = plan(manifests, [A, B, C, D, E]);
    expect(digestsOf(items)).toEqual([D, C, A, B, E]);
    expect(items.map(({ digest, after }) => [digest, after])).toEqual([
      [D, []],
      [C, [D]],
      [A, [C]],
      [B, [D]],
      [E, []],
    ]);
  });

  it("lets a child wait for every parent that goes", () => {
    const manifests = [aNode(A), aNode(B, { children: [A] }), aNode(C, { children: [A] })];
    expect(plan(manifests, [A, C, B]).items.at(-1)).toMatchObject({ digest: A, after: [B, C] });
  });

  it("leaves referrers to the cascade of the outermost subject that goes", () => {
    const manifests = [aNode(A, { subject: B }), aNode(B, { subject: C }), aNode(C)];
    expect(plan(manifests, [A, B, C]).items).toMatchObject([
      { digest: C, how: "delete", cascadedFrom: undefined, after: [] },
      { digest: A, how: "cascade", cascadedFrom: C, after: [C] },
      { digest: B, how: "cascade", cascadedFrom: C, after: [C] },
    ]);
  });

  it("deletes an orphan referrer by itself", () => {
    expect(plan([aNode(A, { subject: B })], [A]).items).toMatchObject([{ digest: A, how: "delete", after: [] }]);
  });

  it("lets a subject wait for the indexes that contain what its delete takes along", () => {
    const manifests = [aNode(A), aNode(B, { subject: A }), aNode(C, { children: [B] })];
    expect(plan(manifests, [A, B, C]).items).toMatchObject([
      { digest: C, how: "delete", after: [] },
      { digest: A, how: "delete", after: [C] },
      { digest: B, how: "cascade", cascadedFrom: A, after: [A] },
    ]);
  });

  it.each([
    { name: "indexes that contain each other", manifests: [aNode(A, { children: [B] }), aNode(B, { children: [A] })] },
    { name: "subjects that refer to each other", manifests: [aNode(A, { subject: B }), aNode(B, { subject: A })] },
    { name: "an index that contains its own subject", manifests: [aNode(A), aNode(B, { subject: A, children: [A] })] },
  ])("ends for $name", ({ manifests }) => {
    expect(digestsOf(plan(manifests, [A, B]).items).toSorted()).toEqual([A, B]);
  });

  it("deletes the children of a cascaded index after its subject", () => {
    const manifests = [aNode(A), aNode(B, { subject: C, children: [A] }), aNode(C)];
    expect(plan(manifests, [A, B, C]).items).toMatchObject([
      { digest: C, how: "delete" },
      { digest: B, how: "cascade", after: [C] },
      { digest: A, how: "delete", after: [B] },
    ]);
  });
});
