/**
 * What was told and is not sent yet. `send` sends all of it and answers whether it was taken; one is under way at a time, and callers
 * that come meanwhile share the next.
 */
export class FlushQueue {
  private readonly send: () => Promise<boolean>;
  private readonly patience: Patience;
  private readonly maxUnsent: number;
  private unsent = 0;
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(send: () => Promise<boolean>, patience: Patience, maxUnsent = Number.POSITIVE_INFINITY) {
    this.send = send;
    this.patience = patience;
    this.maxUnsent = maxUnsent;
  }

  /** One more was told. Resolves once there is room for others. */
  async push(): Promise<void> {
    this.unsent += 1;
    if (this.unsent >= this.maxUnsent) await this.flush();
  }

  /** Resolves once all that was told before was sent, or given up. */
  flush(): Promise<void> {
    if (this.patience.isOver) return Promise.resolve();
    // The one that is under way may have begun before the last that was told.
    this.next ??= this.flushAfter(this.current);
    return this.next;
  }

  private async flushAfter(current: Promise<void> | undefined): Promise<void> {
    await current;
    this.current = this.next;
    this.next = undefined;
    this.unsent = 0;
    if (this.patience.isOver) return;
    if (!(await this.send())) this.patience.end();
  }
}

/** How long nobody is waited for after something was not taken: work must not crawl because telemetry has nowhere to go. */
const SILENCE_MS = 60_000;

/** Shared by all that goes to one place: where events are not taken, spans are not either. */
export class Patience {
  private silentUntil = 0;

  get isOver(): boolean {
    return performance.now() < this.silentUntil;
  }

  end(): void {
    this.silentUntil = performance.now() + SILENCE_MS;
  }
}
