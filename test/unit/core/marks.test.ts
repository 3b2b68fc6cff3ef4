import { describe, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, toIso } from "../../../lib/core/duration.ts";
import type { KeepReason } from "../../../lib/core/keepReasons.ts";
import { decideMark } from "../../../lib/core/marks.ts";
import type { Mark, Observation } from "../../../lib/core/marks.ts";
import { aMark, anObservation, artifactManifestId, aVerdict, NOW, STORE } from "../../fakes/builders.ts";

const START = Date.parse(NOW);
const at = (hours: number): string => toIso(START + hours * HOUR_MS);

/** A snapshot taken some hours after `NOW`; the finding was stored at the first one. */
function snapshot(hours: number, observation: Partial<Observation> = {}): Observation {
  return anObservation({ at: at(hours), snapshotId: `s${hours}`, foundAt: NOW, ...observation });
}

/** The mark after each snapshot in turn. */
function play(snapshots: readonly Observation[], start?: Mark): Mark | undefined {
  let mark = start;
  for (const observation of snapshots) {
    const change = decideMark(mark, observation);
    if (change.do === "put") mark = change.mark;
    if (change.do === "clear") mark = undefined;
  }
  return mark;
}

const keeping = (...keep: readonly KeepReason[]): Partial<Observation> => ({ verdict: aVerdict({ keep }) });
const SEEN: KeepReason = { code: "tagged" };
const NOT_SEEN: KeepReason = { code: "notListed" };

describe("the first sighting", () => {
  it("is remembered without a clock", () => {
    expect(decideMark(undefined, snapshot(0))).toEqual({
      do: "put",
      as: "sighted",
      mark: aMark({
        firstSightedAt: NOW,
        firstSnapshotId: "s0",
        lastConfirmedAt: NOW,
        lastSnapshotId: "s0",
        clockStartedAt: undefined,
        deadline: undefined,
      }),
    });
  });

  it.each([
    { name: "the snapshot is incomplete", observation: { complete: false } },
    { name: "there is a reason to keep it", observation: keeping(SEEN) },
    { name: "it is unattributed", observation: { verdict: aVerdict({ class: "unattributed" }) } },
    { name: "it has no class", observation: { verdict: aVerdict({ class: undefined }) } },
    { name: "its store is not known", observation: { verdict: aVerdict({ storeId: undefined }) } },
    {
      name: "its artifact manifest is not known",
      observation: { verdict: aVerdict({ artifactManifestId: undefined }) },
    },
    { name: "its push time is not known", observation: { pushedAt: undefined } },
  ])("is none where $name", ({ observation }) => {
    expect(decideMark(undefined, snapshot(0, observation))).toEqual({ do: "nothing" });
  });
});

describe("the second sighting", () => {
  it.each([
    { hours: 19.9, as: "confirmed", clockStartedAt: undefined },
    { hours: 20, as: "marked", clockStartedAt: at(20) },
    { hours: 24, as: "marked", clockStartedAt: at(24) },
  ])("after $hours h is: $as", ({ hours, as, clockStartedAt }) => {
    const change = decideMark(play([snapshot(0)]), snapshot(hours));
    expect(change).toMatchObject({ do: "put", as, mark: { clockStartedAt, lastConfirmedAt: at(hours) } });
  });

  it("is measured from the first sighting, not from the last confirmation", () => {
    expect(play([snapshot(0), snapshot(10), snapshot(20)])).toMatchObject({ clockStartedAt: at(20) });
  });

  it("sets the deadline a grace window after the clock", () => {
    expect(play([snapshot(0), snapshot(24)])).toMatchObject({ deadline: at(24 + 14 * 24) });
    expect(play([snapshot(0), snapshot(24, { graceMs: DAY_MS })])).toMatchObject({ deadline: at(48) });
  });

  it("starts the clock no earlier than the finding that tells people was stored", () => {
    expect(play([snapshot(0), snapshot(24, { foundAt: at(25) })])).toMatchObject({
      clockStartedAt: at(25),
      deadline: at(25 + 14 * 24),
    });
  });

  it("does not come from an incomplete snapshot", () => {
    expect(play([snapshot(0), snapshot(24, { complete: false })])).toEqual(play([snapshot(0)]));
  });
});

