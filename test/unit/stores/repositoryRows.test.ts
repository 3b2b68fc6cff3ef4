import { beforeEach, describe, expect, it } from "@jest/globals";
import type { KeepReason } from "../../../lib/core/keepReasons.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { SnapshotStore } from "../../../lib/stores/snapshotStore.ts";
import { aManifest, aRepository, aVerdict, digest, REGISTRY, someEdges, tagged } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const ID = "20260302T010000Z";

const reasonsOf = (count: number): KeepReason[] =>
  Array.from({ length: count }, (_, index) => ({ code: "referrer", by: digest(index) }));

let snapshots: SnapshotStore;
beforeEach(() => {
  snapshots = new SnapshotStore(new MemoryTables());
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
      aRepository({
        name: "cnf/nginx-debug",
        incomplete: ["countMismatch: 1 listed, 2 counted"],
        manifests: [aManifest()],
      }),
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

  const tagsOf = (count: number) =>
    tagged(...Array.from({ length: count }, (_, index) => `${index}`.padStart(120, "0")));
  const childrenOf = (count: number) =>
    someEdges({ children: Array.from({ length: count }, (_, index) => digest(index)) });
  const store = async (...manifests: readonly RegistryManifest[]) => {
    await snapshots.putRepositories(ID, [aRepository({ manifests })]);
    return snapshots.findRepository(ID, REGISTRY, "cnf/nginx");
  };

  it("lose the edges of a registry manifest that no row would hold, which is not understood then", async () => {
    const large = aManifest({ digest: digest(1), edges: childrenOf(7000), tags: tagged("1.0"), lastTags: ["a"] });
    const small = aManifest({ digest: digest(2), edges: childrenOf(5000) });
    expect(await store(large, small)).toEqual(
      aRepository({ manifests: [{ ...large, edges: someEdges({ understood: false }) }, small] }),
    );
  });

  it.each([
    { name: "tags", manifest: { tags: tagsOf(4000) } },
    { name: "last tags", manifest: { lastTags: tagsOf(4000).map(({ name }) => name) } },
  ])("are incomplete where a registry manifest has more $name than a row holds, and stay tagged", async (each) => {
    const stored = await store(aManifest(each.manifest), aManifest({ digest: digest(2) }));
    expect(stored?.incomplete).toEqual([`tooManyTags: 4000 of ${digest(1)}`]);
    expect(stored?.manifests).toHaveLength(2);
    expect(stored?.manifests[0]?.tags).toEqual((each.manifest.tags ?? []).slice(0, 1000));
  });

  it("keep all tags that a row holds", async () => {
    const manifest = aManifest({ tags: tagsOf(2000), edges: childrenOf(3000) });
    const stored = await store(manifest);
    expect(stored).toEqual(aRepository({ manifests: [{ ...manifest, edges: someEdges({ understood: false }) }] }));
  });

  it("are apart from the names that the registry does not know", async () => {
    await snapshots.putRepositories(ID, [full]);
    await snapshots.putAbsent(ID, REGISTRY, ["cnf/web", "base"]);
    expect((await collect(snapshots.listAbsent(ID, REGISTRY))).toSorted()).toEqual(["base", "cnf/web"]);
    expect(await collect(snapshots.listAbsent(ID, `${REGISTRY}2`))).toEqual([]);
    expect(await collect(snapshots.listRepositories(ID, REGISTRY))).toEqual([full]);
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

  it.each([
    { name: "all of a hundred", reasons: reasonsOf(100), kept: reasonsOf(100) },
    {
      name: "the first of more, and how many more there are",
      reasons: reasonsOf(5000),
      kept: [...reasonsOf(99), { code: "referrer", by: "4901 more" }],
    },
    {
      name: "the beginning of very long ones",
      reasons: [{ code: "repositoryIncomplete", by: "x".repeat(500_000) }],
      kept: [{ code: "repositoryIncomplete", by: "x".repeat(2000) }],
    },
  ] satisfies { name: string; reasons: KeepReason[]; kept: KeepReason[] }[])(
    "have verdicts whose rows keep $name",
    async ({ reasons, kept }) => {
      await snapshots.putVerdicts(ID, full, [aVerdict({ keep: reasons })]);
      expect((await collect(snapshots.listVerdicts(ID, REGISTRY)))[0]?.keep).toEqual(kept);
    },
  );

  it("have verdicts of which a range is listed", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `cnf${index}/image`);
    for (const name of names)
      await snapshots.putVerdicts(
        ID,
        { registryId: REGISTRY, name },
        [1, 2].map((number) => aVerdict({ digest: digest(number) })),
      );
    const all = await collect(snapshots.listVerdicts(ID, REGISTRY));
    expect(all).toHaveLength(80);
    for (const [index, after] of all.entries()) {
      expect(await collect(snapshots.listVerdicts(ID, REGISTRY, { after }))).toEqual(all.slice(index + 1));
      const { repository } = after;
      const ofOne = all.filter((verdict) => verdict.repository === repository);
      expect(await collect(snapshots.listVerdicts(ID, REGISTRY, { repository }))).toEqual(ofOne);
      expect(await collect(snapshots.listVerdicts(ID, REGISTRY, { repository, after }))).toEqual(
        after.digest === digest(1) ? ofOne.slice(1) : [],
      );
    }
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
