import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 5;

/** Resolves as soon as `condition` holds; for moments that only a poll can see. The test's own timeout bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(POLL_MS);
}
