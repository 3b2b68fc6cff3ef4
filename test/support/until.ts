import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 5;
const GIVE_UP_MS = 20_000;

/** Resolves as soon as `condition` holds; for moments that only a poll can see. Throws after 20 s without it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Not seen within ${GIVE_UP_MS} ms: ${condition.toString()}`);
    await wait(POLL_MS);
  }
}
