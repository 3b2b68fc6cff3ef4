import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { parentOf } from "../../../lib/core/armId.ts";
import { familyOf, GRAPH_FAMILIES } from "../../../lib/core/graphQueries.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import { keyOrderOf } from "../../../lib/stores/buckets.ts";
import { SnapshotStore } from "../../../lib/stores/snapshotStore.ts";
import {
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  anNsdv,
  aRegistry,
  aReplication,
  aResource,
  artifactManifestId,
  aStore,
  digest,
  nfdvId,
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const ID = "20260302T010000Z";

let snapshots: SnapshotStore;
beforeEach(() => {
  snapshots = new SnapshotStore(new MemoryTables());
});

const idsOf = (resources: readonly Resource[]): readonly string[] => resources.map(({ id }) => id);
const inKeyOrder = (ids: readonly string[]): readonly string[] =>
  ids.toSorted((a, b) => (keyOrderOf(a) < keyOrderOf(b) ? -1 : 1));

/** One of every shape that a resource may have. */
const EVERY_SHAPE: readonly Resource[] = [
  aResource({ state: undefined, createdAt: undefined }),
  aStore({ details: { of: "store", storeType: undefined, registryId: undefined } }),
  anArtifactManifest({ hold: { until: undefined, reason: "audit" } }),
  anArtifactManifest({
    id: artifactManifestId("other"),
    hold: { until: "2026-04-01T00:00:00Z", reason: "" },
    details: { of: "artifactManifest", artifacts: [{ name: "nginx", version: "1.0" }], unreadable: ["null"] },
  }),
  anNfdv({
    details: {
      of: "version",
      references: [
        { form: "artifactManifest", id: "a", artifact: undefined },
        { form: "artifactManifest", id: "a", artifact: { name: "n", version: "~1.2", chart: true } },
        { form: "store", id: "s", chart: true, artifact: undefined },
        { form: "store", id: "s", chart: false, artifact: { name: "n", version: undefined, chart: false } },
        { form: "unreadable", text: "?" },
      ],
      schemas: [],
    },
  }),
  anNsdv({
    details: {
      of: "version",
      references: [],
      schemas: [
        { by: "id", id: "c" },
        { by: "names", publisher: "p", schema: undefined },
        { by: "unreadable", text: "?" },
      ],
    },
  }),
  aNetworkFunction({
    versions: [
      { by: "id", source: "desired", id: "v" },
      { by: "names", source: "lastState", publisher: "p", group: undefined, version: "1" },
      { by: "names", source: "value", publisher: undefined, group: undefined, version: undefined },
      { by: "mention", publisherId: undefined, texts: ["a"] },
      { by: "unreadable", publisherId: "p", text: "?" },
    ],
    values: ["cgv"],
    schemas: [{ by: "id", id: "c" }],
    digests: [digest(1)],
    hasSecretValues: true,
  }),
  aRegistry(),
  aRegistryWithPolicies(),
  aReplication(),
  aReplication({ id: "r", details: { of: "replication", status: undefined } }),
];

function aRegistryWithPolicies(): Resource {
  const policies = { retentionDays: 7, softDeleteDays: 30, unreadablePolicies: ["?"] };
  const unsaid = { loginServer: undefined, sku: undefined, roleAssignmentMode: "AbacRepositoryPermissions" };
  return { ...aRegistry({ ...policies, ...unsaid, publicNetworkAccess: undefined }), id: "with policies" };
}

describe("the resources of a snapshot", () => {
  it("come back as they were stored, of every shape, each in the family of its kind", async () => {
    await snapshots.putResources(ID, EVERY_SHAPE);
    for (const family of GRAPH_FAMILIES) {
      const stored = await collect(snapshots.listResources(ID, family));
      const expected = EVERY_SHAPE.filter(({ kind }) => familyOf(kind) === family);
      expect(expected.length).toBeGreaterThan(0);
      expect(new Map(stored.map((resource) => [resource.id, resource]))).toEqual(
        new Map(expected.map((resource) => [resource.id, resource])),
      );
      expect(stored).toHaveLength(expected.length);
    }
  });

  it("are found by kind and id", async () => {
    await snapshots.putResources(ID, [anNfdv()]);
    expect(await snapshots.findResource(ID, "networkFunctionDefinitionVersion", nfdvId("1.0.0"))).toEqual(anNfdv());
    expect(await snapshots.findResource(ID, "networkFunctionDefinitionVersion", nfdvId("1.0"))).toBeUndefined();
    expect(await snapshots.findResource(ID, "networkFunction", nfdvId("1.0.0"))).toBeUndefined();
    expect(await snapshots.findResource("20260303T010000Z", "publisher", PUBLISHER)).toBeUndefined();
  });

  it("are listed in the order in which two listings can be merged, over more rows than are written at a time", async () => {
    const ids = Array.from({ length: 1203 }, (_, index) => artifactManifestId(`cnf-${index}`));
    await snapshots.putResources(
      ID,
      ids.map((id) => anArtifactManifest({ id })),
    );
    const listed = idsOf(await collect(snapshots.listResources(ID, "artifactManifests")));
    expect(listed).toEqual(inKeyOrder(ids));
  });

  it("are not left out: one that cannot be stored stops the writing", async () => {
    const tooLong = anArtifactManifest({ id: `${STORE}/artifactmanifests/${"a".repeat(1024)}` });
    await expect(snapshots.putResources(ID, [tooLong])).rejects.toThrow(RangeError);
  });
});

describe("the resources below another", () => {
  const BY_NAME = new Map([
    ["a", artifactManifestId("a")],
    ["b", artifactManifestId("b")],
    ["c", artifactManifestId("c", `${STORE}-2`)],
    ["another publisher's", artifactManifestId("d", `${PUBLISHER}2/artifactstores/store`)],
  ]);

  it.each([
    { name: "a publisher, at any depth", parent: PUBLISHER, below: ["a", "b", "c"] },
    { name: "a store", parent: STORE, below: ["a", "b"] },
    { name: "a store of a name that goes on", parent: `${STORE}-2`, below: ["c"] },
    { name: "what is no parent", parent: artifactManifestId("a"), below: [] },
    { name: "nothing that is there", parent: `${PUBLISHER}x`, below: [] },
  ])("are those of $name", async ({ parent, below }) => {
    await snapshots.putResources(
      ID,
      [...BY_NAME.values()].map((id) => anArtifactManifest({ id })),
    );
    await snapshots.putResources(ID, [anNfdv(), aStore()]);
    const found = await collect(snapshots.listUnder(ID, "artifactManifests", parent));
    expect(idsOf(found)).toEqual(inKeyOrder(below.map((name) => BY_NAME.get(name) ?? name)));
  });

  it("are exactly those whose id has the other as an ancestor, in the order of the whole list", async () => {
    const segment = fc.stringMatching(/^[a-z0-9._ -]{1,3}$/).filter((text) => text.trim() === text);
    const path = fc.uniqueArray(fc.tuple(segment, segment), { minLength: 1, maxLength: 20 });
    const property = fc.asyncProperty(path, segment, async (names, publisher) => {
      const store = new SnapshotStore(new MemoryTables());
      const parent = `${PUBLISHER}${publisher}`;
      const ids = [...new Set(names.map(([a, b]) => `${PUBLISHER}${a}/artifactstores/s/artifactmanifests/${b}`))];
      await store.putResources(
        ID,
        ids.map((id) => anArtifactManifest({ id })),
      );
      const all = idsOf(await collect(store.listResources(ID, "artifactManifests")));
      const below = all.filter((id) => parentOf(parentOf(id) ?? "") === parent);
      expect(idsOf(await collect(store.listUnder(ID, "artifactManifests", parent)))).toEqual(below);
    });
    await fc.assert(property, { seed: jest.getSeed(), numRuns: 60 });
  });
});
