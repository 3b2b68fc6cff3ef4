import { beforeEach, describe, expect, it } from "@jest/globals";
import type { PlanItem, Waiting } from "../../../lib/core/planPurge.ts";
import type { Plan, PlannedRegistry } from "../../../lib/stores/planStore.ts";
import { PlanStore } from "../../../lib/stores/planStore.ts";
import { artifactManifestId, digest, NOW, REGISTRY, STORE } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const PLAN: Plan = { id: "abc", runId: "r", at: NOW, snapshotId: "20260302T010000Z", mode: "enforce" };

function aPlannedRegistry(registry: Partial<PlannedRegistry> = {}): PlannedRegistry {
  const figures = { items: 2, bytes: 10, waiting: 1, deleted: 0, deletedBytes: 0, isUpperBound: false };
  return { registryId: REGISTRY, state: "planned", ...figures, notes: [], ...registry };
}

function anItem(number: number, item: Partial<PlanItem> = {}): PlanItem {
  return {
    repository: "cnf/nginx",
    digest: digest(number),
    class: "superseded",
    storeId: STORE,
    artifactManifestId: artifactManifestId("cnf"),
    pushedAt: NOW,
    storeCreatedAt: undefined,
    deadline: NOW,
    lastTags: [`${number}.0`],
    size: number,
    freedBytes: 0,
    how: "delete",
    cascadedFrom: undefined,
    after: [],
    ...item,
  };
}

describe("plans", () => {
  let plans: PlanStore;
  beforeEach(() => {
    plans = new PlanStore(new MemoryTables());
  });

  it("come back by their id", async () => {
    await plans.put(PLAN);
    expect(await plans.find("abc")).toEqual(PLAN);
    expect(await plans.find("abcd")).toBeUndefined();
  });

  it.each(["", "#", "a?b", "a/b", "a\\b", "\u0000", "ABC", "a".repeat(3000)])(
    "are not found by what is no id: %j",
    async (id) => {
      await plans.put(PLAN);
      expect(await plans.find(id)).toBeUndefined();
    },
  );

  it("are overridden once: of two words the first counts, and only its run takes it back", async () => {
    const [first, second] = ["one", "two"].map((runId) => ({ by: "on call", why: "meant", at: NOW, runId }));
    if (!first || !second) throw new Error("there are two");
    expect(await plans.override("abc", first)).toBeUndefined();
    await plans.put(PLAN);
    const answers = await Promise.all([plans.override("abc", first), plans.override("abc", second)]);
    expect(answers).toEqual([{ ...PLAN, override: first }, undefined]);
    await plans.withdrawOverride("abc", "two");
    expect((await plans.find("abc"))?.override).toEqual(first);
    await plans.withdrawOverride("abc", "one");
    expect((await plans.find("abc"))?.override).toBeUndefined();
    expect(await plans.override("abc", second)).toEqual({ ...PLAN, override: second });
  });

  it("give their entries from a number on", async () => {
    const items = Array.from({ length: 120 }, (_, index) => anItem(index));
    const waiting = items.map(
      ({ repository, digest: name }) => ({ repository, digest: name, why: "held", until: NOW }) as const,
    );
    await plans.putItems("abc", REGISTRY, items);
    await plans.putWaiting("abc", REGISTRY, waiting);
    expect(await collect(plans.listItems("abc", REGISTRY, 99))).toEqual(items.slice(99));
    expect(await collect(plans.listWaiting("abc", REGISTRY, 100))).toEqual(waiting.slice(100));
    expect(await collect(plans.listItems("abc", REGISTRY, 120))).toEqual([]);
  });

  it("hold their items in the order in which they were planned, however many", async () => {
    const items = Array.from({ length: 150 }, (_, index) => anItem(150 - index));
    const cascade = anItem(200, { how: "cascade", cascadedFrom: digest(1), after: [digest(1)], storeCreatedAt: NOW });
    await plans.putItems("abc", REGISTRY, [...items, cascade]);
    expect(await collect(plans.listItems("abc", REGISTRY))).toEqual([...items, cascade]);
    expect(await collect(plans.listItems("abc", `${REGISTRY}2`))).toEqual([]);
    expect(await collect(plans.listItems("ab", REGISTRY))).toEqual([]);
  });

  it("hold what waits, with its reason and date", async () => {
    const waiting: readonly Waiting[] = [
      { repository: "b", digest: digest(1), why: "inGrace", until: NOW },
      { repository: "a", digest: digest(2), why: "protected", until: undefined },
    ];
    await plans.putWaiting("abc", REGISTRY, waiting);
    expect(await collect(plans.listWaiting("abc", REGISTRY))).toEqual(waiting);
    expect(await collect(plans.listItems("abc", REGISTRY))).toEqual([]);
  });

  it("say where each registry stands", async () => {
    const tripped = aPlannedRegistry({ registryId: `${REGISTRY}2`, state: "breakerTripped", notes: ["too many"] });
    await plans.createRegistry("abc", tripped);
    await plans.createRegistry("abc", aPlannedRegistry());
    expect(await plans.listRegistries("abc")).toEqual([aPlannedRegistry(), tripped]);
    expect(await plans.listRegistries("other")).toEqual([]);
  });

  it("keep where a registry stands when it is planned again", async () => {
    await plans.createRegistry("abc", aPlannedRegistry({ state: "stopped", deleted: 1 }));
    await plans.createRegistry("abc", aPlannedRegistry({ state: "planned" }));
    expect(await plans.listRegistries("abc")).toMatchObject([{ state: "stopped", deleted: 1 }]);
  });

  it("lose none of two changes at once", async () => {
    await plans.createRegistry("abc", aPlannedRegistry());
    const count = () =>
      plans.updateRegistry("abc", REGISTRY, (registry) => ({ ...registry, deleted: registry.deleted + 1 }));
    await Promise.all([count(), count(), count()]);
    expect(await plans.listRegistries("abc")).toMatchObject([{ deleted: 3 }]);
    expect(await plans.updateRegistry("abc", `${REGISTRY}2`, (registry) => registry)).toBeUndefined();
  });

  it("keep the first of very many notes", async () => {
    const notes = Array.from({ length: 60 }, (_, index) => `note ${index}`);
    await plans.createRegistry("abc", aPlannedRegistry({ notes }));
    await plans.updateRegistry("abc", REGISTRY, (registry) => ({ ...registry, notes: [...registry.notes, "last"] }));
    expect(await plans.listRegistries("abc")).toMatchObject([{ notes: notes.slice(0, 50) }]);
  });
});
