import { describe, expect, it } from "@jest/globals";
import { Savings } from "../../../lib/core/savings.ts";
import { measureSavings } from "../../../lib/jobs/measureSavings.ts";
import type { Part } from "../../../lib/stores/snapshotStore.ts";
import { aManifest, aRepository, digest, REGISTRY, someEdges } from "../../fakes/builders.ts";
import { aHeader, aPart, aService, seeSnapshot } from "../functions/aService.ts";

/** What one registry manifest of ten bytes frees that shares them with none that was seen. */
async function measure(part: Partial<Part> | undefined) {
  const deps = aService();
  const going = aManifest({ edges: someEdges({ layers: [{ digest: digest(7), size: 10 }] }) });
  await seeSnapshot(deps, {
    repositories: [aRepository({ manifests: [going] })],
    parts: [aPart(), ...(part ? [aPart({ name: REGISTRY, ...part })] : [])],
  });
  const savings = new Savings();
  savings.addGoing("cnf/nginx", going);
  return measureSavings(deps, { header: aHeader(), registryId: REGISTRY }, savings);
}

describe("what a plan frees in a registry", () => {
  it("is exact where the snapshot saw all of it", async () => {
    expect(await measure({})).toMatchObject({ bytes: 10, isUpperBound: false });
  });

  it.each<{ readonly name: string; readonly part: Partial<Part> | undefined }>([
    { name: "the catalogue may not be read", part: { reasons: [{ code: "catalogueRefused" }] } },
    { name: "a repository could not be listed", part: { reasons: [{ code: "listingFailed", repository: "a" }] } },
    { name: "nothing is known of the registry", part: undefined },
  ])("is an upper bound where $name", async ({ part }) => {
    expect(await measure(part)).toMatchObject({ bytes: 10, isUpperBound: true });
  });
});
