import { beforeEach, describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { StoredHold } from "../../../lib/stores/holdStore.ts";
import { HoldStore, isHoldId } from "../../../lib/stores/holdStore.ts";
import { aHold, digest, REGISTRY, STORE } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

let tables: MemoryTables;
let store: HoldStore;
beforeEach(() => {
  tables = new MemoryTables();
  store = new HoldStore(tables, sha256Hex);
});

const ofDigest = (number: number) => ({ of: "digest", digest: digest(number) }) as const;
const LATER = "2026-09-01T00:00:00.000Z";
const EARLIER = "2026-03-03T00:00:00.000Z";

const untils = async (): Promise<readonly string[]> => (await collect(store.list())).map(({ until }) => until);

describe("a hold", () => {
  it("is found by an id that its scope alone decides", async () => {
    const first = await store.put(aHold());
    const { hold } = await store.put(aHold({ owner: "another team", until: EARLIER }));
    expect(hold.id).toBe(first.hold.id);
    expect(isHoldId(hold.id)).toBe(true);
    expect(await store.find(hold.id)).toEqual({ ...aHold({ owner: "another team", until: EARLIER }), id: hold.id });
    expect(await store.find("unknown")).toBeUndefined();
  });

  it("takes the place of one of the same scope, and tells which", async () => {
    const first = await store.put(aHold());
    expect(first.replaced).toBeUndefined();
    const second = await store.put(aHold({ until: EARLIER }));
    expect(second.replaced).toEqual(first.hold);
    expect(await untils()).toEqual([EARLIER]);
  });

  it("leaves those of other scopes alone", async () => {
    const scopes = [
      ofDigest(1),
      ofDigest(2),
      { of: "repository", registryId: REGISTRY, repository: "cnf/nginx" },
      { of: "artifactManifest", id: STORE },
      { of: "store", id: STORE },
    ] as const;
    for (const scope of scopes) expect((await store.put(aHold({ scope }))).replaced).toBeUndefined();
    const stored = await collect(store.list());
    expect(stored).toHaveLength(scopes.length);
    expect(stored.map(({ id }) => id)).toEqual(stored.map(({ id }) => id).sort());
  });

  it("that is only to be extended never ends earlier for it", async () => {
    await store.extend(aHold());
    expect(await untils()).toEqual([aHold().until]);
    const kept = await store.extend(aHold({ until: EARLIER, owner: "another team" }));
    expect(kept).toMatchObject({ hold: { until: aHold().until, owner: "release team" }, replaced: undefined });
    expect(await untils()).toEqual([aHold().until]);
    const extended = await store.extend(aHold({ until: LATER }));
    expect(extended).toMatchObject({ hold: { until: LATER }, replaced: { until: aHold().until } });
    expect(await untils()).toEqual([LATER]);
  });

  it("is removed once, and what was removed is told", async () => {
    const { hold } = await store.put(aHold());
    expect(await store.remove(hold.id)).toEqual(hold);
    expect(await store.remove(hold.id)).toBeUndefined();
    expect(await untils()).toEqual([]);
  });

  it("is dropped once it was over before an instant, and not before", async () => {
    const over = await store.put(aHold({ until: EARLIER }));
    await store.put(aHold({ scope: ofDigest(2), until: LATER }));
    await store.put(aHold({ scope: ofDigest(3), until: "not a date" }));
    expect(await store.prune(new Date(EARLIER))).toEqual([]);
    expect(await store.prune(new Date("2026-03-03T00:00:01Z"))).toEqual([over.hold]);
    expect([...(await untils())].sort()).toEqual([LATER, "not a date"]);
  });
});

describe("a page of holds", () => {
  it("ends where the next one begins, and holds only what is asked for", async () => {
    for (let number = 1; number <= 7; number += 1) await store.put(aHold({ scope: ofDigest(number) }));
    await store.put(aHold({ scope: ofDigest(8), owner: "another team" }));
    const matches = ({ owner }: StoredHold): boolean => owner === "release team";
    const listed: StoredHold[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < 4; pages += 1) {
      const page = await store.listPage({ matches, after, limit: 2 });
      listed.push(...page.holds);
      after = page.next;
    }
    expect(after).toBeUndefined();
    expect(listed).toEqual((await collect(store.list())).filter(matches));
    await expect(store.listPage({ matches, after: "x", limit: 2 })).rejects.toThrow(RangeError);
  });
});
