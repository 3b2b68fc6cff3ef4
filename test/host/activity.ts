/** What the host has in hand: an invocation, or a queue message until its outcome is stored. */
export class Activity {
  readonly #running = new Map<symbol, string>();
  readonly #onDrained = new Set<() => void>();
  readonly #onEnd: () => void;
  #started = 0;

  /** `onEnd` is called whenever one ends. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get running(): number {
    return this.#running.size;
  }

  get runningFunctions(): readonly string[] {
    return [...new Set(this.#running.values())].sort();
  }

  /** How many have ever started: tells whether anything ran between two looks. */
  get started(): number {
    return this.#started;
  }

  async run<T>(functionName: string, work: () => Promise<T>): Promise<T> {
    const key = Symbol(functionName);
    this.#started += 1;
    this.#running.set(key, functionName);
    try {
      return await work();
    } finally {
      this.#running.delete(key);
      this.#onEnd();
      if (this.#running.size === 0) this.#drain();
    }
  }

  /** Resolves when nothing runs. */
  drained(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.add(resolve));
  }

  #drain(): void {
    for (const resolve of this.#onDrained) resolve();
    this.#onDrained.clear();
  }
}
