import { beforeEach, describe, expect, it } from "@jest/globals";
import { KnowledgeStore } from "../../../lib/stores/knowledgeStore.ts";
import { SnapshotStore } from "../../../lib/stores/snapshotStore.ts";
import {
  aKnown,
  aKnownStore,
  aKnownVersion,
  anArtifactManifest,
  artifactManifestId,
  nfdvId,
  NOW,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

let tables: MemoryTables;
let knowledge: KnowledgeStore;
beforeEach(() => {
  tables = new MemoryTables();
  knowledge = new KnowledgeStore(tables);
});

describe("knowledge of resources", () => {
  it("comes back as it was stored, the last version of each, by family", async () => {
    const version = aKnownVersion({
      references: [
        { form: "unreadable", text: "?" },
        { form: "store", id: STORE, chart: true, artifact: { name: "n", version: undefined, chart: true } },
      ],
    });
    const known = aKnown({ lastSeenAt: NOW, hold: { until: undefined, reason: "audit" } });
    await knowledge.putAll([aKnown(), version]);
    await knowledge.putAll([known]);
    expect(await collect(knowledge.list("artifactManifests"))).toEqual([known]);
    expect(await collect(knowledge.list("versions"))).toEqual([version]);
  });

  it("is listed in the order in which a snapshot lists the family of the same name", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => artifactManifestId(`cnf-${index * 7}`));
    const snapshots = new SnapshotStore(tables);
    await snapshots.putResources(
      "20260302T010000Z",
      ids.map((id) => anArtifactManifest({ id })),
    );
    await knowledge.putAll(ids.toReversed().map((id) => aKnown({ id })));
    const known = (await collect(knowledge.list("artifactManifests"))).map(({ id }) => id);
    const seen = await collect(snapshots.listResources("20260302T010000Z", "artifactManifests"));
    expect(known).toHaveLength(60);
    expect(known).toEqual(seen.map(({ id }) => id));
  });

  it("is read for one publisher alone", async () => {
    const ofOther = nfdvId("1.0.0", `${PUBLISHER}2`);
    await knowledge.putAll([aKnownVersion(), aKnownVersion({ id: ofOther }), aKnown()]);
    expect(await collect(knowledge.listUnder("versions", PUBLISHER))).toEqual([aKnownVersion()]);
    expect(await collect(knowledge.listUnder("versions", `${PUBLISHER}2`))).toEqual([aKnownVersion({ id: ofOther })]);
    expect(await collect(knowledge.listUnder("artifactManifests", STORE))).toEqual([aKnown()]);
    expect(await collect(knowledge.listUnder("artifactManifests", `${PUBLISHER}2`))).toEqual([]);
  });
});

describe("knowledge of a store that a tag held", () => {
  const held = aKnownStore({ hold: { until: NOW, reason: "audit" } });

  it("comes back, also below its publisher, and apart from what it is enrolled with", async () => {
    await knowledge.putAll([held, aKnown()]);
    expect(await knowledge.find("structure", STORE)).toEqual(held);
    expect(await knowledge.find("structure", `${STORE}2`)).toBeUndefined();
    expect(await collect(knowledge.listUnder("structure", PUBLISHER))).toEqual([held]);
    expect(await collect(knowledge.list("structure"))).toEqual([held]);
    expect(await collect(knowledge.listStores())).toEqual([]);
  });

  it("outlives the facts of its enrolment", async () => {
    await knowledge.putAll([held]);
    await knowledge.putStore({
      storeId: STORE,
      registryId: REGISTRY,
      enforcedSince: undefined,
      enforceDeadline: undefined,
      goneSince: undefined,
    });
    await knowledge.removeStore(STORE);
    expect(await knowledge.find("structure", STORE)).toEqual(held);
  });
});

describe("knowledge of a store", () => {
  it.each([{ enforcedSince: NOW }, { enforcedSince: undefined }])(
    "comes back, enforced since $enforcedSince",
    async ({ enforcedSince }) => {
      const facts = {
        storeId: STORE,
        registryId: REGISTRY,
        enforcedSince,
        enforceDeadline: enforcedSince,
        goneSince: undefined,
      };
      await knowledge.putStore(facts);
      expect(await knowledge.findStore(STORE)).toEqual(facts);
      expect(await collect(knowledge.listStores())).toEqual([facts]);
      expect(await knowledge.findStore(`${STORE}2`)).toBeUndefined();
      expect(await collect(knowledge.list("artifactManifests"))).toEqual([]);
    },
  );

  it("is forgotten when it is removed, and nothing else is", async () => {
    const facts = { registryId: REGISTRY, enforcedSince: undefined, enforceDeadline: undefined, goneSince: undefined };
    await knowledge.putStore({ storeId: STORE, ...facts });
    await knowledge.putStore({ storeId: `${STORE}2`, ...facts });
    await knowledge.putAll([aKnown()]);
    await knowledge.removeStore(STORE);
    await knowledge.removeStore(STORE);
    expect((await collect(knowledge.listStores())).map(({ storeId }) => storeId)).toEqual([`${STORE}2`]);
    expect(await collect(knowledge.list("artifactManifests"))).toEqual([aKnown()]);
  });
});
