/** The first few of many, and how many there are: a tenant may hold thousands of consumers that say the same. */
export interface Sample {
  readonly first: readonly string[];
  readonly count: number;
}

/** As many as a reader can make use of. */
const MAX_FIRST = 5;

/** Samples by key, filled while something is streamed; memory is bounded by the number of keys. */
export class Samples<K> {
  private readonly byKey = new Map<K, { first: string[]; count: number }>();
  private readonly max: number;

  constructor(max = MAX_FIRST) {
    this.max = max;
  }

  add(key: K, item: string): void {
    const sample = this.byKey.get(key);
    if (!sample) this.byKey.set(key, { first: [item], count: 1 });
    else {
      sample.count += 1;
      if (sample.first.length < this.max) sample.first.push(item);
    }
  }

  get(key: K): Sample | undefined {
    return this.byKey.get(key);
  }

  has(key: K): boolean {
    return this.byKey.has(key);
  }
}
