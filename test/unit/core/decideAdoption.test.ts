import { describe, expect, it, test } from "@jest/globals";
import type { Adoption } from "../../../lib/core/adoption.ts";
import { isPathSegment, listLapsed, refuseAdoption } from "../../../lib/core/decideAdoption.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import type { ArtifactReference, Resource } from "../../../lib/core/resources.ts";
import {
  aKnown,
  anArtifactManifest,
  aResource,
  artifactManifestId,
  aStore,
  nfdvId,
  NOW,
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";

const SIBLING = `${PUBLISHER}/artifactstores/sibling`;
const ADOPTION: Adoption = {
  storeId: STORE,
  prefix: "cnf",
  by: "ann",
  reason: "backlog",
  at: NOW,
  lapsedAt: undefined,
};

interface Sight {
  readonly resources?: readonly Resource[];
  readonly known?: readonly Known[];
  readonly adoptions?: readonly Adoption[];
}

function refusal({ resources = [], known = [], adoptions = [] }: Sight, prefix = "cnf"): string | undefined {
  const graph = toGraph([aStore(), ...resources], known, adoptions);
  return refuseAdoption({ graph, needs: createNeeds(graph), storeId: STORE, storeIds: [STORE, SIBLING], prefix });
}

function aVersion(...references: readonly ArtifactReference[]): Resource {
  return aResource({
    id: nfdvId("1.0.0"),
    kind: "networkFunctionDefinitionVersion",
    name: "1.0.0",
    details: { of: "version", references, schemas: [] },
  });
}

const legacyTo = (name: string): ArtifactReference => ({
  form: "store",
  id: STORE,
  chart: false,
  artifact: { name, version: "1.0", chart: false },
});

describe("adopting a prefix", () => {
  test.each([
    {
      name: "an artifact manifest that exists",
      sight: { resources: [anArtifactManifest()], known: [aKnown()] },
      says: "exists",
    },
    { name: "one that exists and is not remembered yet", sight: { resources: [anArtifactManifest()] }, says: "exists" },
    { name: "one that existed", sight: { known: [aKnown()] }, says: "was there until" },
    {
      name: "one of another store of the registry",
      sight: { known: [aKnown({ id: artifactManifestId("cnf", SIBLING) })] },
      says: "sibling",
    },
    {
      name: "a path that an artifact manifest lists without a prefix",
      sight: { known: [aKnown({ id: artifactManifestId("old"), artifacts: [{ name: "CNF", version: "1" }] })] },
      says: "legacy path",
    },
    {
      name: "a path below it that an artifact manifest lists without a prefix",
      sight: { known: [aKnown({ id: artifactManifestId("old"), artifacts: [{ name: "cnf/nginx", version: "1" }] })] },
      says: "legacy path",
    },
    {
      name: "a path that a legacy reference names",
      sight: { resources: [aVersion(legacyTo("cnf/nginx"))] },
      says: "legacy reference",
    },
    {
      name: "whatever a list that cannot be read may name",
      sight: { known: [aKnown({ id: artifactManifestId("old"), artifacts: [], unreadable: true })] },
      says: "cannot be read",
    },
    { name: "what is adopted already", sight: { adoptions: [ADOPTION] }, says: "adopted already" },
  ])("is refused for $name", ({ sight, says }) => {
    expect(refusal(sight)).toContain(says);
  });

  test.each([
    { name: "a prefix that nothing names", sight: {} },
    {
      name: "a name that only begins alike",
      sight: { known: [aKnown({ id: artifactManifestId("cnf2"), artifacts: [{ name: "cnf2/nginx", version: "1" }] })] },
    },
    {
      name: "an artifact manifest of a store of another registry",
      sight: { known: [aKnown({ id: artifactManifestId("cnf", `${PUBLISHER}/artifactstores/far`) })] },
    },
    { name: "an adoption that lapsed", sight: { adoptions: [{ ...ADOPTION, lapsedAt: NOW }] } },
  ])("is allowed beside $name", ({ sight }) => {
    expect(refusal(sight)).toBeUndefined();
  });

  test.each(["cnf", "amf-1-0-0", "a.b_c", "a__b", "7"])("takes %s as one path segment", (text) => {
    expect(isPathSegment(text)).toBe(true);
  });
  test.each(["", "cnf/nginx", "CNF", "-cnf", "cnf-", "cnf nginx", "*", "..", "cnf/", "a".repeat(256)])(
    "does not take %j as one path segment",
    (text) => {
      expect(isPathSegment(text)).toBe(false);
    },
  );
});

describe("an adoption", () => {
  test.each([
    { name: "appears", resources: [anArtifactManifest()], known: [], ends: true },
    { name: "is remembered", resources: [], known: [aKnown()], ends: true },
    { name: "has never been seen", resources: [], known: [], ends: false },
    {
      name: "belongs to another store",
      resources: [],
      known: [aKnown({ id: artifactManifestId("cnf", SIBLING) })],
      ends: false,
    },
  ])("ends: $ends, where an artifact manifest of its name $name", ({ resources, known, ends }) => {
    const graph = toGraph(resources, known, [ADOPTION]);
    expect(listLapsed(graph, [ADOPTION])).toEqual(ends ? [ADOPTION] : []);
  });

  it("ends once", () => {
    const graph = toGraph([anArtifactManifest()], []);
    expect(listLapsed(graph, [{ ...ADOPTION, lapsedAt: NOW }])).toEqual([]);
  });
});
