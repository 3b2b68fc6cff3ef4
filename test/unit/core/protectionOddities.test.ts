import { describe, it } from "@jest/globals";
import { aNode, digest, edgeTag, tagged } from "../../fakes/builders.ts";
import { checkStays, type StaysCase } from "../../fakes/staysCase.ts";

const [A, B, C, D, GONE] = [digest(1), digest(2), digest(3), digest(4), digest(99)] as const;

describe("an edge tag", () => {
  it.each<StaysCase>([
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
  ])("$name", checkStays);
});

describe("a broken graph", () => {
  it.each<StaysCase>([
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
  ])("$name", checkStays);
});
