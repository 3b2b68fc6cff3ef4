import { describe, expect, it, test } from "@jest/globals";
import type { RestoreView } from "../../../lib/core/planRestore.ts";
import { planRestore } from "../../../lib/core/planRestore.ts";
import type { Edges } from "../../../lib/core/registryManifest.ts";
import { listConcerned, listReach } from "../../../lib/core/restoreReach.ts";

const edges = (more: Partial<Edges> = {}): Edges => ({
  understood: true,
  children: [],
  subject: undefined,
  layers: [],
  ...more,
});
const layers = (...digests: readonly string[]) => digests.map((digest) => ({ digest, size: 1 }));

/** An index of two images, one of them signed, and the signature of the index with a countersignature. */
const EDGES: Readonly<Record<string, Edges>> = {
  index: edges({ children: ["amd64", "arm64"] }),
  amd64: edges({ layers: layers("layer a", "base") }),
  arm64: edges({ layers: layers("layer b", "base") }),
  signature: edges({ subject: "index", layers: layers("layer s") }),
  countersignature: edges({ subject: "signature", layers: layers("layer c") }),
  "signature of amd64": edges({ subject: "amd64", layers: layers("layer s") }),
};
const BLOBS = ["base", "layer a", "layer b", "layer c", "layer s"];

interface Given {
  readonly goals?: readonly string[];
  readonly tags?: readonly string[];
  readonly present?: Readonly<Record<string, readonly string[]>>;
  /** Where tags stand, beside those of `present`. */
  readonly tagged?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly kept?: Readonly<Record<string, Edges | undefined>>;
}

function aView({
  goals = ["index"],
  tags = [],
  present = {},
  tagged = {},
  without = [],
  kept = {},
}: Given): RestoreView {
  const all = Object.entries({ ...EDGES, ...kept });
  return {
    goals,
    tags: tags.map((tag) => ({ digest: goals[0] ?? "", tag })),
    present: new Set(Object.keys(present)),
    tagged: new Map([
      ...Object.entries(tagged),
      ...Object.entries(present).flatMap(([digest, names]) => names.map((name) => [name, digest] as const)),
    ]),
    edges: new Map(all.flatMap(([digest, of]) => (of ? [[digest, of] as const] : []))),
    blobs: new Set(BLOBS.filter((blob) => !without.includes(blob))),
  };
}

const stepsOf = (given: Given): readonly string[] =>
  planRestore(aView(given)).steps.map((step) =>
    step.do === "put" ? `${step.digest} (${step.because})` : `${step.digest}:${step.tag}`,
  );
const refusedOf = (given: Given) => planRestore(aView(given)).refused;
const gapsOf = (given: Given) => planRestore(aView(given)).gaps;

const FAMILY = ["amd64 (child)", "arm64 (child)", "index (asked)"];
const SIGNATURES = ["signature of amd64 (referrer)", "signature (referrer)", "countersignature (referrer)"];

describe("the plan of a restore", () => {
  it("puts the children, the index, the tags and then the referrers", () => {
    const steps = stepsOf({ tags: ["2.0", "1.0"] });
    expect(steps.slice(0, 5)).toEqual([...FAMILY, "index:1.0", "index:2.0"]);
    expect(steps.slice(5).toSorted()).toEqual(SIGNATURES.toSorted());
    expect(steps.indexOf("signature (referrer)")).toBeLessThan(steps.indexOf("countersignature (referrer)"));
    expect(refusedOf({ tags: ["1.0"] })).toEqual([]);
  });

  it("puts a child alone where only that is asked for", () => {
    expect(stepsOf({ goals: ["amd64"] })).toEqual(["amd64 (asked)", "signature of amd64 (referrer)"]);
  });

  it("says of what is asked for that it was, also where it hangs on something else that was", () => {
    expect(stepsOf({ goals: ["index", "amd64"] }).slice(0, 3)).toEqual([
      "amd64 (asked)",
      "arm64 (child)",
      "index (asked)",
    ]);
  });

  it("leaves out what is there, and goes on where an earlier one ended", () => {
    const present = { amd64: [], arm64: [], index: ["1.0"], signature: [], "signature of amd64": [] };
    expect(stepsOf({ present, tags: ["1.0"] })).toEqual(["countersignature (referrer)"]);
    expect(stepsOf({ present: { amd64: [] } }).slice(0, 2)).toEqual(["arm64 (child)", "index (asked)"]);
  });

  it("puts back a child that an index misses which is there", () => {
    expect(stepsOf({ present: { index: ["1.0"], amd64: [] } })[0]).toBe("arm64 (child)");
  });

  it("only tags what is there, whatever is known of its bytes", () => {
    expect(stepsOf({ goals: ["other"], present: { other: [] }, tags: ["1.0"] })).toEqual(["other:1.0"]);
  });
});

