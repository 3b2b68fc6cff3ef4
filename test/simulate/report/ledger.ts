import type { Simulation } from "../simulate.ts";
import { count, formatBytes } from "../words.ts";

/** In one sentence, what became of all marks. */
export function describeLedger({ nights }: Simulation): string {
  const made = nights.reduce((sum, { marks }) => sum + marks.added.length, 0);
  const spared = nights.reduce((sum, { marks }) => sum + marks.spared.length, 0);
  const deleted = nights.reduce((sum, { deletions }) => sum + deletions.length, 0);
  const freed = nights.flatMap(({ freedBytes }) => Object.values(freedBytes)).reduce((sum, bytes) => sum + bytes, 0);
  const estimate = nights.reduce((sum, { plan }) => sum + (plan?.deletedBytes ?? 0), 0);
  const last = nights.at(-1)?.marks;
  return (
    `${count(nights.length, "night")}: ${count(made, "mark")} made, ${spared} taken back, ` +
    `${count(deleted, "registry manifest")} deleted (${formatBytes(freed)} freed; ` +
    `the service, which does not compare repositories, says at most ${formatBytes(estimate)}), ` +
    `${(last?.sighted ?? 0) + (last?.marked ?? 0)} still waiting.`
  );
}
