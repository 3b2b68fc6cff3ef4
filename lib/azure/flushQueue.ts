/** How long nobody is waited for after something was not taken: work must not crawl because telemetry has nowhere to go. */
const PATIENCE_MS = 60_000;

/**
 * What was told and is not sent yet. `send` sends all of it and answers whether it was taken; one is under way at a time, and callers
 * that come meanwhile share the next.
 */
export class FlushQueue {
  private readonly send: () => Promise<boolean>;
  private readonly maxUnsent: number;
  private unsent = 0;
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private silentUntil = 0;

  constructor(send: () => Promise<boolean>, maxUnsent: number) {
    this.send = send;
    this.maxUnsent = maxUnsent;
  }

  /** One more was told. Resolves once there is room for others. */
  async push(): Promise<void> {
    this.unsent += 1;
    if (this.unsent >= this.maxUnsent) await this.flush();
  }

  /** Resolves once all that was told before was sent, or given up. */
  flush(): Promise<void> {
    if (performance.now() < this.silentUntil) return Promise.resolve();
    // The one that is under way may have begun before the last that was told.
    this.next ??= this.flushAfter(this.current);
    return this.next;
  }

  private async flushAfter(current: Promise<void> | undefined): Promise<void> {
    await current;
    this.current = this.next;
    this.next = undefined;
    this.unsent = 0;
    if (!(await this.send())) this.silentUntil = performance.now() + PATIENCE_MS;
  }
}
