/** The window of the quota where an answer does not say when it ends. */
const WINDOW_MS = 5_000;

/** Others wait for the same reset: up to this share is added, so that not all of them come back at once. */
const JITTER = 0.1;

/**
 * The caller's share of Resource Graph, 15 queries in 5 s by default. Queries go one after the other; at 0 left, the next one waits
 * for the reset that the answer stated, so that no 429 happens.
 */
export class GraphQuota {
  private readonly random: () => number;
  private waitMs = 0;
  private last: Promise<unknown> = Promise.resolve();

  /** `random` gives 0 to 1. */
  constructor(random: () => number) {
    this.random = random;
  }

  /** Runs `query` when its turn has come and the quota has room for it. */
  run<T>(query: () => Promise<T>): Promise<T> {
    const turn = this.last.then(() => this.wait()).then(query);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** To be called with the headers of every answer, also of a failed query: it has cost quota too. */
  note(headers: { get(name: string): string | undefined }): void {
    const isUsedUp = Number(headers.get("x-ms-user-quota-remaining") ?? "1") <= 0;
    this.waitMs = isUsedUp ? toMs(headers.get("x-ms-user-quota-resets-after")) * (1 + JITTER * this.random()) : 0;
  }

  private async wait(): Promise<void> {
    const { waitMs } = this;
    this.waitMs = 0;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** `hh:mm:ss` in milliseconds. */
function toMs(text: string | undefined): number {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+)/.exec(text ?? "") ?? [];
  return seconds === undefined ? WINDOW_MS : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
