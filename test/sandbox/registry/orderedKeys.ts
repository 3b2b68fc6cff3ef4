/** How a listing is sorted: by name or digest, or by time of last update. */
export type Order = "key" | "timeasc" | "timedesc";

export interface KeyAt {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Compare = (a: KeyAt, b: KeyAt) => number;

const compareKeys: Compare = (a, b) => (a.key < b.key ? -1 : Number(a.key > b.key));
const compareTimes: Compare = (a, b) => a.at - b.at || compareKeys(a, b);
const COMPARE: Readonly<Record<Order, Compare>> = {
  key: compareKeys,
  timeasc: compareTimes,
  timedesc: (a, b) => compareTimes(b, a),
};

/**
 * Keys in each order that was ever asked for. Sorting waits for the first page; from then on every change is a binary search,
 * so that a registry with a hundred thousand entries is paged through while entries come and go.
 */
export class OrderedKeys {
  readonly #entries: () => Iterable<KeyAt>;
  readonly #lists = new Map<Order, KeyAt[]>();

  /** `entries` gives all keys, in any order, at the time of the first page. */
  constructor(entries: () => Iterable<KeyAt>) {
    this.#entries = entries;
  }

  add(entry: KeyAt): void {
    for (const [order, list] of this.#lists) list.splice(countUpTo(list, entry, COMPARE[order]), 0, entry);
  }

  /** `entry` as it was added; one that is not there is no error. */
  remove(entry: KeyAt): void {
    for (const [order, list] of this.#lists) {
      const index = countUpTo(list, entry, COMPARE[order]) - 1;
      if (list[index]?.key === entry.key) list.splice(index, 1);
    }
  }

  /** At most `count` keys after `last`, which need not be there any more. */
  page(order: Order, last: KeyAt | undefined, count: number): string[] {
    const list = this.#sorted(order);
    const start = last === undefined ? 0 : countUpTo(list, last, COMPARE[order]);
    return list.slice(start, start + count).map((entry) => entry.key);
  }

  #sorted(order: Order): KeyAt[] {
    const known = this.#lists.get(order);
    if (known !== undefined) return known;
    const list = [...this.#entries()].sort(COMPARE[order]);
    this.#lists.set(order, list);
    return list;
  }
}

/** How many entries of the sorted `list` come before `entry` or equal it. */
function countUpTo(list: readonly KeyAt[], entry: KeyAt, compare: Compare): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = list[middle];
    if (candidate !== undefined && compare(candidate, entry) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
