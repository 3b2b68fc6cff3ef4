import { beforeEach, describe, expect, it } from "@jest/globals";
import type { HeaderPageRequest, Part, SnapshotHeader } from "../../../lib/stores/snapshotStore.ts";
import { toInstantId } from "../../../lib/core/instantId.ts";
import { GRAPH_PART, SnapshotStore, toUnknownPart } from "../../../lib/stores/snapshotStore.ts";
import { aStore, NOW, REGISTRY } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const ID = "20260302T010000Z";

function aHeader(header: Partial<SnapshotHeader> = {}): SnapshotHeader {
  const id = header.id ?? ID;
  return {
    id,
    at: NOW,
    readAt: NOW,
    runId: `${id}-snapshot`,
    state: "sealed",
    expectedParts: [GRAPH_PART],
    processedAt: undefined,
    ...header,
  };
}

function aPart(part: Partial<Part> = {}): Part {
  const seen = { counts: { publisher: 1 }, subscriptions: ["sub1"] };
  return { name: GRAPH_PART, complete: true, reasons: [], ...seen, accepted: [], ...part };
}

let snapshots: SnapshotStore;
beforeEach(() => {
  snapshots = new SnapshotStore(new MemoryTables());
});

describe("the header of a snapshot", () => {
  it("is named for its instant", () => {
    expect(toInstantId(new Date("2026-03-02T01:00:00.999Z"))).toBe(ID);
  });

  it("comes back as it was stored, and is not started anew", async () => {
    const header = aHeader({ state: "open", expectedParts: undefined });
    await snapshots.create(header);
    await snapshots.create(aHeader({ runId: "another" }));
    expect(await snapshots.find(ID)).toEqual(header);
    expect(await snapshots.find("20260303T010000Z")).toBeUndefined();
    expect(await snapshots.find("nonsense/#?")).toBeUndefined();
  });

  it("is listed newest first", async () => {
    for (const id of ["20260302T010000Z", "20251231T235959Z", "20260302T010001Z"])
      await snapshots.create(aHeader({ id }));
    const ids = (await collect(snapshots.list())).map(({ id }) => id);
    expect(ids).toEqual(["20260302T010001Z", "20260302T010000Z", "20251231T235959Z"]);
  });

  it("changes one change after the other, or not at all", async () => {
    await snapshots.create(aHeader({ state: "open" }));
    const seal = () =>
      snapshots.update(ID, (header) => (header.state === "open" ? { ...header, state: "sealed" } : undefined));
    const answers = await Promise.all([seal(), seal()]);
    expect(answers.filter((answer) => answer !== undefined)).toEqual([aHeader()]);
    expect(await snapshots.update("20260303T010000Z", (header) => header)).toBeUndefined();
  });
});

