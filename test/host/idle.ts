import { setTimeout as wait } from "node:timers/promises";
import type { Activity } from "./activity.ts";
import type { Idle } from "./messages.ts";
import type { QueueListener } from "./queueListener.ts";
import type { Timers } from "./timers.ts";

const LOOK_AGAIN_MS = 2;

interface Parts {
  readonly activity: Activity;
  readonly timers: Timers;
  readonly listeners: readonly QueueListener[];
}

/** What runs and waits, at one moment: timers that are due count as running, and no message is between two states. */
export function readIdle({ activity, timers, listeners }: Parts): Promise<Idle> {
  timers.fireDue();
  return whileHeld(listeners, async () => {
    const before = { started: activity.started, running: activity.running };
    const counts = await Promise.all(listeners.map((listener) => listener.count()));
    // Something that ran meanwhile may have sent a message to a queue that was counted already.
    const ranMeanwhile = activity.started === before.started ? before.running : Math.max(1, before.running);
    let [visibleMessages, hiddenMessages] = [0, 0];
    for (const { visible, hidden } of counts) {
      visibleMessages += visible;
      hiddenMessages += hidden;
    }
    const { runningFunctions } = activity;
    const nextTimerAt = timers.nextAt;
    return {
      running: Math.max(ranMeanwhile, activity.running),
      runningFunctions: [...runningFunctions],
      visibleMessages,
      hiddenMessages,
      ...(nextTimerAt === undefined ? {} : { nextTimerAt }),
    };
  });
}

/** Waits until nothing runs and no message is visible, with the queues polled at once. */
export async function waitUntilSettled(parts: Parts): Promise<Idle> {
  for (;;) {
    await parts.activity.drained();
    const idle = await readIdle(parts);
    if (idle.running === 0 && idle.visibleMessages === 0) return idle;
    for (const listener of parts.listeners) listener.kick();
    await wait(LOOK_AGAIN_MS);
  }
}

function whileHeld<T>([first, ...rest]: readonly QueueListener[], work: () => Promise<T>): Promise<T> {
  return first === undefined ? work() : first.exclusively(() => whileHeld(rest, work));
}
