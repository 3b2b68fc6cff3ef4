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
      { digest: digest(2), mediaType: "x", edges: someEdges() },
    ]);
    expect(await store.find(digest(1), INDEX)).toEqual(edges);
    expect(await store.find(digest(1), "x")).toBeUndefined();
    expect(await store.find(digest(2), "x")).toEqual(someEdges());
    expect(await store.find(digest(3), "x")).toBeUndefined();
  });

  it("are not kept where they are not understood, or too large for a row, beside those that are", async () => {
    const store = new EdgeStore(tables);
    const children = Array.from({ length: 7000 }, (_, index) => digest(index));
    await store.putAll([
      { digest: digest(1), mediaType: INDEX, edges: someEdges({ understood: false }) },
      { digest: digest(2), mediaType: INDEX, edges: someEdges({ children }) },
      { digest: digest(3), mediaType: INDEX, edges: someEdges({ children: children.slice(0, 5000) }) },
    ]);
    expect(await store.find(digest(1), INDEX)).toBeUndefined();
    expect(await store.find(digest(2), INDEX)).toBeUndefined();
    expect((await store.find(digest(3), INDEX))?.children).toHaveLength(5000);
    expect(tables.textsOf("edges")).toHaveLength(1);
  });

  it("that were stored as not understood are read anew", async () => {
    const [hex, body] = [digest(1).slice(7), { v: 1, mediaType: INDEX, edges: someEdges({ understood: false }) }];
    await tables.open("edges").put({ partitionKey: hex.slice(0, 2), rowKey: `sha256=3a${hex}`, body });
    expect(await new EdgeStore(tables).find(digest(1), INDEX)).toBeUndefined();
    await tables
      .open("edges")
      .put({ partitionKey: hex.slice(0, 2), rowKey: `sha256=3a${hex}`, body: { ...body, edges } });
    expect(await new EdgeStore(tables).find(digest(1), INDEX)).toEqual(edges);
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

describe("the newest deletions of a repository", () => {
  const aDeletion = (deletion: Partial<Deletion>): Deletion => ({
    registryId: REGISTRY,
    repository: "cnf/nginx",
    digest: digest(1),
    runId: "r",
    size: 10,
    freedBytes: 5,
    intentAt: NOW,
    outcome: "deleted",
    outcomeAt: NOW,
    ...deletion,
  });
  const untilMs = Date.parse(NOW);
  const newest = async (days: number): Promise<readonly string[]> => {
    const scope = { registryId: REGISTRY, repository: "cnf/nginx", sinceMs: untilMs - days * DAY_MS, untilMs };
    return [...(await new DeletionStore(tables).findNewest(scope)).values()].map(({ runId }) => runId).sort();
  };

  it("are the last of each digest, over days and within one, whatever came of them", async () => {
    const store = new DeletionStore(tables);
    await store.put(aDeletion({ runId: "a", intentAt: "2026-02-20T05:00:00Z" }));
    await store.put(aDeletion({ runId: "z", intentAt: "2026-02-28T05:00:00Z" }));
    await store.put(aDeletion({ runId: "b", intentAt: "2026-02-28T06:00:00.000Z", outcome: "kept" }));
    await store.put(aDeletion({ runId: "c", digest: digest(2), intentAt: "2026-02-01T05:00:00Z", outcome: undefined }));
    expect(await newest(60)).toEqual(["b", "c"]);
    expect(await newest(20)).toEqual(["b"]);
    expect(await newest(0)).toEqual([]);
  });

  it("are those of this registry and this repository, and not of one whose name begins alike", async () => {
    const store = new DeletionStore(tables);
    for (const [runId, at] of Object.entries({
      registry: { registryId: `${REGISTRY}2` },
      longer: { repository: "cnf/nginx2" },
      below: { repository: "cnf/nginx/sub" },
      shorter: { repository: "cnf" },
      own: {},
    }))
      await store.put(aDeletion({ runId, digest: digest(runId.length), ...at }));
    expect(await newest(1)).toEqual(["own"]);
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

describe("what a registry confirmed as gone", () => {
  const keys = Array.from({ length: 1200 }, (_, index) => `cnf/nginx@${digest(index)}`);
  const read = (registryId = REGISTRY) => new AbsenceStore(tables).listOfRegistry(registryId);

  it("comes back with the time of the last answer, until it is removed", async () => {
    const store = new AbsenceStore(tables);
    await store.addOfRegistry(REGISTRY, [...keys, "cnf/web@"], NOW);
    await store.addOfRegistry(REGISTRY, keys.slice(0, 1), "2026-03-03T01:00:00Z");
    expect((await read()).size).toBe(keys.length + 1);
    expect((await read()).get(keys[0] ?? "")).toBe("2026-03-03T01:00:00Z");
    await store.removeOfRegistry(REGISTRY, keys);
    expect(await read()).toEqual(new Map([["cnf/web@", NOW]]));
  });

  it("is that of one registry, and no resource that ARM confirmed", async () => {
    const store = new AbsenceStore(tables);
    await store.addOfRegistry(REGISTRY, keys.slice(0, 2), NOW);
    await store.add([STORE], NOW);
    expect(await read(`${REGISTRY}2`)).toEqual(new Map());
    await store.clear();
    expect((await read()).size).toBe(2);
    expect(await store.list(new Date(0))).toEqual(new Set());
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
