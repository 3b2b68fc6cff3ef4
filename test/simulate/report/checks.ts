import type { Simulation } from "../simulate.ts";
import { listDoubtfulMarks } from "./notBelieved.ts";
import { count } from "../words.ts";

export interface Check {
  readonly ok: boolean;
  readonly text: string;
  /** What is wrong, line by line. */
  readonly problems: readonly string[];
}

/** What must hold for every estate. */
export function checkSafety({ truth, failures }: Simulation): readonly Check[] {
  return [
    { ok: failures.length === 0, text: "no invocation failed", problems: failures },
    {
      ok: truth.violations.length === 0,
      text:
        `of ${count(truth.deletions, "deleted registry manifest")} none was tagged, referenced, in use by a consumer, ` +
        "locked, or needed by anything that stays: judged by the sandbox's own state, not by the service",
      problems: truth.violations,
    },
  ];
}

/** What the default estate is there to show. */
export function checkShowcase({ nights, truth }: Simulation): readonly Check[] {
  const incomplete = nights.filter(({ snapshot }) => snapshot?.complete === false);
  const spared = nights.flatMap(({ marks }) => marks.spared);
  return [
    check(truth.deletions > 0, `${count(truth.deletions, "registry manifest")} deleted after their grace window`),
    check(spared.length > 0, `${count(spared.length, "mark")} taken back in time`),
    check(
      incomplete.length > 0 && incomplete.every((night) => listDoubtfulMarks(night).length === 0),
      `${count(incomplete.length, "night")} not believed, and nothing marked where there was doubt`,
    ),
  ];
}

const check = (ok: boolean, text: string): Check => ({ ok, text, problems: [] });
