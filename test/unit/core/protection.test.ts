import { describe, expect, it } from "@jest/globals";
import { decideStays } from "../../../lib/core/protection.ts";
import { aManifest, aNode, digest, tagged } from "../../fakes/builders.ts";
import { checkStays, type StaysCase } from "../../fakes/staysCase.ts";

const [A, B, C, D, E, GONE] = [digest(1), digest(2), digest(3), digest(4), digest(5), digest(99)] as const;

describe("a child", () => {
  it.each<StaysCase>([
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
  ])("$name", checkStays);

  it("does not stay where the index's bytes were not read, for that is another rule", () => {
    const unread = aManifest({ digest: A, tags: tagged("1.0"), edges: undefined });
    expect(decideStays([unread, aNode(B)], new Set([B])).size).toBe(0);
  });
});

describe("a referrer", () => {
  it.each<StaysCase>([
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
  ])("$name", checkStays);
});

describe("a subject", () => {
  it.each<StaysCase>([
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
  ])("$name", checkStays);
});

describe("the cases that acr purge gets wrong", () => {
  // From a run of its own selection code: lock checks that skip the children, index referrers, orphans, missing nested indexes.
  it.each<StaysCase>([
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
  ])("$name", checkStays);
});