describe("a restore that cannot be", () => {
  test.each<{ name: string; given: Given; refused: unknown }>([
    {
      name: "a layer of a child is gone",
      given: { without: ["layer b"] },
      refused: [
        { digest: "arm64", why: "layersGone", missing: ["layer b"] },
        { digest: "index", why: "childrenMissing", missing: ["arm64"] },
      ],
    },
    {
      name: "a layer of all children is gone",
      given: { without: ["base"] },
      refused: [
        { digest: "amd64", why: "layersGone", missing: ["base"] },
        { digest: "arm64", why: "layersGone", missing: ["base"] },
        { digest: "index", why: "childrenMissing", missing: ["amd64", "arm64"] },
      ],
    },
    {
      name: "the journal kept nothing of a child",
      given: { kept: { amd64: undefined } },
      refused: [
        { digest: "amd64", why: "notKept" },
        { digest: "index", why: "childrenMissing", missing: ["amd64"] },
      ],
    },
    {
      name: "the journal kept nothing of it",
      given: { kept: { index: undefined } },
      refused: [{ digest: "index", why: "notKept" }],
    },
    {
      name: "its type is not understood",
      given: { kept: { index: edges({ understood: false }) } },
      refused: [{ digest: "index", why: "notUnderstood" }],
    },
    {
      name: "its tag stands on something else",
      given: { tags: ["1.0"], tagged: { "1.0": "other" } },
      refused: [{ digest: "index", why: "tagTaken", tag: "1.0" }],
    },
  ])("puts nothing at all where $name", ({ given, refused }) => {
    expect(stepsOf(given)).toEqual([]);
    expect(refusedOf(given)).toEqual(refused);
  });

  it("does not stop another goal, nor what both need", () => {
    expect(stepsOf({ goals: ["index", "amd64"], without: ["layer b"] })).toEqual([
      "amd64 (asked)",
      "signature of amd64 (referrer)",
    ]);
  });

  it("of a referrer leaves it out with those that refer to it, and nothing else", () => {
    const given = { without: ["layer s"] };
    expect(stepsOf(given)).toEqual(FAMILY);
    expect(refusedOf(given).map(({ digest }) => digest)).toEqual(["signature", "signature of amd64"]);
  });

  it("puts nothing of a referrer that is an index without its children", () => {
    const kept = { attestations: edges({ subject: "index", children: ["one", "two"] }), one: edges() };
    expect(stepsOf({ kept })).not.toContain("one (referrer)");
    const complete = { ...kept, two: edges() };
    const steps = stepsOf({ kept: complete });
    expect(steps.filter((step) => /one|two|attestations/.test(step))).toEqual([
      "one (referrer)",
      "two (referrer)",
      "attestations (referrer)",
    ]);
  });
});

/** All that there is, present and untagged. */
const ALL = Object.fromEntries(Object.keys(EDGES).map((digest) => [digest, []]));
const without = (...digests: readonly string[]) =>
  Object.fromEntries(Object.entries(ALL).filter(([digest]) => !digests.includes(digest)));

describe("what is there and not known to be whole", () => {
  it("is nothing where all that is needed is there, or put", () => {
    expect(gapsOf({})).toEqual([]);
    expect(gapsOf({ present: ALL })).toEqual([]);
    expect(gapsOf({ goals: ["countersignature"], present: without("arm64") })).not.toEqual([]);
    expect(gapsOf({ goals: ["countersignature"], present: ALL })).toEqual([]);
  });

  it.each([
    { name: "the subject", goals: ["signature"], present: without("index", "signature"), missing: "index" },
    { name: "the subject of its subject", goals: ["countersignature"], present: without("index"), missing: "index" },
    { name: "a child of its subject", goals: ["signature"], present: without("arm64"), missing: "arm64" },
  ])("is $name, which nobody asked for", ({ goals, present, missing }) => {
    expect(gapsOf({ goals, present })).toEqual([{ digest: missing, why: "missing", neededBy: expect.any(String) }]);
    expect(stepsOf({ goals, present }).filter((step) => step.startsWith(missing))).toEqual([]);
  });

  it("is no child that is put, nor one that is refused: that is told already", () => {
    expect(gapsOf({ present: without("arm64") })).toEqual([]);
    const given = { present: without("arm64"), without: ["layer b"] };
    expect(gapsOf(given)).toEqual([]);
    expect(refusedOf(given).map(({ digest }) => digest)).toEqual(["arm64"]);
  });

  it("is what is there of unknown needs, at any depth", () => {
    expect(gapsOf({ present: ALL, kept: { index: undefined } })).toEqual([{ digest: "index", why: "notRead" }]);
    const kept = { amd64: edges({ understood: false }), arm64: undefined };
    expect(gapsOf({ present: ALL, kept })).toEqual([
      { digest: "amd64", why: "notUnderstood" },
      { digest: "arm64", why: "notRead" },
    ]);
  });
});

describe("what a restore reaches", () => {
  it("concerns also what any of it needs", () => {
    expect(listReach(aView({ goals: ["signature"] }))).toEqual(["countersignature", "signature"]);
    expect(listConcerned(aView({ goals: ["signature"] }))).toEqual([
      "amd64",
      "arm64",
      "countersignature",
      "index",
      "signature",
    ]);
  });

  it("is what is asked for, what that holds, and what refers to any of it", () => {
    expect(listReach(aView({}))).toEqual(Object.keys(EDGES).toSorted());
    expect(listReach(aView({ goals: ["amd64"] }))).toEqual(["amd64", "signature of amd64"]);
    expect(listReach(aView({ goals: ["unknown"] }))).toEqual(["unknown"]);
  });
});
