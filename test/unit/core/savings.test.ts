import { describe, expect, it } from "@jest/globals";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { Savings } from "../../../lib/core/savings.ts";
import { aManifest, digest, someEdges } from "../../fakes/builders.ts";

const [A, B, C] = [digest(1), digest(2), digest(3)] as const;

/** A registry manifest whose layers have the given numbers, each of as many bytes as its number. */
const holding = (name: string, ...layers: readonly number[]): RegistryManifest =>
  aManifest({
    digest: name,
    edges: someEdges({ layers: layers.map((number) => ({ digest: digest(number), size: number })) }),
  });

type Content = Readonly<Record<string, readonly RegistryManifest[]>>;

/** `going`: `repository@digest`. */
function measure(content: Content, going: readonly string[]) {
  const savings = new Savings();
  for (const [repository, manifests] of Object.entries(content))
    for (const manifest of manifests)
      if (going.includes(`${repository}@${manifest.digest}`)) savings.addGoing(repository, manifest);
  for (const [name, manifests] of Object.entries(content)) savings.addRepository({ name, manifests, incomplete: [] });
  const { bytes, isUpperBound, byItem } = savings.measure();
  return { bytes, isUpperBound, items: Object.fromEntries(byItem) };
}

const unread = aManifest({ digest: C, edges: undefined });

const odd = aManifest({ digest: C, edges: someEdges({ understood: false }) });

describe("what a plan frees", () => {
  it.each([
    {
      name: "layers of its own",
      content: { r: [holding(A, 10, 20)] },
      going: [`r@${A}`],
      saved: { bytes: 30, isUpperBound: false, items: { [`r@${A}`]: 30 } },
    },
    {
      name: "no layer that a staying one holds too",
      content: { r: [holding(A, 10, 20), holding(B, 20)] },
      going: [`r@${A}`],
      saved: { bytes: 10, isUpperBound: false, items: { [`r@${A}`]: 10 } },
    },
    {
      name: "no layer that one of another repository holds",
      content: { r: [holding(A, 10, 20)], s: [holding(B, 10)] },
      going: [`r@${A}`],
      saved: { bytes: 20, isUpperBound: false, items: { [`r@${A}`]: 20 } },
    },
    {
      name: "a layer that goes from two repositories once, for the last",
      content: { r: [holding(A, 10, 20)], s: [holding(A, 10, 20)] },
      going: [`r@${A}`, `s@${A}`],
      saved: { bytes: 30, isUpperBound: false, items: { [`r@${A}`]: 0, [`s@${A}`]: 30 } },
    },
    {
      name: "nothing of a digest that goes from one repository and stays in another",
      content: { r: [holding(A, 10)], s: [holding(A, 10)] },
      going: [`r@${A}`],
      saved: { bytes: 0, isUpperBound: false, items: { [`r@${A}`]: 0 } },
    },
    {
      name: "a layer that it names twice once",
      content: { r: [holding(A, 10, 10)] },
      going: [`r@${A}`],
      saved: { bytes: 10, isUpperBound: false, items: { [`r@${A}`]: 10 } },
    },
    {
      name: "at most so much where others were not read",
      content: { r: [holding(A, 10)], s: [unread] },
      going: [`r@${A}`],
      saved: { bytes: 10, isUpperBound: true, items: { [`r@${A}`]: 10 } },
    },
    {
      name: "at most so much where another was not understood",
      content: { r: [holding(A, 10)], s: [odd] },
      going: [`r@${A}`],
      saved: { bytes: 10, isUpperBound: true, items: { [`r@${A}`]: 10 } },
    },
    {
      name: "nothing, and no bound either, where nothing goes",
      content: { r: [holding(A, 10)], s: [unread] },
      going: [],
      saved: { bytes: 0, isUpperBound: false, items: {} },
    },
  ])("is $name", ({ content, going, saved }) => {
    expect(measure(content, going)).toEqual(saved);
  });

  it.each([
    { name: "a repository was not listed to its end", incomplete: ["listingFailed: page 2"], isUpperBound: true },
    { name: "all of them were", incomplete: [], isUpperBound: false },
  ] as const)("is an upper bound where $name: $isUpperBound", ({ incomplete, isUpperBound }) => {
    const savings = new Savings();
    savings.addGoing("r", holding(A, 10));
    savings.addRepository({ name: "s", manifests: [holding(B, 20)], incomplete });
    expect(savings.measure()).toMatchObject({ bytes: 10, isUpperBound });
  });

  it("is an upper bound where the registry holds what was not seen", () => {
    const savings = new Savings();
    savings.addGoing("r", holding(A, 10));
    expect(savings.measure().isUpperBound).toBe(false);
    savings.addUnknown();
    expect(savings.measure().isUpperBound).toBe(true);
  });
});
