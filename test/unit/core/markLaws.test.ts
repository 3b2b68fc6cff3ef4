import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { HOUR_MS, toIso } from "../../../lib/core/duration.ts";
import type { KeepReason } from "../../../lib/core/keepReasons.ts";
import { isSeen } from "../../../lib/core/keepReasons.ts";
import { decideMark, SIGHTING_DISTANCE_MS } from "../../../lib/core/marks.ts";
import type { Mark, MarkChange, Observation } from "../../../lib/core/marks.ts";
import { decideWaiting } from "../../../lib/core/planPurge.ts";
import { aDuePolicy, anObservation, aVerdict, NOW } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

interface Night {
  /** Hours since the night before. */
  readonly gap: number;
  readonly complete: boolean;
  readonly keep: readonly KeepReason[];
  readonly pushedAt: string;
  readonly graceHours: number;
}

const night: fc.Arbitrary<Night> = fc.record({
  gap: fc.constantFrom(1, 12, 19, 20, 24, 36, 37, 100),
  complete: fc.nat(3).map((dice) => dice > 0),
  keep: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom([{ code: "tagged" } as const], [{ code: "notListed" } as const]) },
  ),
  pushedAt: fc.nat(9).map((dice) => (dice === 0 ? "2026-02-02T00:00:00Z" : "2026-01-05T10:00:00Z")),
  graceHours: fc.integer({ min: 24, max: 1000 }),
});
const nights = fc.array(night, { minLength: 1, maxLength: 12 });

interface Step {
  readonly before: Mark | undefined;
  readonly observation: Observation;
  readonly change: MarkChange;
  readonly after: Mark | undefined;
}

function play(history: readonly Night[]): readonly Step[] {
  const steps: Step[] = [];
  let now = Date.parse(NOW);
  for (const { gap, graceHours, keep, ...rest } of history) {
    now += gap * HOUR_MS;
    const about = { at: toIso(now), snapshotId: toIso(now), graceMs: graceHours * HOUR_MS, foundAt: NOW };
    const observation = anObservation({ ...about, ...rest, verdict: aVerdict({ keep }) });
    const before = steps.at(-1)?.after;
    const change = decideMark(before, observation);
    const after = change.do === "put" ? change.mark : change.do === "clear" ? undefined : before;
    steps.push({ before, observation, change, after });
  }
  return steps;
}

/** Checks each step of many histories. */
const always = (check: (step: Step) => void): void =>
  checkLaw(
    fc.property(nights, (history) => {
      for (const step of play(history)) check(step);
    }),
  );

describe("in every history, a mark", () => {
  it("is written only by a complete snapshot that says it may go", () => {
    always(({ observation, change }) => {
      if (change.do === "put") expect([observation.complete, observation.verdict.keep]).toEqual([true, []]);
    });
  });

  it("is cleared by an incomplete snapshot only on something that was seen", () => {
    always(({ observation: { complete, verdict }, change }) => {
      if (change.do === "clear") expect(complete || verdict.keep.some(isSeen)).toBe(true);
    });
  });

  it("never survives a complete snapshot with a reason to keep", () => {
    always(({ observation: { complete, verdict }, after }) => {
      if (complete && verdict.keep.length > 0) expect(after).toBeUndefined();
    });
  });

  it("has a clock only after two sightings, and a deadline a grace window later", () => {
    always(({ observation, change }) => {
      if (change.do !== "put" || change.as !== "marked") return;
      const { firstSightedAt, clockStartedAt, deadline } = change.mark;
      const [first, clock, due] = [firstSightedAt, clockStartedAt, deadline].map((text) => Date.parse(text ?? ""));
      expect((clock ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(SIGHTING_DISTANCE_MS);
      expect((due ?? 0) - (clock ?? 0)).toBe(observation.graceMs);
    });
  });

  it("never gets an earlier deadline while it lasts", () => {
    always(({ before, change }) => {
      if (change.do !== "put" || change.as !== "confirmed" || before?.deadline === undefined) return;
      expect(Date.parse(change.mark.deadline ?? "")).toBeGreaterThanOrEqual(Date.parse(before.deadline));
    });
  });

  it("does not change when a snapshot is processed twice", () => {
    always(({ observation, after }) => {
      expect(decideMark(after, observation).do).toBe("nothing");
    });
  });

  it("is never due earlier with a longer grace window", () => {
    const property = fc.property(nights, fc.nat(500), fc.nat(2000), (history, more, hours) => {
      const longer = history.map((given) => ({ ...given, graceHours: given.graceHours + more }));
      const [mark, laterMark] = [play(history), play(longer)].map((steps) => steps.at(-1)?.after);
      expect(laterMark === undefined).toBe(mark === undefined);
      if (!mark || !laterMark) return;
      const policy = aDuePolicy({ now: Date.parse(NOW) + hours * HOUR_MS, maxAgeMs: 1e12 });
      if (decideWaiting(mark, policy) !== undefined) expect(decideWaiting(laterMark, policy)).toBeDefined();
    });
    checkLaw(property, 500);
  });
});
