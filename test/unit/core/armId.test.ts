import { describe, expect, it } from "@jest/globals";
import { nameOf, parentOf, publisherOf, subscriptionOf, toArmId, typeOf } from "../../../lib/core/armId.ts";
import { artifactManifestId, consumerId, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";

const RAW =
  "/subscriptions/SUB1/resourceGroups/RG/providers/Microsoft.HybridNetwork/publishers/Contoso/artifactStores/Store";

describe("an ARM resource id", () => {
  it.each([
    { name: "as ARM writes it", text: RAW, id: STORE },
    { name: "already normal", text: STORE, id: STORE },
    { name: "in upper case", text: RAW.toUpperCase(), id: STORE },
    { name: "with blanks around it", text: `  ${RAW}\n`, id: STORE },
    { name: "with blanks inside, as the documentation has them", text: RAW.replace("/Store", " / Store "), id: STORE },
    { name: "of a top-level resource", text: PUBLISHER, id: PUBLISHER },
    { name: "of three levels", text: artifactManifestId("cnf"), id: artifactManifestId("cnf") },
  ])("is normalised: $name", ({ text, id }) => {
    expect(toArmId(text)).toBe(id);
  });

  it.each([
    { name: "nothing", text: "" },
    { name: "a blank", text: " " },
    { name: "a slash", text: "/" },
    { name: "a plain name", text: "store" },
    { name: "no leading slash", text: RAW.slice(1) },
    { name: "a trailing slash", text: `${RAW}/` },
    { name: "an empty segment", text: RAW.replace("/publishers/", "//publishers/") },
    { name: "a blank segment", text: RAW.replace("/Contoso/", "/ /") },
    { name: "no resource group, as an AOSM example has it", text: RAW.replace("/resourceGroups/RG", "") },
    { name: "a subscription only", text: "/subscriptions/SUB1" },
    { name: "a resource group only", text: "/subscriptions/SUB1/resourceGroups/RG" },
    { name: "a type without a name", text: RAW.replace("/Store", "") },
    { name: "a provider only", text: "/subscriptions/SUB1/resourceGroups/RG/providers/Microsoft.HybridNetwork" },
    { name: "another word for resourceGroups", text: RAW.replace("resourceGroups", "groups") },
    { name: "a url", text: `https://management.azure.com${RAW}` },
  ])("is refused where it cannot be one: $name", ({ text }) => {
    expect(toArmId(text)).toBeUndefined();
  });

  it("does not take one id for another that only starts like it", () => {
    expect(toArmId(`${RAW}2`)).not.toBe(toArmId(RAW));
  });

  it("tells its type without the names", () => {
    expect(typeOf(REGISTRY)).toBe("microsoft.containerregistry/registries");
    expect(typeOf(artifactManifestId("cnf"))).toBe(
      "microsoft.hybridnetwork/publishers/artifactstores/artifactmanifests",
    );
  });

  it("tells its name and subscription", () => {
    expect(nameOf(STORE)).toBe("store");
    expect(subscriptionOf(STORE)).toBe("sub1");
  });

  it.each([
    { name: "an artifact manifest is in its store", id: artifactManifestId("cnf"), parent: STORE },
    { name: "a store is in its publisher", id: STORE, parent: PUBLISHER },
    { name: "a publisher is in nothing", id: PUBLISHER, parent: undefined },
  ])("tells its parent: $name", ({ id, parent }) => {
    expect(parentOf(id)).toBe(parent);
  });

  it.each([
    { name: "of itself", id: PUBLISHER, publisher: PUBLISHER },
    { name: "of what is nested in it", id: artifactManifestId("cnf"), publisher: PUBLISHER },
    { name: "not of a network function", id: consumerId("networkfunctions", "nf"), publisher: undefined },
    { name: "not of a registry", id: REGISTRY, publisher: undefined },
  ])("tells its publisher: $name", ({ id, publisher }) => {
    expect(publisherOf(id)).toBe(publisher);
  });
});
