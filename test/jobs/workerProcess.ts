import type { Lease, Leases } from "../../lib/ports.ts";
import type { Guard, PortCall } from "./portGate.ts";

/** A lease of a process that is gone runs out after this long. */
export const LEASE_MS = 60_000;

class Crash extends Error {}

/** One life of the service's process: it dies at a call that the test chooses, and from then on reaches nothing any more. */
export class WorkerProcess {
  readonly calls: PortCall[] = [];
  #diesAt: number | undefined;
  #dead = false;
  readonly #running = new Set<Promise<unknown>>();
  readonly #held = new Set<Lease>();
  #lost: ReadonlySet<Lease> = new Set();

  get isDead(): boolean {
    return this.#dead;
  }

  /** At the `count`-th call from now on, which is not made. */
  dieAt(count: number): void {
    this.#diesAt = this.calls.length + count;
  }

  readonly guard: Guard = async (call, proceed) => {
    this.calls.push(call);
    if (this.calls.length === this.#diesAt) this.#dead = true;
    if (this.#dead) throw new Crash(`the process ended before ${call.port}.${call.method}`);
    const running = proceed();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  };

  /** What was under way when the process died may still arrive. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** The leases of this process: they stay held if it dies. */
  leases(inner: Leases): Leases {
    return {
      acquire: async (name) => {
        const lease = await inner.acquire(name);
        if (lease) this.#held.add(lease);
        return lease && { isHeld: () => !this.#lost.has(lease) && lease.isHeld(), release: () => this.#release(lease) };
      },
    };
  }

  /** As if the leases could not be renewed; those that come after it are held again. */
  loseLeases(): void {
    this.#lost = new Set(this.#held);
  }

  /** As if the time of its leases were over. */
  async expireLeases(): Promise<void> {
    for (const lease of this.#held) await this.#release(lease);
  }

  async #release(lease: Lease): Promise<void> {
    this.#held.delete(lease);
    await lease.release();
  }
}
