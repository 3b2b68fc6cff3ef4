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
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  let a = await lefts.next();
  let b = await rights.next();
  while (!a.done || !b.done) {
    const leftKey = a.done ? undefined : keys.left(a.value);
    const rightKey = b.done ? undefined : keys.right(b.value);
    const takeLeft = rightKey === undefined || (leftKey !== undefined && leftKey <= rightKey);
    const takeRight = leftKey === undefined || (rightKey !== undefined && rightKey <= leftKey);
    yield { left: takeLeft && !a.done ? a.value : undefined, right: takeRight && !b.done ? b.value : undefined };
    if (takeLeft) a = await lefts.next();
    if (takeRight) b = await rights.next();
  }
}

/** A stream of nothing, for a side that is not there. */
export async function* nothing<T>(): AsyncGenerator<T> {
  // Nothing to compare with.
}
