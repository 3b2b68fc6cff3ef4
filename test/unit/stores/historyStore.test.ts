import { beforeEach, describe, expect, it } from "@jest/globals";
import type { ResourceChange } from "../../../lib/core/history.ts";
import { HistoryStore } from "../../../lib/stores/historyStore.ts";
import { aChange, artifactManifestId, STORE } from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const KIND = "artifactStore" as const;

let history: HistoryStore;
beforeEach(() => {
  history = new HistoryStore(new MemoryTables());
});

/** A change that the snapshot of a day in 2026 showed. */
function onDay(day: number, change: Partial<ResourceChange> = {}): ResourceChange {
  const at = new Date(Date.UTC(2026, 0, day, 1)).toISOString();
  return aChange({ at, snapshotId: `${at.slice(0, 10).replaceAll("-", "")}T010000Z`, ...change });
}

const append = (...changes: readonly ResourceChange[]): Promise<void> =>
  history.append(changes.map((change) => ({ id: STORE, kind: KIND, change })));
const changesOf = async (id = STORE): Promise<readonly ResourceChange[] | undefined> =>
  (await history.find(id))?.changes;

describe("the history of a resource", () => {
  it("holds its changes, oldest first, in whatever order they came", async () => {
    expect(await history.find(STORE)).toBeUndefined();
    await append(onDay(2));
    await append(onDay(3), onDay(1));
    expect(await history.find(STORE)).toEqual({ id: STORE, kind: KIND, changes: [onDay(1), onDay(2), onDay(3)] });
  });

  it("does not grow when the same is appended again: the change of a snapshot is replaced", async () => {
    await append(onDay(1), onDay(2));
    await append(onDay(1), onDay(2));
    expect(await changesOf()).toEqual([onDay(1), onDay(2)]);
    await append(onDay(2, { change: "disappeared", fields: [] }));
    expect(await changesOf()).toEqual([onDay(1), onDay(2, { change: "disappeared", fields: [] })]);
  });

  it("is found for many at once, each its own, over more than are written at a time", async () => {
    const ids = Array.from({ length: 1100 }, (_, index) => artifactManifestId(`cnf-${index}`));
    await history.append(ids.map((id, index) => ({ id, kind: "artifactManifest", change: onDay(index % 300) })));
    const found = await history.findAll([...ids, ...ids.slice(0, 1), artifactManifestId("none")]);
    expect(found.size).toBe(1100);
    for (const [index, id] of ids.entries()) expect(found.get(id)?.changes).toEqual([onDay(index % 300)]);
  });

  it("keeps the first change and the newest 99", async () => {
    const days = Array.from({ length: 130 }, (_, index) => onDay(index + 1));
    await append(...days.slice(0, 100));
    expect(await changesOf()).toEqual(days.slice(0, 100));
    await append(...days.slice(100));
    expect(await changesOf()).toEqual([days[0], ...days.slice(31)]);
  });

  it("cuts long lists and texts, says so, and is not cut further when it is written again", async () => {
    const added = Array.from({ length: 60 }, (_, index) => `${index}`.padEnd(400, "x"));
    await append(onDay(1, { fields: [{ field: "references", removed: ["short"], added }] }));
    const [stored] = (await changesOf()) ?? [];
    const field = stored?.fields[0];
    expect(field).toMatchObject({ field: "references", removed: ["short"] });
    expect(field?.added).toHaveLength(40);
    expect(field?.added[0]).toBe(`${added[0]?.slice(0, 299) ?? ""}…`);
    expect(field?.added.at(-1)).toBe("… and 21 more");
    await append(onDay(2));
    expect((await changesOf())?.[0]).toEqual(stored);
  });

  it("drops older changes, not the first, where a row cannot hold them all", async () => {
    const large = (day: number): ResourceChange => {
      const added = Array.from({ length: 40 }, (_, index) => `${day}-${index}`.padEnd(300, "x"));
      return onDay(day, { fields: [{ field: "references", removed: added, added }] });
    };
    const days = Array.from({ length: 40 }, (_, index) => large(index + 1));
    await append(...days);
    const stored = (await changesOf()) ?? [];
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.length).toBeLessThan(40);
    expect(stored).toEqual([days[0], ...days.slice(1 - stored.length)]);
  });

  it("holds the newest change alone where no two fit", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `"${index}`.padEnd(300, '"'));
    const fields = Array.from({ length: 14 }, (_, index) => ({ field: `f${index}`, removed: texts, added: [] }));
    await append(onDay(1, { fields }), onDay(2, { fields }));
    expect(await changesOf()).toEqual([onDay(2, { fields })]);
  });
});

describe("pruning", () => {
  const CUTOFF = new Date(Date.UTC(2026, 0, 2, 1));

  it("drops what is older than the cutoff, keeps the cutoff itself, and says how many it dropped", async () => {
    await append(onDay(0), onDay(1), onDay(2), onDay(3));
    expect(await history.prune(CUTOFF, () => false)).toBe(2);
    expect(await changesOf()).toEqual([onDay(2), onDay(3)]);
    expect(await history.prune(CUTOFF, () => false)).toBe(0);
  });

  it("drops the row of a resource without any change left", async () => {
    await append(onDay(1));
    await history.prune(CUTOFF, () => false);
    expect(await history.find(STORE)).toBeUndefined();
  });

  it("leaves whole what is needed, and nothing but that", async () => {
    const needed = artifactManifestId("needed");
    await append(onDay(1), onDay(3));
    await history.append([{ id: needed, kind: "artifactManifest", change: onDay(1) }]);
    expect(await history.prune(CUTOFF, ({ id }) => id === needed)).toBe(1);
    expect(await changesOf(needed)).toEqual([onDay(1)]);
    expect(await changesOf()).toEqual([onDay(3)]);
  });
});
