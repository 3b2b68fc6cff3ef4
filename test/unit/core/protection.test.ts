import { describe, expect, it } from "@jest/globals";
import { decideStays } from "../../../lib/core/protection.ts";
import type { Edges, RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { aManifest, digest, edgeTag, someEdges, tagged } from "../../fakes/builders.ts";

const [A, B, C, D, E, GONE] = [1, 2, 3, 4, 5, 99].map(digest) as [string, string, string, string, string, string];

type Given = Partial<Omit<RegistryManifest, "edges">> & Partial<Pick<Edges, "children" | "subject">>;

/** A registry manifest with the edges that are given. */
function node(name: string, { children = [], subject, ...manifest }: Given = {}): RegistryManifest {
  return aManifest({ digest: name, edges: someEdges({ children, subject }), ...manifest });
}

interface Case {
  readonly name: string;
  readonly manifests: readonly RegistryManifest[];
  /** Default: all that are untagged and unlocked. */
  readonly candidates?: readonly string[];
  readonly stays: Readonly<Record<string, readonly [code: string, by: string]>>;
}

function check({ manifests, candidates, stays }: Case): void {
  const free = manifests.filter(({ tags, locked }) => tags.length === 0 && !locked).map(({ digest }) => digest);
  const decided = decideStays(manifests, new Set(candidates ?? free));
  const expected = Object.entries(stays).map(([kept, [code, by]]) => [kept, { code, by }]);
  expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(expected));
}

describe("a child", () => {
  it.each<Case>([
    {
      name: "stays with a tagged index",
      manifests: [node(A, { tags: tagged("1.0"), children: [B, C] }), node(B), node(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "stays with a tagged index that is locked",
      manifests: [node(A, { tags: tagged("1.0"), locked: true, children: [B] }), node(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "stays with a locked index that has no tag",
      manifests: [node(A, { locked: true, children: [B, C] }), node(B), node(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "stays at any depth of nested indexes",
      manifests: [
        node(A, { tags: tagged("1.0"), children: [B] }),
        node(B, { children: [C] }),
        node(C, { children: [D] }),
        node(D),
      ],
      stays: { [B]: ["child", A], [C]: ["child", B], [D]: ["child", C] },
    },
    {
      name: "stays with an untagged index that is no candidate",
      manifests: [node(A, { children: [B] }), node(B)],
      candidates: [B],
      stays: { [B]: ["child", A] },
    },
    {
      name: "stays with one of two indexes when only the other goes",
      manifests: [node(A, { tags: tagged("2.0"), children: [C] }), node(B, { children: [C] }), node(C)],
      stays: { [C]: ["child", A] },
    },
    {
      name: "stays with the index where a sibling is missing",
      manifests: [node(A, { tags: tagged("1.0"), children: [GONE, B] }), node(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "goes with an index that goes",
      manifests: [node(A, { children: [B] }), node(B)],
      stays: {},
    },
  ])("$name", check);

  it("does not stay where the index's bytes were not read, for that is another rule", () => {
    const unread = aManifest({ digest: A, tags: tagged("1.0"), edges: undefined });
    expect(decideStays([unread, node(B)], new Set([B])).size).toBe(0);
  });
});

describe("a referrer", () => {
  it.each<Case>([
    {
      name: "stays with its tagged subject",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: A })],
      stays: { [B]: ["referrer", A] },
    },
    {
      name: "that is an index stays with its subject, and so do its children",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: A, children: [C] }), node(C)],
      stays: { [B]: ["referrer", A], [C]: ["child", B] },
    },
    {
      name: "of a referrer stays",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: A }), node(C, { subject: B })],
      stays: { [B]: ["referrer", A], [C]: ["referrer", B] },
    },
    {
      name: "of a child stays",
      manifests: [node(A, { tags: tagged("1.0"), children: [B] }), node(B), node(C, { subject: B })],
      stays: { [B]: ["child", A], [C]: ["referrer", B] },
    },
    {
      name: "whose subject is missing is an orphan and may go",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: GONE })],
      stays: {},
    },
    {
      name: "goes with a subject that goes",
      manifests: [node(A), node(B, { subject: A })],
      stays: {},
    },
  ])("$name", check);
});

