import { describe, expect, it } from "@jest/globals";
import type { Adoption } from "../../../lib/core/adoption.ts";
import { toGraph } from "../../../lib/core/graph.ts";
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
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";

const ADOPTION: Adoption = {
  storeId: STORE,
  prefix: "old",
  by: "ops",
  reason: "left over",
  at: "2026-03-01T00:00:00Z",
  lapsedAt: undefined,
};

describe("the publisher graph", () => {
  it("keeps what exists apart from what is remembered", () => {
    const gone = aKnown({ id: artifactManifestId("gone") });
    const goneVersion = aKnownVersion({ id: nfdvId("0.9.0") });
    const graph = toGraph([anArtifactManifest(), anNfdv()], [aKnown(), gone, aKnownVersion(), goneVersion]);
    expect([...graph.present.keys()]).toEqual([artifactManifestId("cnf")]);
    expect([...graph.artifactManifests.keys()]).toEqual([artifactManifestId("cnf"), gone.id]);
    expect([...graph.presentVersions.keys()]).toEqual([nfdvId("1.0.0")]);
    expect([...graph.versions.keys()]).toEqual([nfdvId("1.0.0"), goneVersion.id]);
  });

  it("sorts resources by what they are to a decision", () => {
    const group = aResource({
      id: `${PUBLISHER}/networkfunctiondefinitiongroups/g`,
      kind: "networkFunctionDefinitionGroup",
    });
    const consumer = aNetworkFunction({ versions: [{ by: "unreadable", publisherId: PUBLISHER, text: "?" }] });
    const graph = toGraph([aStore(), consumer, group], []);
    expect([...graph.stores.keys()]).toEqual([STORE]);
    expect([...graph.others.keys()]).toEqual([group.id]);
    expect(graph.demands.ofPublisher(PUBLISHER)).toHaveLength(1);
  });

  it("counts an adopted prefix as an artifact manifest that is gone", () => {
    const graph = toGraph([aStore()], [], [ADOPTION]);
    expect([...graph.adopted.keys()]).toEqual([artifactManifestId("old")]);
    expect(graph.artifactManifests.get(artifactManifestId("old"))).toMatchObject({ artifacts: [], seenComplete: true });
  });

  it.each([
    { name: "it has lapsed", resources: [], known: [], adoption: { ...ADOPTION, lapsedAt: "2026-03-02T00:00:00Z" } },
    {
      name: "the artifact manifest exists",
      resources: [anArtifactManifest({ id: artifactManifestId("old") })],
      known: [],
      adoption: ADOPTION,
    },
    {
      name: "the artifact manifest is remembered",
      resources: [],
      known: [aKnown({ id: artifactManifestId("old") })],
      adoption: ADOPTION,
    },
  ])("forgets an adoption where $name", ({ resources, known, adoption }) => {
    expect(toGraph(resources, known, [adoption]).adopted.size).toBe(0);
  });
});
