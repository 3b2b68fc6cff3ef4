import { setTimeout as wait } from "node:timers/promises";
import type { HostHandle } from "../../host/functionsHost.ts";
import type { VirtualClock } from "../../sandbox/clock/virtualClock.ts";

const LOOK_AGAIN_MS = 100;

/** Jumps to the instant, then waits, as long as it takes, until nothing runs and no message is left, delayed ones included. */
export async function runInRealTime(
  target: { readonly host: HostHandle; readonly clock: VirtualClock },
  fromEpochMs: number,
): Promise<void> {
  await target.clock.advanceTo(fromEpochMs);
  for (;;) {
    const { hiddenMessages } = await target.host.settled();
    if (hiddenMessages === 0) return;
    await wait(LOOK_AGAIN_MS);
  }
}
