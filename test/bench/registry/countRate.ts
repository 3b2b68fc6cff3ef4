import type { DeleteAnswer } from "./callTap.ts";
import type { RateFigures } from "./figures.ts";

const MINUTE_MS = 60_000;
const [DONE, REFUSED] = [202, 429];

/** How fast registry manifests went, next to the `perMinute` that the registry takes; undefined where none was deleted. */
export function countRate(answers: readonly DeleteAnswer[], perMinute: number): RateFigures | undefined {
  const done = answers.filter(({ status }) => status === DONE).map(({ at }) => at);
  const [firstAt, lastAt] = [done[0], done.at(-1)];
  if (firstAt === undefined || lastAt === undefined) return undefined;
  return {
    perMinute,
    minutes: listMinutes(answers),
    seconds: (lastAt - firstAt) / 1_000,
    done: done.length,
    refused: answers.filter(({ status }) => status === REFUSED).length,
  };
}

/** By the minutes that the registry counts in: the whole ones of its clock, also those in which nothing was asked. */
function listMinutes(answers: readonly DeleteAnswer[]): RateFigures["minutes"] {
  const byMinute = Map.groupBy(answers, ({ at }) => Math.floor(at / MINUTE_MS));
  const [first, last] = [Math.min(...byMinute.keys()), Math.max(...byMinute.keys())];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const of = byMinute.get(first + index) ?? [];
    const count = (wanted: number): number => of.filter(({ status }) => status === wanted).length;
    const startsAt = new Date((first + index) * MINUTE_MS).toISOString();
    return { startsAt, done: count(DONE), refused: count(REFUSED) };
  });
}
