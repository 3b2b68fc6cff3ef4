import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { createLeases } from "../../lib/azure/leases.ts";
import type { Lease } from "../../lib/ports.ts";
import { useStorageBench } from "./storageBench.ts";

const RENEWAL_MS = 20_000;
const TRUST_MS = 45_000;
const LEASE_MS = 60_000;

const bench = useStorageBench();
const leases = () => createLeases(bench.clients());
const pass = (ms: number) => bench.clock.advanceTo(bench.clock.now() + ms);
const breakLease = (name: string) =>
  bench.clients().container("leases").getBlobClient(name).getBlobLeaseClient().breakLease(0);

const held: Lease[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const lease of held.splice(0)) await lease.release();
});

async function acquire(name: string): Promise<Lease> {
  const lease = await leases().acquire(name);
  if (!lease) throw new Error(`Someone else holds ${name}`);
  held.push(lease);
  return lease;
}

/** From here on, renewals and the time by which a holder trusts its lease move only when a test moves them. */
function stopRenewals(): void {
  jest.useFakeTimers({
    doNotFake: [
      "Date",
      "hrtime",
      "nextTick",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setTimeout",
      "clearTimeout",
    ],
  });
}

/** Turns of the event loop until it is so: what is waited for is an answer of the service. Fails after ten seconds. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("What was waited for did not happen");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a lease", () => {
  it("is one holder's at a time, and the next one's after its release", async () => {
    const first = await acquire("one");
    expect(first.isHeld()).toBe(true);
    expect(await leases().acquire("one")).toBeUndefined();
    await first.release();
    expect(first.isHeld()).toBe(false);
    expect((await acquire("one")).isHeld()).toBe(true);
  });

  it("is got by exactly one of many who ask at once for a name that is new", async () => {
    const got = await Promise.all(Array.from({ length: 8 }, () => leases().acquire("race")));
    const winners = got.filter((lease) => lease !== undefined);
    held.push(...winners);
    expect(winners).toHaveLength(1);
  });

  it("leaves other names free", async () => {
    await acquire("registry-a");
    expect((await acquire("registry-b")).isHeld()).toBe(true);
  });

  it("is kept by renewal for longer than the service would leave it", async () => {
    stopRenewals();
    const lease = await acquire("long");
    for (let round = 0; round < 4; round += 1) {
      jest.advanceTimersByTime(RENEWAL_MS);
      await pass(RENEWAL_MS);
      // Falls out of trust unless the answer to the renewal has come.
      await until(() => isTrustedFor(lease, TRUST_MS - RENEWAL_MS));
    }
    expect(await leases().acquire("long")).toBeUndefined();
  });

  it("is lost at the next renewal where someone has broken it, and stays so", async () => {
    stopRenewals();
    const lease = await acquire("broken");
    await breakLease("broken");
    jest.advanceTimersByTime(RENEWAL_MS);
    await until(() => !lease.isHeld());
    const next = await acquire("broken");
    jest.advanceTimersByTime(RENEWAL_MS);
    await until(() => isTrustedFor(next, TRUST_MS - RENEWAL_MS));
    expect([lease.isHeld(), next.isHeld()]).toEqual([false, true]);
  });

  it("is not trusted without a renewal, well before the service gives it to someone else", async () => {
    stopRenewals();
    const lease = await acquire("silent");
    // No answer can come in between: nothing here gives the event loop a turn.
    jest.advanceTimersByTime(TRUST_MS - 5_000);
    expect(lease.isHeld()).toBe(true);
    jest.advanceTimersByTime(5_000);
    expect(lease.isHeld()).toBe(false);
    expect(TRUST_MS).toBeLessThan(LEASE_MS);
  });

  it("goes to the next one once a holder that died has not renewed it", async () => {
    stopRenewals();
    await acquire("dead");
    await pass(LEASE_MS - 5_000);
    expect(await leases().acquire("dead")).toBeUndefined();
    await pass(6_000);
    expect((await acquire("dead")).isHeld()).toBe(true);
  });

  it("that is lost is released without harm to its next holder", async () => {
    const lost = await acquire("taken");
    await breakLease("taken");
    const next = await acquire("taken");
    await lost.release();
    expect(next.isHeld()).toBe(true);
    expect(await leases().acquire("taken")).toBeUndefined();
  });

  it("is renewed no more once released", async () => {
    stopRenewals();
    const lease = await acquire("over");
    await lease.release();
    expect(jest.getTimerCount()).toBe(0);
  });
});

/** Whether `isHeld` would still be true in `ms` with no further answer. */
function isTrustedFor(lease: Lease, ms: number): boolean {
  const now = performance.now.bind(performance);
  const spy = jest.spyOn(performance, "now").mockImplementation(() => now() + ms);
  try {
    return lease.isHeld();
  } finally {
    spy.mockRestore();
  }
}
