/** Walks two streams that are sorted by the same key and yields what has the same key together, one side missing where it is. */
export async function* mergeByKey<T>(
  left: AsyncIterable<T>,
  right: AsyncIterable<T>,
  keyOf: (item: T) => string,
): AsyncGenerator<{ readonly left: T | undefined; readonly right: T | undefined }> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  let a = await lefts.next();
  let b = await rights.next();
  while (!a.done || !b.done) {
    const leftKey = a.done ? undefined : keyOf(a.value);
    const rightKey = b.done ? undefined : keyOf(b.value);
    const takeLeft = rightKey === undefined || (leftKey !== undefined && leftKey <= rightKey);
    const takeRight = leftKey === undefined || (rightKey !== undefined && rightKey <= leftKey);
    yield { left: takeLeft && !a.done ? a.value : undefined, right: takeRight && !b.done ? b.value : undefined };
    if (takeLeft) a = await lefts.next();
    if (takeRight) b = await rights.next();
  }
}