describe("a subject", () => {
  it.each<Case>([
    {
      name: "stays with a referrer that is tagged",
      manifests: [node(A), node(B, { subject: A, tags: tagged("sbom") })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with a referrer that is locked",
      manifests: [node(A), node(B, { subject: A, locked: true })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with a referrer that is no candidate",
      manifests: [node(A), node(B, { subject: A })],
      candidates: [A],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with its children and its other referrers, at any depth",
      manifests: [
        node(A, { children: [D] }),
        node(B, { subject: A }),
        node(C, { subject: B, tags: tagged("sig") }),
        node(D),
        node(E, { subject: A }),
      ],
      stays: { [B]: ["subject", C], [A]: ["subject", B], [D]: ["child", A], [E]: ["referrer", A] },
    },
    {
      name: "stays with a referrer that is a child of a tagged index",
      manifests: [node(A), node(B, { subject: A }), node(C, { tags: tagged("1.0"), children: [B] })],
      stays: { [B]: ["child", C], [A]: ["subject", B] },
    },
  ])("$name", check);
});

describe("an edge tag", () => {
  it.each<Case>([
    {
      name: "keeps no subject: a signature follows what it signs",
      manifests: [node(A), node(B, { tags: tagged(edgeTag(A, ".sig")) })],
      stays: {},
    },
    {
      name: "keeps no subject of the referrers' fallback index either",
      manifests: [node(A), node(B, { tags: tagged(edgeTag(A)), children: [C] }), node(C, { subject: A })],
      stays: {},
    },
    {
      name: "of the fallback index keeps its children while the subject stays",
      manifests: [
        node(A, { tags: tagged("1.0") }),
        node(B, { tags: tagged(edgeTag(A)), children: [C] }),
        node(C, { subject: A }),
      ],
      stays: { [C]: ["referrer", A] },
    },
    {
      name: "of a signature of a child leads to that child's index only by the child",
      manifests: [
        node(A, { tags: tagged("1.0"), children: [B] }),
        node(B),
        node(C, { tags: tagged(edgeTag(B, ".sig")), children: [D] }),
        node(D),
      ],
      stays: { [B]: ["child", A], [D]: ["child", C] },
    },
    {
      name: "is a reason of its own where its subject is missing",
      manifests: [node(A, { tags: tagged(edgeTag(GONE, ".sig")), children: [B] }), node(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "does not weaken an ordinary tag beside it",
      manifests: [node(A), node(B, { tags: tagged(edgeTag(A, ".sig"), "keep"), subject: A })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "does not weaken a lock",
      manifests: [node(A), node(B, { tags: tagged(edgeTag(A)), locked: true, subject: A })],
      stays: { [A]: ["subject", B] },
    },
  ])("$name", check);
});

describe("a broken graph", () => {
  it.each<Case>([
    {
      name: "of indexes in a circle goes where nothing outside holds it",
      manifests: [node(A, { children: [B] }), node(B, { children: [A] })],
      stays: {},
    },
    {
      name: "of indexes in a circle stays where a tag holds it",
      manifests: [node(C, { tags: tagged("1.0"), children: [A] }), node(A, { children: [B] }), node(B, { children: [A] })],
      stays: { [A]: ["child", C], [B]: ["child", A] },
    },
    {
      name: "of a subject of itself goes",
      manifests: [node(A, { subject: A, children: [A] })],
      stays: {},
    },
    { name: "of nothing has nothing to say", manifests: [], stays: {} },
    { name: "of candidates that are not there has nothing to say", manifests: [], candidates: [GONE], stays: {} },
  ])("$name", check);
});

describe("the cases that acr purge gets wrong", () => {
  // From a run of its own selection code: lock checks that skip the children, index referrers, orphans, missing nested indexes.
  it.each<Case>([
    {
      name: "control: a tagged, unlocked index keeps both platform children",
      manifests: [node(A, { tags: tagged("1.0"), children: [B, C] }), node(B), node(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "a tagged index whose registry manifest is locked keeps both",
      manifests: [node(A, { tags: tagged("1.0"), locked: true, children: [B, C] }), node(B), node(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "an untagged, locked index (a hold by digest) keeps both",
      manifests: [node(A, { locked: true, children: [B, C] }), node(B), node(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "a referrer that is an index stays while its subject is tagged",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: A, children: [C] }), node(C)],
      stays: { [B]: ["referrer", A], [C]: ["child", B] },
    },
    {
      name: "control: a referrer that is an image stays",
      manifests: [node(A, { tags: tagged("1.0") }), node(B, { subject: A })],
      stays: { [B]: ["referrer", A] },
    },
    {
      name: "an orphan referrer is a candidate, not a leak",
      manifests: [node(B, { subject: GONE })],
      stays: {},
    },
    {
      name: "a tagged index that points at a missing nested index stops nothing else",
      manifests: [node(A, { tags: tagged("1.0"), children: [GONE, B] }), node(B), node(C)],
      stays: { [B]: ["child", A] },
    },
  ])("$name", check);
});
