import { beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "../../../lib/core/duration.ts";
import type { Deletion } from "../../../lib/stores/deletionStore.ts";
import { DeletionStore } from "../../../lib/stores/deletionStore.ts";
import { EdgeStore } from "../../../lib/stores/edgeStore.ts";
import { AbsenceStore } from "../../../lib/stores/absenceStore.ts";
import { AdoptionStore } from "../../../lib/stores/adoptionStore.ts";
import { anAdoption, artifactManifestId, digest, NOW, REGISTRY, someEdges, STORE } from "../../fakes/builders.ts";
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

describe("absences", () => {
  const ids = Array.from({ length: 700 }, (_, index) => artifactManifestId(`cnf-${index}`));

  it("are those that were added and not removed since", async () => {
    const store = new AbsenceStore(tables);
    expect(await store.list(new Date(0))).toEqual(new Set());
    await store.add(ids, NOW);
    await store.add(ids.slice(0, 2), "2026-03-03T01:00:00Z");
    expect(await store.list(new Date(0))).toEqual(new Set(ids));
    await store.remove([...ids.slice(1), artifactManifestId("never there")]);
    expect(await store.list(new Date(0))).toEqual(new Set(ids.slice(0, 1)));
  });

  it("can be cleared, also when there are none, and added again at once", async () => {
    const store = new AbsenceStore(tables);
    await store.clear();
    await store.add(ids, NOW);
    await store.clear();
    expect(await store.list(new Date(0))).toEqual(new Set());
    await store.add(ids.slice(0, 1), NOW);
    expect(await store.list(new Date(0))).toEqual(new Set(ids.slice(0, 1)));
  });
});

describe("an adoption", () => {
  const LATER = "2026-03-05T09:00:00Z";
  const all = () => collect(new AdoptionStore(tables).list());

  it("is created once, and comes back", async () => {
    const store = new AdoptionStore(tables);
    expect(await store.create(anAdoption())).toBe(true);
    expect(await store.create(anAdoption({ by: "another" }))).toBe(false);
    expect(await store.find(STORE, "old")).toEqual(anAdoption());
    expect(await all()).toEqual([anAdoption()]);
  });

  it.each([
    { name: "prefix", other: { prefix: "old/nginx" } },
    { name: "store", other: { storeId: `${STORE}2` } },
  ])("of another $name is another", async ({ other }) => {
    const store = new AdoptionStore(tables);
    await store.create(anAdoption());
    expect(await store.create(anAdoption(other))).toBe(true);
    expect(await all()).toHaveLength(2);
    expect(await store.remove(STORE, "old")).toBe(true);
    expect(await all()).toEqual([anAdoption(other)]);
  });

  it("lapses once, keeps the first date, and stays on record", async () => {
    const store = new AdoptionStore(tables);
    expect(await store.lapse(STORE, "old", NOW)).toBe(false);
    await store.create(anAdoption());
    expect(await store.lapse(STORE, "old", NOW)).toBe(true);
    expect(await store.lapse(STORE, "old", LATER)).toBe(false);
    expect(await all()).toEqual([anAdoption({ lapsedAt: NOW })]);
  });

  it("that lapsed makes room for a new one, by one person only", async () => {
    const store = new AdoptionStore(tables);
    await store.create(anAdoption({ lapsedAt: NOW }));
    const people = ["ann", "bob"].map((by) => anAdoption({ by, at: LATER }));
    const answers = await Promise.all(people.map((adoption) => store.create(adoption)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await all()).toEqual([people[answers.indexOf(true)]]);
  });

  it("that was removed is gone, and removing it again says so", async () => {
    const store = new AdoptionStore(tables);
    await store.create(anAdoption());
    expect(await store.remove(STORE, "old")).toBe(true);
    expect(await store.remove(STORE, "old")).toBe(false);
    expect(await store.find(STORE, "old")).toBeUndefined();
  });
});
