import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { OrderedKeys, type KeyAt, type Order } from "./orderedKeys.ts";

const entry = fc.record({ key: fc.string({ minLength: 1, maxLength: 3 }), at: fc.nat(3) });
const entries = fc.uniqueArray(entry, { selector: ({ key }) => key });
const order = fc.constantFrom<Order>("key", "timeasc", "timedesc");

/** Every key, page by page. */
function pageThrough(keys: OrderedKeys, by: Order, all: readonly KeyAt[]): string[] {
  const seen: string[] = [];
  for (;;) {
    const last = all.find(({ key }) => key === seen.at(-1));
    const page = keys.page(by, last, 2);
    if (page.length === 0) return seen;
    seen.push(...page);
  }
}

describe("ordered keys", () => {
  it("page through every key once, the same whether sorted before or after the changes", () => {
    fc.assert(
      fc.property(entries, fc.nat(5), order, (all, removedCount, by) => {
        const live = new Map<string, KeyAt>();
        const early = new OrderedKeys(() => live.values());
        early.page(by, undefined, 1);
        for (const each of all) {
          live.set(each.key, each);
          early.add(each);
        }
        for (const each of all.slice(0, removedCount)) {
          live.delete(each.key);
          early.remove(each);
        }
        const rest = [...live.values()];
        const pages = pageThrough(early, by, rest);
        expect(pages).toEqual(pageThrough(new OrderedKeys(() => rest), by, rest));
        expect(pages.toSorted()).toEqual([...live.keys()].toSorted());
      }),
    );
  });

  it("go on from a key that has gone", () => {
    const keys = new OrderedKeys(() => ["a", "c"].map((key) => ({ key, at: 0 })));
    expect(keys.page("key", { key: "b", at: 0 }, 5)).toEqual(["c"]);
  });

  it("go back in time with the newest first", () => {
    const keys = new OrderedKeys(() => [
      { key: "a", at: 1 },
      { key: "b", at: 3 },
      { key: "c", at: 2 },
    ]);
    expect(keys.page("timedesc", undefined, 5)).toEqual(["b", "c", "a"]);
  });
});
