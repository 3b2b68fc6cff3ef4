import { describe, expect, it } from "@jest/globals";
import { decideBreaker, SHARE_FREE_DELETIONS } from "../../../lib/core/breaker.ts";

const NONE = { count: 0, bytes: 0 };
const LIMITS = { deletions: 500, share: 0.25 };
const REGISTRY = { count: 10_000, bytes: 1_000_000 };

describe("the breaker", () => {
  it.each([
    { name: "nothing at all", planned: 0, deleted: 0, registry: 0, trips: 0 },
    { name: "the limit", planned: 500, deleted: 0, registry: 10_000, trips: 0 },
    { name: "one over the limit", planned: 501, deleted: 0, registry: 10_000, trips: 1 },
    { name: "one over the limit with the day's earlier deletes", planned: 1, deleted: 500, registry: 10_000, trips: 1 },
    { name: "a quarter", planned: 100, deleted: 0, registry: 400, trips: 0 },
    { name: "one over a quarter", planned: 101, deleted: 0, registry: 400, trips: 1 },
    { name: "a quarter in two runs", planned: 50, deleted: 50, registry: 400, trips: 0 },
    { name: "one over a quarter in two runs", planned: 51, deleted: 50, registry: 400, trips: 1 },
    { name: "all of a small registry", planned: SHARE_FREE_DELETIONS, deleted: 0, registry: 50, trips: 0 },
    { name: "all of a registry that is not small", planned: 51, deleted: 0, registry: 51, trips: 1 },
    { name: "over both limits", planned: 501, deleted: 0, registry: 600, trips: 2 },
  ])("counts $name", ({ planned, deleted, registry, trips }) => {
    const day = { deleted: { count: deleted, bytes: 0 }, registry: { count: registry, bytes: 1 } };
    expect(decideBreaker({ count: planned, bytes: 0 }, day, LIMITS)).toHaveLength(trips);
  });

  it.each([
    { name: "a quarter of the bytes", planned: 250_000, deleted: 0, bytes: 1_000_000, trips: 0 },
    { name: "one byte over a quarter", planned: 250_001, deleted: 0, bytes: 1_000_000, trips: 1 },
    { name: "one byte over, with earlier deletes", planned: 200_001, deleted: 50_000, bytes: 1_000_000, trips: 1 },
  ])("weighs $name", ({ planned, deleted, bytes, trips }) => {
    const day = { deleted: { count: 0, bytes: deleted }, registry: { count: 10_000, bytes } };
    expect(decideBreaker({ count: 51, bytes: planned }, day, LIMITS)).toHaveLength(trips);
  });

  it("ignores the share of bytes of a few deletions", () => {
    const planned = { count: SHARE_FREE_DELETIONS, bytes: REGISTRY.bytes };
    expect(decideBreaker(planned, { deleted: NONE, registry: REGISTRY }, LIMITS)).toEqual([]);
  });

  it("says in figures why it trips", () => {
    const planned = { count: 600, bytes: 900_000 };
    expect(decideBreaker(planned, { deleted: NONE, registry: { count: 1000, bytes: 1_000_000 } }, LIMITS)).toEqual([
      "600 deletions in 24 h are more than 500",
      "600 of 1000 registry manifests are more than 25 %",
      "900000 of 1000000 bytes are more than 25 %",
    ]);
  });
});