describe("a page of headers", () => {
  const nights = ["20260305T010000Z", "20260304T010000Z", "20260303T010000Z", "20260302T010000Z"];
  const listIds = async (request: HeaderPageRequest): Promise<readonly unknown[]> => {
    const { headers, next } = await snapshots.listPageOfHeaders(request);
    return [headers.map(({ id }) => id), next === undefined ? "last" : "more"];
  };
  beforeEach(async () => {
    for (const id of nights.toReversed()) await snapshots.create(aHeader({ id }));
  });

  it.each([
    { name: "some", limit: 3, ids: nights.slice(0, 3), end: "more" },
    { name: "exactly all", limit: 4, ids: nights, end: "last" },
    { name: "more than there are", limit: 9, ids: nights, end: "last" },
  ])("holds the newest first, and says whether another follows: $name", async ({ limit, ids, end }) => {
    expect(await listIds({ limit })).toEqual([ids, end]);
  });

  it("goes on after the page before, also where its last snapshot was dropped meanwhile or newer ones came", async () => {
    const { next } = await snapshots.listPageOfHeaders({ limit: 2 });
    expect(await listIds({ after: next, limit: 2 })).toEqual([nights.slice(2), "last"]);
    await snapshots.drop("20260304T010000Z");
    await snapshots.create(aHeader({ id: "20260306T010000Z" }));
    expect(await listIds({ after: next, limit: 1 })).toEqual([nights.slice(2, 3), "more"]);
  });

  it.each([
    { name: "an id", request: { after: "20260304T010000Z", limit: 2 }, message: /not a continuation token/ },
    { name: "nothing", request: { after: "", limit: 2 }, message: /not a continuation token/ },
    { name: "a token of something else", request: { after: btoa("x"), limit: 2 }, message: /not a continuation token/ },
    { name: "no snapshots at all", request: { limit: 0 }, message: /at least one/ },
  ])("is refused for $name", async ({ request, message }) => {
    const error: unknown = await snapshots.listPageOfHeaders(request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe("the parts of a snapshot", () => {
  it("come back as they were stored, the last version of each", async () => {
    const reasons = [{ code: "countMismatch", subject: REGISTRY, repository: "cnf/nginx", detail: "1 of 2" }] as const;
    await snapshots.putPart(ID, aPart({ name: REGISTRY }));
    await snapshots.putPart(ID, aPart({ name: REGISTRY, complete: false, reasons }));
    await snapshots.putPart(ID, aPart());
    expect(await snapshots.listParts(ID)).toEqual([aPart({ name: REGISTRY, complete: false, reasons }), aPart()]);
    expect(await snapshots.listParts("20260303T010000Z")).toEqual([]);
  });

  it("keep the first of very many reasons", async () => {
    const reasons = Array.from({ length: 150 }, (_, index) => ({ code: "rowUnreadable", detail: `${index}` }) as const);
    await snapshots.putPart(ID, aPart({ complete: false, reasons }));
    expect((await snapshots.listParts(ID))[0]?.reasons).toEqual(reasons.slice(0, 100));
  });

  it.each([
    { name: "remember that one was cut which covers them whole", more: { code: "queryFailed" }, cut: true },
    {
      name: "do not say so of one about a repository",
      more: { code: "countMismatch", repository: "r" },
      cut: undefined,
    },
  ] as const)("$name", async ({ more, cut }) => {
    const hidden = Array.from(
      { length: 100 },
      (_, index) => ({ code: "subscriptionNotVisible", subject: `${index}` }) as const,
    );
    await snapshots.putPart(ID, aPart({ complete: false, reasons: [...hidden, more] }));
    expect((await snapshots.listParts(ID))[0]?.cut).toBe(cut);
    await snapshots.updatePart(ID, GRAPH_PART, (part) => ({ ...part, reasons: [] }));
    expect((await snapshots.listParts(ID))[0]?.cut).toBe(cut);
  });

  it("keep who refused the observer", async () => {
    const reasons = [
      { code: "registryUnusable", service: "registry" },
      { code: "queryFailed", service: "ARM" },
    ] as const;
    await snapshots.putPart(ID, aPart({ complete: false, reasons }));
    expect((await snapshots.listParts(ID))[0]?.reasons).toEqual(reasons);
  });

  it("never cut the one that says that repositories were not even asked for", async () => {
    const some = Array.from(
      { length: 100 },
      (_, index) => ({ code: "countMismatch", repository: `${index}` }) as const,
    );
    const refused = { code: "catalogueRefused" } as const;
    await snapshots.putPart(ID, aPart({ reasons: [...some, refused] }));
    expect((await snapshots.listParts(ID))[0]?.reasons).toContainEqual(refused);
  });

  it("never cut the reason that nobody may lift, nor the one that covers the whole part", async () => {
    const fell = Array.from({ length: 60 }, (_, index) => ({ code: "implausibleFall", detail: `${index}` }) as const);
    const some = fell.map(({ detail }) => ({ code: "countMismatch", repository: detail }) as const);
    await snapshots.putPart(ID, aPart({ reasons: [...some, ...fell, { code: "rowsMissing" }] }));
    const kept = (await snapshots.listParts(ID))[0]?.reasons ?? [];
    expect(kept).toEqual([{ code: "rowsMissing" }, ...fell, ...some.slice(0, 39)]);
    await snapshots.updatePart(ID, GRAPH_PART, (part) => ({ ...part, reasons: [...kept, { code: "queryFailed" }] }));
    const changed = (await snapshots.listParts(ID))[0]?.reasons ?? [];
    expect(changed).toEqual([{ code: "rowsMissing" }, { code: "queryFailed" }, ...fell, ...some.slice(0, 38)]);
  });

  it("change one change after the other, or not at all", async () => {
    const acceptance = (by: string) => ({ by, why: "meant", at: NOW, reasons: [{ code: "implausibleFall" }] as const });
    const accept = (by: string) =>
      snapshots.updatePart(ID, GRAPH_PART, (part) => ({ ...part, accepted: [...part.accepted, acceptance(by)] }));
    expect(await accept("nobody")).toBeUndefined();
    await snapshots.putPart(ID, aPart());
    await Promise.all([accept("ann"), accept("bob")]);
    expect(await snapshots.updatePart(ID, GRAPH_PART, () => undefined)).toBeUndefined();
    const [part] = await snapshots.listParts(ID);
    expect(part?.accepted.map(({ by }) => by).sort()).toEqual(["ann", "bob"]);
    expect(part).toEqual(aPart({ accepted: part?.accepted ?? [] }));
  });

  it("of which nothing is known are not complete, and nobody has accepted anything of them", () => {
    const part = toUnknownPart(REGISTRY, { code: "partMissing" });
    expect(part).toMatchObject({ name: REGISTRY, complete: false, accepted: [], subscriptions: [] });
  });
});

describe("the newest complete snapshot", () => {
  const nights = ["20260301T010000Z", "20260302T010000Z", "20260303T010000Z"] as const;
  const store = async (id: string, part: Partial<Part>, header: Partial<SnapshotHeader> = {}): Promise<void> => {
    await snapshots.create(aHeader({ id, ...header }));
    await snapshots.putPart(id, aPart(part));
  };

  it.each<{
    readonly name: string;
    readonly last: readonly [Partial<Part>, Partial<SnapshotHeader>?];
    readonly found: string;
  }>([
    { name: "is the last", last: [{}], found: nights[2] },
    { name: "is an older one where the last is incomplete", last: [{ complete: false }], found: nights[1] },
    { name: "is an older one where the last is still open", last: [{}, { state: "open" }], found: nights[1] },
    { name: "is an older one where the last lacks the part", last: [{ name: REGISTRY }], found: nights[1] },
  ])("$name", async ({ last, found }) => {
    await store(nights[0], {});
    await store(nights[1], {});
    await store(nights[2], ...last);
    expect((await snapshots.findComplete(GRAPH_PART))?.header.id).toBe(found);
  });

  it("before another one is older than that", async () => {
    for (const id of nights) await store(id, {});
    expect((await snapshots.findComplete(GRAPH_PART, nights[2]))?.header.id).toBe(nights[1]);
    expect(await snapshots.findComplete(GRAPH_PART, nights[0])).toBeUndefined();
  });

  it("is told with its part, which is complete by itself whatever the others are", async () => {
    await store(nights[0], { complete: false });
    await snapshots.putPart(nights[0], aPart({ name: REGISTRY, counts: { manifests: 7 } }));
    expect((await snapshots.findComplete(REGISTRY))?.part).toEqual(aPart({ name: REGISTRY, counts: { manifests: 7 } }));
    expect(await snapshots.findComplete(GRAPH_PART)).toBeUndefined();
  });
});

describe("a snapshot that is dropped", () => {
  it("is gone with header, parts and content, and leaves the others", async () => {
    for (const id of [ID, "20260303T010000Z"]) {
      await snapshots.create(aHeader({ id }));
      await snapshots.putPart(id, aPart());
      await snapshots.putResources(id, [aStore()]);
    }
    await snapshots.drop(ID);
    await snapshots.drop(ID);
    expect(await snapshots.find(ID)).toBeUndefined();
    expect(await snapshots.listParts(ID)).toEqual([]);
    expect(await collect(snapshots.listResources(ID, "structure"))).toEqual([]);
    expect((await collect(snapshots.list())).map(({ id }) => id)).toEqual(["20260303T010000Z"]);
    expect(await collect(snapshots.listResources("20260303T010000Z", "structure"))).toHaveLength(1);
  });
});
