export interface Pair<L, R> {
  readonly left: L | undefined;
  readonly right: R | undefined;
}

export interface Keys<L, R> {
  readonly left: (item: L) => string;
  readonly right: (item: R) => string;
}

/** Walks two streams that are sorted by the same key and yields what has the same key together, one side missing where it is. */
export async function* mergeByKey<L, R>(
  left: AsyncIterable<L>,
  right: AsyncIterable<R>,
  keys: Keys<L, R>,
): AsyncGenerator<Pair<L, R>> {
  const lefts = new Sorted(left, keys.left);
  const rights = new Sorted(right, keys.right);
  let a = await lefts.next();
  let b = await rights.next();
  while (a || b) {
    const takeLeft = a !== undefined && (!b || a.key <= b.key);
    const takeRight = b !== undefined && (!a || b.key <= a.key);
    yield { left: takeLeft ? a?.item : undefined, right: takeRight ? b?.item : undefined };
    if (takeLeft) a = await lefts.next();
    if (takeRight) b = await rights.next();
  }
}

interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

/** A stream whose order is checked: one out of order would pair nothing, and everything would look new. */
class Sorted<T> {
  private readonly items: AsyncIterator<T>;
  private readonly keyOf: (item: T) => string;
  private last: string | undefined;

  constructor(items: AsyncIterable<T>, keyOf: (item: T) => string) {
    this.items = items[Symbol.asyncIterator]();
    this.keyOf = keyOf;
  }

  async next(): Promise<Keyed<T> | undefined> {
    const next = await this.items.next();
    if (next.done) return undefined;
    const key = this.keyOf(next.value);
    if (this.last !== undefined && key <= this.last)
      throw new RangeError(`rows are not sorted: ${key} after ${this.last}`);
    this.last = key;
    return { key, item: next.value };
  }
}

/** A stream of nothing, for a side that is not there. */
export async function* nothing<T>(): AsyncGenerator<T> {
  // Nothing to compare with.
}