describe("a mark", () => {
  const marked = play([snapshot(0), snapshot(24)]);

  it("is confirmed by each further complete snapshot, and keeps its deadline", () => {
    expect(decideMark(marked, snapshot(48))).toEqual({
      do: "put",
      as: "confirmed",
      mark: { ...marked, lastConfirmedAt: at(48), lastSnapshotId: "s48" },
    });
  });

  it.each([
    { name: "is sighted", before: play([snapshot(0)]), again: snapshot(0) },
    { name: "is marked", before: marked, again: snapshot(24) },
  ])("does not change when the snapshot by which it $name is processed again", ({ before, again }) => {
    expect(decideMark(before, again)).toEqual({ do: "nothing" });
  });

  it("does not change by a snapshot that is older than the last one", () => {
    expect(decideMark(marked, snapshot(12))).toEqual({ do: "nothing" });
  });

  it.each([
    { gap: 36, lost: 0 },
    { gap: 36.5, lost: 36.5 },
    { gap: 240, lost: 240 },
  ])("after a gap of $gap h is due $lost h later", ({ gap, lost }) => {
    expect(play([snapshot(24 + gap)], marked)).toMatchObject({
      clockStartedAt: at(24 + lost),
      deadline: at(24 + lost + 14 * 24),
    });
  });

  it("counts an incomplete snapshot as none when it measures a gap", () => {
    const nights = [snapshot(48, { complete: false }), snapshot(72, { complete: false }), snapshot(96)];
    expect(play(nights, marked)).toMatchObject({ deadline: at(24 + 72 + 14 * 24) });
  });

  it("is due later when the grace window is made longer, and no earlier when it is made shorter", () => {
    expect(play([snapshot(48, { graceMs: 30 * DAY_MS })], marked)).toMatchObject({ deadline: at(24 + 30 * 24) });
    expect(play([snapshot(48, { graceMs: DAY_MS })], marked)).toMatchObject({ deadline: at(24 + 14 * 24) });
  });

  it.each<{ readonly name: string; readonly observation: Partial<Observation> }>([
    { name: "was pushed again", observation: { pushedAt: "2026-02-20T00:00:00.0000000Z" } },
    { name: "is in a store that was created again", observation: { storeCreatedAt: "2026-02-20T00:00:00Z" } },
    { name: "is in a store whose creation time is no longer told", observation: { storeCreatedAt: undefined } },
    { name: "is of another class now", observation: { verdict: aVerdict({ class: "superseded" }) } },
    { name: "belongs to another store now", observation: { verdict: aVerdict({ storeId: `${STORE}2` }) } },
    {
      name: "belongs to another artifact manifest now",
      observation: { verdict: aVerdict({ artifactManifestId: artifactManifestId("cnf2") }) },
    },
  ])("starts anew where the registry manifest $name", ({ observation }) => {
    expect(decideMark(marked, snapshot(48, observation))).toMatchObject({
      do: "put",
      as: "restarted",
      mark: { firstSightedAt: at(48), lastConfirmedAt: at(48), clockStartedAt: undefined, deadline: undefined },
    });
  });

  it("starts anew after it was cleared", () => {
    const nights = [snapshot(48, keeping(SEEN)), snapshot(72), snapshot(96)];
    expect(play(nights, marked)).toMatchObject({ firstSightedAt: at(72), clockStartedAt: at(96) });
  });
});

describe("clearing", () => {
  it.each([
    { name: "a complete snapshot, on what was seen", complete: true, keep: [SEEN], cleared: true },
    { name: "a complete snapshot, on what was not seen", complete: true, keep: [NOT_SEEN], cleared: true },
    { name: "an incomplete snapshot, on what was seen", complete: false, keep: [SEEN], cleared: true },
    {
      name: "an incomplete snapshot, on one seen thing among others",
      complete: false,
      keep: [NOT_SEEN, SEEN],
      cleared: true,
    },
    { name: "an incomplete snapshot, never on what was not seen", complete: false, keep: [NOT_SEEN], cleared: false },
    {
      name: "an incomplete repository, never for being incomplete",
      complete: false,
      keep: [{ code: "repositoryIncomplete" } as const],
      cleared: false,
    },
  ])("a mark: $name", ({ complete, keep, cleared }) => {
    const observation = snapshot(0, { complete, ...keeping(...keep) });
    expect(decideMark(aMark(), observation)).toEqual(cleared ? { do: "clear", why: keep } : { do: "nothing" });
  });

  it("does nothing where there is no mark", () => {
    expect(decideMark(undefined, snapshot(0, keeping(SEEN)))).toEqual({ do: "nothing" });
  });
});
