import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Part, SnapshotHeader } from "../../../lib/stores/snapshotStore.ts";
import { GRAPH_PART, SnapshotStore, toSnapshotId } from "../../../lib/stores/snapshotStore.ts";
import {
  aManifest,
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  aRepository,
  aResource,
  aStore,
  aVerdict,
  digest,
  NOW,
  REGISTRY,
  someEdges,
  tagged,
} from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const ID = "20260302T010000Z";

function aHeader(header: Partial<SnapshotHeader> = {}): SnapshotHeader {
  const id = header.id ?? ID;
  return {
    id,
    at: NOW,
    runId: `${id}-snapshot`,
    state: "sealed",
    expectedParts: [GRAPH_PART],
    processedAt: undefined,
    ...header,
  };
}

function aPart(part: Partial<Part> = {}): Part {
  return { name: GRAPH_PART, complete: true, reasons: [], counts: { publisher: 1 }, subscriptions: ["sub1"], ...part };
}

let tables: MemoryTables;
let snapshots: SnapshotStore;
beforeEach(() => {
  tables = new MemoryTables();
  snapshots = new SnapshotStore(tables);
});

describe("the header of a snapshot", () => {
  it("is named for its instant", () => {
    expect(toSnapshotId(new Date("2026-03-02T01:00:00.999Z"))).toBe(ID);
  });

  it("comes back as it was stored, and is not started anew", async () => {
    const header = aHeader({ state: "open", expectedParts: undefined });
    await snapshots.create(header);
    await snapshots.create(aHeader({ runId: "another" }));
    expect((await snapshots.find(ID))?.header).toEqual(header);
    expect(await snapshots.find("20260303T010000Z")).toBeUndefined();
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

describe("the resources of a snapshot", () => {
  it("come back as they were stored, of every kind", async () => {
    const resources = [
      aResource({ state: undefined, createdAt: undefined }),
      aStore({ details: { of: "store", storeType: undefined, registryId: undefined } }),
      anArtifactManifest({
        details: { of: "artifactManifest", artifacts: [{ name: "nginx", version: "1.0" }], unreadable: ["null"] },
      }),
      anNfdv({
        details: {
          of: "version",
          references: [
            { form: "artifactManifest", id: "a" },
            { form: "store", id: "s", chart: true, artifact: undefined },
            { form: "store", id: "s", chart: false, artifact: { name: "n", version: undefined } },
            { form: "unreadable", text: "?" },
          ],
        },
      }),
      aNetworkFunction({
        versions: [
          { by: "id", id: "v" },
          { by: "names", publisher: "p", group: undefined, version: "1" },
          { by: "mention", publisherId: undefined, texts: ["a"] },
          { by: "unreadable", publisherId: "p", text: "?" },
        ],
        digests: [digest(1)],
        hasSecretValues: true,
      }),
      aResource({
        id: REGISTRY,
        kind: "registry",
        details: { of: "registry", loginServer: "a.azurecr.io", roleAssignmentMode: undefined, retentionDays: 7 },
      }),
    ];
    await snapshots.putResources(ID, resources);
    const stored = await collect(snapshots.listResources(ID));
    expect(new Map(stored.map((resource) => [resource.id, resource]))).toEqual(
      new Map(resources.map((resource) => [resource.id, resource])),
    );
  });
});

describe("the repositories of a snapshot", () => {
  const full = aRepository({
    manifests: [
      aManifest({ digest: digest(1), tags: [{ name: "1.0", movedAt: "2026-01-01T00:00:00Z" }, ...tagged("latest")] }),
      aManifest({
        digest: digest(2),
        mediaType: undefined,
        createdAt: undefined,
        locked: true,
        edges: someEdges({ children: [digest(1)], subject: digest(3), layers: [{ digest: digest(9), size: 5 }] }),
      }),
      aManifest({ digest: digest(3), edges: undefined }),
    ],
  });

  it("come back one by one as they were stored, registry manifests sorted by digest", async () => {
    const repositories = [
      full,
      aRepository({ name: "cnf", locked: true }),
      aRepository({ name: "cnf/nginx-debug", incomplete: ["countMismatch"], manifests: [aManifest()] }),
      aRepository({
        name: "cnf2/nginx",
        manifests: [aManifest({ digest: digest(7) }), aManifest({ digest: digest(8) })],
      }),
    ];
    await snapshots.putRepositories(ID, repositories);
    const stored = await collect(snapshots.listRepositories(ID, REGISTRY));
    expect(new Map(stored.map((repository) => [repository.name, repository]))).toEqual(
      new Map(repositories.map((repository) => [repository.name, repository])),
    );
    expect(stored).toHaveLength(repositories.length);
  });

  it("stay apart when very many share the partitions", async () => {
    const repositories = Array.from({ length: 120 }, (_, index) =>
      aRepository({ name: `cnf${index}/image`, manifests: index % 3 === 0 ? [] : [aManifest({ size: index })] }),
    );
    await snapshots.putRepositories(ID, repositories);
    const stored = await collect(snapshots.listRepositories(ID, REGISTRY));
    expect(stored).toHaveLength(120);
    for (const { name, manifests } of stored) {
      const index = Number(/\d+/.exec(name)?.[0]);
      expect(manifests.map(({ size }) => size)).toEqual(index % 3 === 0 ? [] : [index]);
    }
  });

  it("are found by name, and not by the start of one", async () => {
    await snapshots.putRepositories(ID, [full, aRepository({ name: "cnf/nginx-debug", manifests: [aManifest()] })]);
    expect(await snapshots.findRepository(ID, REGISTRY, "cnf/nginx")).toEqual(full);
    expect(await snapshots.findRepository(ID, REGISTRY, "cnf/ngin")).toBeUndefined();
    expect(await snapshots.findRepository(ID, `${REGISTRY}2`, "cnf/nginx")).toBeUndefined();
  });

  it("are those of one registry and one snapshot only", async () => {
    await snapshots.putRepositories(ID, [full]);
    expect(await collect(snapshots.listRepositories(ID, `${REGISTRY}2`))).toEqual([]);
    expect(await collect(snapshots.listRepositories("20260303T010000Z", REGISTRY))).toEqual([]);
  });

  it("have verdicts, which come back with every reason", async () => {
    const verdict = aVerdict({ keep: [{ code: "child", by: digest(2) }, { code: "legacyPath" }] });
    const bare = aVerdict({ digest: digest(2), class: undefined, storeId: undefined, artifactManifestId: undefined });
    await snapshots.putVerdicts(ID, full, [verdict, bare]);
    expect(await collect(snapshots.listVerdicts(ID, REGISTRY))).toEqual([
      { repository: "cnf/nginx", ...verdict },
      { repository: "cnf/nginx", ...bare },
    ]);
    expect(await collect(snapshots.listRepositories(ID, REGISTRY))).toEqual([]);
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
    expect(await collect(snapshots.listResources(ID))).toEqual([]);
    expect((await collect(snapshots.list())).map(({ id }) => id)).toEqual(["20260303T010000Z"]);
    expect(await collect(snapshots.listResources("20260303T010000Z"))).toHaveLength(1);
  });
});
