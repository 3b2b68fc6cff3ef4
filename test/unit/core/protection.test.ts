import { describe, expect, it } from "@jest/globals";
import { decideStays } from "../../../lib/core/protection.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { aManifest, aNode, digest, edgeTag, tagged } from "../../fakes/builders.ts";

const [A, B, C, D, E, GONE] = [digest(1), digest(2), digest(3), digest(4), digest(5), digest(99)] as const;

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
      manifests: [aNode(A, { tags: tagged("1.0"), children: [B, C] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "stays with a tagged index that is locked",
      manifests: [aNode(A, { tags: tagged("1.0"), locked: true, children: [B] }), aNode(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "stays with a locked index that has no tag",
      manifests: [aNode(A, { locked: true, children: [B, C] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "stays at any depth of nested indexes",
      manifests: [
        aNode(A, { tags: tagged("1.0"), children: [B] }),
        aNode(B, { children: [C] }),
        aNode(C, { children: [D] }),
        aNode(D),
      ],
      stays: { [B]: ["child", A], [C]: ["child", B], [D]: ["child", C] },
    },
    {
      name: "stays with an untagged index that is no candidate",
      manifests: [aNode(A, { children: [B] }), aNode(B)],
      candidates: [B],
      stays: { [B]: ["child", A] },
    },
    {
      name: "stays with one of two indexes when only the other goes",
      manifests: [aNode(A, { tags: tagged("2.0"), children: [C] }), aNode(B, { children: [C] }), aNode(C)],
      stays: { [C]: ["child", A] },
    },
    {
      name: "stays with the index where a sibling is missing",
      manifests: [aNode(A, { tags: tagged("1.0"), children: [GONE, B] }), aNode(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "goes with an index that goes",
      manifests: [aNode(A, { children: [B] }), aNode(B)],
      stays: {},
    },
  ])("$name", check);

  it("does not stay where the index's bytes were not read, for that is another rule", () => {
    const unread = aManifest({ digest: A, tags: tagged("1.0"), edges: undefined });
    expect(decideStays([unread, aNode(B)], new Set([B])).size).toBe(0);
  });
});

describe("a referrer", () => {
  it.each<Case>([
    {
      name: "stays with its tagged subject",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: A })],
      stays: { [B]: ["referrer", A] },
    },
    {
      name: "that is an index stays with its subject, and so do its children",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: A, children: [C] }), aNode(C)],
      stays: { [B]: ["referrer", A], [C]: ["child", B] },
    },
    {
      name: "of a referrer stays",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: A }), aNode(C, { subject: B })],
      stays: { [B]: ["referrer", A], [C]: ["referrer", B] },
    },
    {
      name: "of a child stays",
      manifests: [aNode(A, { tags: tagged("1.0"), children: [B] }), aNode(B), aNode(C, { subject: B })],
      stays: { [B]: ["child", A], [C]: ["referrer", B] },
    },
    {
      name: "whose subject is missing is an orphan and may go",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: GONE })],
      stays: {},
    },
    {
      name: "goes with a subject that goes",
      manifests: [aNode(A), aNode(B, { subject: A })],
      stays: {},
    },
  ])("$name", check);
});

