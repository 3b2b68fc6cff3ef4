import { describe, expect, it } from "@jest/globals";
import { listStoresOf, toGraph } from "../../../lib/core/graph.ts";
import {
  aKnown,
  aKnownVersion,
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  aResource,
  artifactManifestId,
  aStore,
  nfdvId,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";

describe("the publisher graph", () => {
  it("keeps what exists apart from what is remembered", () => {
    const gone = aKnown({ id: artifactManifestId("gone") });
    const goneVersion = aKnownVersion({ id: nfdvId("0.9.0") });
    const graph = toGraph([anArtifactManifest(), anNfdv()], [aKnown(), gone, aKnownVersion(), goneVersion]);
    expect([...graph.present.keys()]).toEqual([artifactManifestId("cnf")]);
    expect([...graph.artifactManifests.keys()]).toEqual([artifactManifestId("cnf"), gone.id]);
    expect([...graph.presentVersions]).toEqual([nfdvId("1.0.0")]);
    expect([...graph.versions.keys()]).toEqual([nfdvId("1.0.0"), goneVersion.id]);
  });

  it("sorts resources by what they are to a decision", () => {
    const registry = aResource({ id: REGISTRY, kind: "registry" });
    const graph = toGraph([aStore(), registry, aNetworkFunction(), aResource()], []);
    expect([...graph.stores.keys()]).toEqual([STORE]);
    expect([...graph.registries.keys()]).toEqual([REGISTRY]);
    expect(graph.consumers).toEqual([aNetworkFunction()]);
  });

  it("lists the stores that a registry backs", () => {
    const sibling = aStore({ id: `${STORE}2` });
    const other = aStore({
      id: `${STORE}3`,
      details: { of: "store", storeType: undefined, registryId: `${REGISTRY}3` },
    });
    const unbacked = aStore({ id: `${STORE}4`, details: { of: "store", storeType: undefined, registryId: undefined } });
    expect(listStoresOf(toGraph([aStore(), sibling, other, unbacked], []), REGISTRY)).toEqual([aStore(), sibling]);
  });
});
