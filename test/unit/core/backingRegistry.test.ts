import { describe, expect, it } from "@jest/globals";
import { hasUnreadableRegistry, listStoreIds } from "../../../lib/core/backingRegistry.ts";
import type { Resource, StoreDetails } from "../../../lib/core/resources.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import { aContext } from "../../fakes/aContext.ts";
import {
  aKnown,
  aManifest,
  anArtifactManifest,
  aRepository,
  aResource,
  artifactManifestId,
  aStore,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";

const SECOND = `${PUBLISHER}/artifactstores/second`;
const FABRIKAM = STORE.replace("contoso", "fabrikam");

const storeOf = (id: string, details: Partial<StoreDetails> = {}): Resource =>
  aStore({ id, details: { of: "store", storeType: "AzureContainerRegistry", registryId: REGISTRY, ...details } });

describe("the stores that a registry backs", () => {
  it.each([
    { name: "one that names it", second: storeOf(SECOND), backed: true },
    { name: "one that names another", second: storeOf(SECOND, { registryId: `${REGISTRY}2` }), backed: false },
    { name: "one of its publisher that names none", second: storeOf(SECOND, { registryId: undefined }), backed: true },
    {
      name: "one that names none, of a type that nobody knows",
      second: storeOf(SECOND, { registryId: undefined, storeType: undefined }),
      backed: true,
    },
    {
      name: "one in a storage account",
      second: storeOf(SECOND, { registryId: undefined, storeType: " azureStorageAccount" }),
      backed: false,
    },
    { name: "one of another publisher", second: storeOf(FABRIKAM, { registryId: undefined }), backed: false },
  ])("are known, or may be: $name", ({ second, backed }) => {
    expect(listStoreIds([storeOf(STORE), second], REGISTRY)).toEqual(backed ? [STORE, second.id] : [STORE]);
  });

  it("are none where no store names it, and whatever else is no store", () => {
    expect(listStoreIds([storeOf(SECOND, { registryId: undefined }), aResource()], REGISTRY)).toEqual([]);
    expect(hasUnreadableRegistry(aResource())).toBe(false);
  });
});

describe("an artifact that two stores of one registry could own", () => {
  const present = artifactManifestId("cnf", SECOND);
  const keepOf = (second: Resource, storeIds: readonly string[]): readonly string[] => {
    const resources = [storeOf(STORE), second, anArtifactManifest({ id: present })];
    const context = aContext({ resources, known: [aKnown(), aKnown({ id: present })], storeIds });
    return decideVerdicts(context, aRepository({ manifests: [aManifest()] })).flatMap(({ keep }) =>
      keep.map(({ code }) => code),
    );
  };

  it("is kept by the other store's artifact manifest, also where that store's registry cannot be read", () => {
    const unreadable = storeOf(SECOND, { registryId: undefined });
    for (const second of [storeOf(SECOND), unreadable])
      expect(keepOf(second, listStoreIds([storeOf(STORE), second], REGISTRY))).toEqual(["artifactManifestPresent"]);
    expect(keepOf(unreadable, [STORE])).toEqual([]);
  });
});
