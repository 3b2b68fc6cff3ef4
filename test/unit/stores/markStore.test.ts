import { beforeEach, describe, expect, it } from "@jest/globals";
import { MarkStore } from "../../../lib/stores/markStore.ts";
import { aMark, digest, REGISTRY } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

describe("marks", () => {
  let marks: MarkStore;
  beforeEach(() => {
    marks = new MarkStore(new MemoryTables());
  });

  const ofRepository = async (repository: string) =>
    [...(await marks.ofRepository(REGISTRY, repository)).values()].map(({ mark }) => mark);

  it.each([
    { name: "marked", mark: aMark() },
    { name: "sighted", mark: aMark({ storeCreatedAt: undefined, clockStartedAt: undefined, deadline: undefined }) },
  ])("come back as they were stored: $name", async ({ mark }) => {
    expect(await marks.put(mark, undefined)).toBe(true);
    expect(await ofRepository("cnf/nginx")).toEqual([mark]);
    expect((await collect(marks.list(REGISTRY))).map((stored) => stored.mark)).toEqual([mark]);
  });

  it("belong to one repository, not to those whose names start alike", async () => {
    const names = ["cnf/nginx", "cnf/nginx-debug", "cnf/nginx/sub", "cnf2/nginx"];
    for (const repository of names) await marks.put(aMark({ repository }), undefined);
    for (const repository of names) expect(await ofRepository(repository)).toEqual([aMark({ repository })]);
    expect(await ofRepository("cnf")).toEqual([]);
  });

  it("are listed for one registry, repository by repository", async () => {
    for (const number of [1, 2, 3])
      for (const repository of ["a", "b", "c/d"])
        await marks.put(aMark({ repository, digest: digest(number) }), undefined);
    await marks.put(aMark({ registryId: `${REGISTRY}2` }), undefined);
    const names = (await collect(marks.list(REGISTRY))).map(({ mark }) => mark.repository);
    const changes = names.filter((name, index) => name !== names[index - 1]);
    expect(names).toHaveLength(9);
    expect(changes.toSorted()).toEqual(["a", "b", "c/d"]);
  });

  it("are put only by who saw the newest version", async () => {
    await marks.put(aMark(), undefined);
    const stored = (await marks.ofRepository(REGISTRY, "cnf/nginx")).get(digest(1));
    expect(await marks.put(aMark({ size: 2 }), undefined)).toBe(false);
    expect(await marks.put(aMark({ size: 3 }), stored?.etag)).toBe(true);
    expect(await marks.put(aMark({ size: 4 }), stored?.etag)).toBe(false);
    expect(await ofRepository("cnf/nginx")).toEqual([aMark({ size: 3 })]);
  });

  it("are cleared only by who saw the newest version, or by who does not care", async () => {
    await marks.put(aMark(), undefined);
    const stored = (await marks.ofRepository(REGISTRY, "cnf/nginx")).get(digest(1));
    await marks.put(aMark({ size: 2 }), stored?.etag);
    expect(await marks.clear(aMark(), stored?.etag)).toBe(false);
    expect(await ofRepository("cnf/nginx")).toHaveLength(1);
    expect(await marks.clear(aMark())).toBe(true);
    expect(await ofRepository("cnf/nginx")).toEqual([]);
  });
});
