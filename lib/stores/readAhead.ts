interface Started<T> {
  readonly iterator: AsyncIterator<T>;
  readonly first: Promise<IteratorResult<T>>;
}

/**
 * One stream after the other, in their order. The first item of the next `ahead` streams is asked for early, so that the first
 * page of each is there when its turn comes; no more than that is read ahead.
 */
export async function* concatAhead<T>(streams: readonly AsyncIterable<T>[], ahead: number): AsyncGenerator<T> {
  const started: Started<T>[] = [];
  let next = 0;
  try {
    for (;;) {
      const more = streams.slice(next, next + ahead + 1 - started.length);
      started.push(...more.map(start));
      next += more.length;
      const current = started.shift();
      if (!current) return;
      yield* itemsOf(current);
    }
  } finally {
    for (const { iterator } of started) await iterator.return?.();
  }
}

function start<T>(stream: AsyncIterable<T>): Started<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = iterator.next();
  // It fails when its turn comes. Until then nobody waits for it, and a rejection that nobody waits for ends the process.
  first.catch(() => undefined);
  return { iterator, first };
}

async function* itemsOf<T>({ iterator, first }: Started<T>): AsyncGenerator<T> {
  try {
    for (let item = await first; !item.done; item = await iterator.next()) yield item.value;
  } finally {
    await iterator.return?.();
  }
}
