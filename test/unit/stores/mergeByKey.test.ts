import { describe, expect, it } from "@jest/globals";
import { mergeByKey } from "../../../lib/stores/mergeByKey.ts";
import { collect } from "../../fakes/collect.ts";

async function* stream(...items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

const keyOf = (item: string): string => item.slice(0, 1);
const merge = (left: readonly string[], right: readonly string[]) =>
  collect(mergeByKey(stream(...left), stream(...right), { left: keyOf, right: keyOf }));

describe("two sorted streams", () => {
  it.each([
    { name: "nothing", left: [], right: [], pairs: [] },
    { name: "the left alone", left: ["a1"], right: [], pairs: ["a1/"] },
    { name: "the right alone", left: [], right: ["a2"], pairs: ["/a2"] },
    { name: "the same keys", left: ["a1", "b1"], right: ["a2", "b2"], pairs: ["a1/a2", "b1/b2"] },
    {
      name: "gaps on both sides",
      left: ["a1", "c1"],
      right: ["b2", "c2", "d2"],
      pairs: ["a1/", "/b2", "c1/c2", "/d2"],
    },
  ])("pair $name", async ({ left, right, pairs }) => {
    const merged = await merge(left, right);
    expect(merged.map((pair) => `${pair.left ?? ""}/${pair.right ?? ""}`)).toEqual(pairs);
  });

  it.each([
    { name: "out of order", left: ["b1", "a1"] },
    { name: "with a key twice", left: ["a1", "a2"] },
  ])("are refused $name", async ({ left }) => {
    await expect(merge(left, [])).rejects.toThrow("rows are not sorted");
  });
});
