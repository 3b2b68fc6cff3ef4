import { beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "../../../lib/core/duration.ts";
import type { Deletion } from "../../../lib/stores/deletionStore.ts";
import { DeletionStore } from "../../../lib/stores/deletionStore.ts";
import { EdgeStore } from "../../../lib/stores/edgeStore.ts";
import { KnowledgeStore } from "../../../lib/stores/knowledgeStore.ts";
import { aKnown, aKnownVersion, digest, NOW, REGISTRY, someEdges, STORE } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

let tables: MemoryTables;
beforeEach(() => {
  tables = new MemoryTables();
});

describe("edges", () => {
  const INDEX = "application/vnd.oci.image.index.v1+json";
  const edges = someEdges({ children: [digest(2)], subject: digest(3), layers: [{ digest: digest(4), size: 4 }] });

  it("come back for the media type as which they were read, and for no other", async () => {
    const store = new EdgeStore(tables);
    await store.putAll([
      { digest: digest(1), mediaType: INDEX, edges },
      { digest: digest(2), mediaType: "x", edges: someEdges({ understood: false }) },
    ]);
    expect(await store.find(digest(1), INDEX)).toEqual(edges);
    expect(await store.find(digest(1), "x")).toBeUndefined();
    expect(await store.find(digest(2), "x")).toEqual(someEdges({ understood: false }));
    expect(await store.find(digest(3), "x")).toBeUndefined();
  });
});

describe("knowledge", () => {
  const store = (): KnowledgeStore => new KnowledgeStore(tables);

  it("comes back as it was stored, the last version of each", async () => {
    await store().putAll([aKnown(), aKnownVersion({ references: [{ form: "unreadable", text: "?" }] })]);
    await store().putAll([aKnown({ lastSeenAt: NOW })]);
    const known = await collect(store().list());
    expect(new Map(known.map((entry) => [entry.of, entry]))).toEqual(
      new Map<string, unknown>([
        ["artifactManifest", aKnown({ lastSeenAt: NOW })],
        ["version", aKnownVersion({ references: [{ form: "unreadable", text: "?" }] })],
      ]),
    );
    expect(known).toHaveLength(2);
  });

  it.each([{ enforcedSince: NOW }, { enforcedSince: undefined }])(
    "of a store comes back, enforced since $enforcedSince",
    async ({ enforcedSince }) => {
      const facts = { storeId: STORE, registryId: REGISTRY, enforcedSince, enforceDeadline: enforcedSince };
      await store().putStore(facts);
      expect(await store().findStore(STORE)).toEqual(facts);
      expect(await collect(store().listStores())).toEqual([facts]);
      expect(await store().findStore(`${STORE}2`)).toBeUndefined();
      expect(await collect(store().list())).toEqual([]);
    },
  );
});

describe("deletions", () => {
  const now = Date.parse(NOW);
  const aDeletion = (deletion: Partial<Deletion> = {}): Deletion => ({
    registryId: REGISTRY,
    repository: "cnf/nginx",
    digest: digest(1),
    runId: "r",
    size: 10,
    freedBytes: 5,
    intentAt: NOW,
    outcome: undefined,
    outcomeAt: undefined,
    ...deletion,
  });
  const since = (sinceMs: number) => collect(new DeletionStore(tables).listSince(REGISTRY, sinceMs, now));

  it("have an intent, which their outcome takes the place of", async () => {
    const store = new DeletionStore(tables);
    await store.put(aDeletion());
    expect(await since(now)).toEqual([aDeletion()]);
    await store.put(aDeletion({ outcome: "deleted", outcomeAt: NOW }));
    expect(await since(now)).toEqual([aDeletion({ outcome: "deleted", outcomeAt: NOW })]);
  });

  it("of two runs are two", async () => {
    const store = new DeletionStore(tables);
    await store.put(aDeletion({ outcome: "kept", outcomeAt: NOW }));
    await store.put(aDeletion({ runId: "s" }));
    expect(await since(now)).toHaveLength(2);
  });

  it("are listed from an instant on, over days, for one registry", async () => {
    const store = new DeletionStore(tables);
    const instants = [
      "2026-02-27T23:59:59Z",
      "2026-02-28T00:00:00Z",
      "2026-03-01T00:59:59Z",
      "2026-03-01T01:00:00Z",
      NOW,
    ];
    for (const [index, intentAt] of instants.entries()) await store.put(aDeletion({ digest: digest(index), intentAt }));
    await store.put(aDeletion({ registryId: `${REGISTRY}2` }));
    expect((await since(now - DAY_MS)).map(({ intentAt }) => intentAt)).toEqual(instants.slice(3));
    expect((await since(Date.parse("2026-02-28T00:00:00Z"))).map(({ intentAt }) => intentAt)).toEqual(
      instants.slice(1),
    );
  });
});
