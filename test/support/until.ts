import { setImmediate as nextTurn } from "node:timers/promises";

const GIVE_UP_MS = 20_000;

/**
 * Resolves in the same turn of the event loop in which `condition` first holds: what a server of this process has just done is
 * seen before its next request. Throws after 20 s without it.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Not seen within ${GIVE_UP_MS} ms: ${condition.toString()}`);
    await nextTurn();
  }
}