describe("a subject", () => {
  it.each<Case>([
    {
      name: "stays with a referrer that is tagged",
      manifests: [aNode(A), aNode(B, { subject: A, tags: tagged("sbom") })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with a referrer that is locked",
      manifests: [aNode(A), aNode(B, { subject: A, locked: true })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with a referrer that is no candidate",
      manifests: [aNode(A), aNode(B, { subject: A })],
      candidates: [A],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "stays with its children and its other referrers, at any depth",
      manifests: [
        aNode(A, { children: [D] }),
        aNode(B, { subject: A }),
        aNode(C, { subject: B, tags: tagged("sig") }),
        aNode(D),
        aNode(E, { subject: A }),
      ],
      stays: { [B]: ["subject", C], [A]: ["subject", B], [D]: ["child", A], [E]: ["referrer", A] },
    },
    {
      name: "stays with a referrer that is a child of a tagged index",
      manifests: [aNode(A), aNode(B, { subject: A }), aNode(C, { tags: tagged("1.0"), children: [B] })],
      stays: { [B]: ["child", C], [A]: ["subject", B] },
    },
  ])("$name", check);
});

describe("an edge tag", () => {
  it.each<Case>([
    {
      name: "keeps no subject: a signature follows what it signs",
      manifests: [aNode(A), aNode(B, { tags: tagged(edgeTag(A, ".sig")) })],
      stays: {},
    },
    {
      name: "keeps no subject of the referrers' fallback index either",
      manifests: [aNode(A), aNode(B, { tags: tagged(edgeTag(A)), children: [C] }), aNode(C, { subject: A })],
      stays: {},
    },
    {
      name: "of the fallback index keeps its children while the subject stays",
      manifests: [
        aNode(A, { tags: tagged("1.0") }),
        aNode(B, { tags: tagged(edgeTag(A)), children: [C] }),
        aNode(C, { subject: A }),
      ],
      stays: { [C]: ["child", B] },
    },
    {
      name: "keeps what hangs on a signature of a child that stays",
      manifests: [
        aNode(A, { tags: tagged("1.0"), children: [B] }),
        aNode(B),
        aNode(C, { tags: tagged(edgeTag(B, ".sig")) }),
        aNode(D, { subject: C }),
      ],
      stays: { [B]: ["child", A], [D]: ["referrer", C] },
    },
    {
      name: "is a reason of its own on an index of anything but its subject's referrers",
      manifests: [aNode(A), aNode(B, { tags: tagged(edgeTag(A)), children: [C] }), aNode(C)],
      stays: { [C]: ["child", B] },
    },
    {
      name: "is a reason of its own where it names what carries it, as tools do that keep images by digest",
      manifests: [aNode(A, { tags: tagged(edgeTag(A)), children: [B] }), aNode(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "is a reason of its own where two attach to each other",
      manifests: [
        aNode(A, { tags: tagged(edgeTag(B)), children: [C] }),
        aNode(B, { tags: tagged(edgeTag(A)), children: [D] }),
        aNode(C),
        aNode(D),
      ],
      stays: { [C]: ["child", A], [D]: ["child", B] },
    },
    {
      name: "is a reason of its own where its subject is missing",
      manifests: [aNode(A, { tags: tagged(edgeTag(GONE, ".sig")), children: [B] }), aNode(B)],
      stays: { [B]: ["child", A] },
    },
    {
      name: "does not weaken an ordinary tag beside it",
      manifests: [aNode(A), aNode(B, { tags: tagged(edgeTag(A, ".sig"), "keep"), subject: A })],
      stays: { [A]: ["subject", B] },
    },
    {
      name: "does not weaken a lock",
      manifests: [aNode(A), aNode(B, { tags: tagged(edgeTag(A)), locked: true, subject: A })],
      stays: { [A]: ["subject", B] },
    },
  ])("$name", check);
});

describe("a broken graph", () => {
  it.each<Case>([
    {
      name: "of indexes in a circle goes where nothing outside holds it",
      manifests: [aNode(A, { children: [B] }), aNode(B, { children: [A] })],
      stays: {},
    },
    {
      name: "of indexes in a circle stays where a tag holds it",
      manifests: [
        aNode(C, { tags: tagged("1.0"), children: [A] }),
        aNode(A, { children: [B] }),
        aNode(B, { children: [A] }),
      ],
      stays: { [A]: ["child", C], [B]: ["child", A] },
    },
    {
      name: "of a subject of itself goes",
      manifests: [aNode(A, { subject: A, children: [A] })],
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
      manifests: [aNode(A, { tags: tagged("1.0"), children: [B, C] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "a tagged index whose registry manifest is locked keeps both",
      manifests: [aNode(A, { tags: tagged("1.0"), locked: true, children: [B, C] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "an untagged, locked index (a hold by digest) keeps both",
      manifests: [aNode(A, { locked: true, children: [B, C] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A], [C]: ["child", A] },
    },
    {
      name: "a referrer that is an index stays while its subject is tagged",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: A, children: [C] }), aNode(C)],
      stays: { [B]: ["referrer", A], [C]: ["child", B] },
    },
    {
      name: "control: a referrer that is an image stays",
      manifests: [aNode(A, { tags: tagged("1.0") }), aNode(B, { subject: A })],
      stays: { [B]: ["referrer", A] },
    },
    {
      name: "an orphan referrer is a candidate, not a leak",
      manifests: [aNode(B, { subject: GONE })],
      stays: {},
    },
    {
      name: "a tagged index that points at a missing nested index stops nothing else",
      manifests: [aNode(A, { tags: tagged("1.0"), children: [GONE, B] }), aNode(B), aNode(C)],
      stays: { [B]: ["child", A] },
    },
  ])("$name", check);
});
