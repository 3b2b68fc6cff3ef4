import { describe, expect, it } from "@jest/globals";
import { measureFreed } from "../../../lib/core/freedBytes.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { aManifest, digest, someEdges } from "../../fakes/builders.ts";

const [A, B, C] = [digest(1), digest(2), digest(3)] as const;

/** A registry manifest whose layers have the given numbers, each of as many bytes as its number. */
const holding = (name: string, ...layers: readonly number[]): RegistryManifest =>
  aManifest({
    digest: name,
    edges: someEdges({ layers: layers.map((number) => ({ digest: digest(number), size: number })) }),
  });

describe("the bytes that are freed", () => {
  it.each([
    { name: "layers of its own", manifests: [holding(A, 10, 20)], going: [A], freed: { [A]: 30 } },
    {
      name: "no layer that a staying one holds too",
      manifests: [holding(A, 10, 20), holding(B, 20)],
      going: [A],
      freed: { [A]: 10 },
    },
    {
      name: "a shared layer once, for the first in order",
      manifests: [holding(A, 10, 20), holding(B, 20, 30)],
      going: [B, A],
      freed: { [B]: 50, [A]: 10 },
    },
    { name: "a layer that it names twice once", manifests: [holding(A, 10, 10)], going: [A], freed: { [A]: 10 } },
    { name: "nothing for an index", manifests: [aManifest({ digest: A })], going: [A], freed: { [A]: 0 } },
    {
      name: "nothing where its edges were not read, or it is not there",
      manifests: [aManifest({ digest: A, edges: undefined })],
      going: [A, C],
      freed: { [A]: 0, [C]: 0 },
    },
    { name: "nothing where nothing goes", manifests: [holding(A, 10)], going: [], freed: {} },
  ])("count $name", ({ manifests, going, freed }) => {
    expect(Object.fromEntries(measureFreed(manifests, going))).toEqual(freed);
  });
});
