import { describe, expect, test } from "@jest/globals";
import { describeChange, findDisappearance, findRemoval } from "../../../lib/core/explainHistory.ts";
import type { ResourceChange } from "../../../lib/core/history.ts";
import { artifactManifestId, nfdvId } from "../../fakes/builders.ts";

const CNF = artifactManifestId("cnf");
const said = (id: string): string => `artifact manifest ${id}, chart nginx:1.0`;

/** The change that the snapshot of the given day of February shows. */
function aChange(day: number, change: Partial<ResourceChange> = {}): ResourceChange {
  const at = (date: number): string => `2026-02-${String(date).padStart(2, "0")}T01:00:00Z`;
  const id = (date: number): string => `202602${String(date).padStart(2, "0")}T010000Z`;
  const seen = { at: at(day), snapshotId: id(day), beforeAt: at(day - 1), beforeSnapshotId: id(day - 1) };
  return { ...seen, change: "changed", fields: [], ...change };
}

const references = (removed: readonly string[], added: readonly string[]) => [{ field: "references", removed, added }];
const gone = aChange(9, { change: "disappeared", fields: references([said(CNF)], []) });
const appeared = aChange(3, { change: "appeared", fields: references([], [said(CNF)]) });
const dropped = aChange(5, { fields: references([said(CNF)], [said(`${CNF}2`)]) });
const back = aChange(7, { fields: references([], [said(CNF)]) });

const toHistory = (changes: readonly ResourceChange[]) => ({
  id: nfdvId("1.0.0"),
  kind: "networkFunctionDefinitionVersion" as const,
  changes,
});

describe("a change history", () => {
  test.each([
    { name: "when a reference was dropped", changes: [appeared, dropped], day: 5 },
    { name: "that a reference went with its resource", changes: [appeared, gone], day: 9 },
    {
      name: "the first that a reference went, not the later end of its resource",
      changes: [dropped, aChange(9, { change: "disappeared" })],
      day: 5,
    },
    { name: "nothing where it was added again", changes: [appeared, dropped, back], day: undefined },
    { name: "nothing where it was never dropped", changes: [appeared], day: undefined },
    {
      name: "nothing of a name that only begins alike",
      changes: [aChange(5, { fields: references([said(`${CNF}2`)], []) })],
      day: undefined,
    },
    {
      name: "nothing where one form of it gave way to another",
      changes: [aChange(5, { fields: references([said(CNF)], [`artifact manifest ${CNF}`]) })],
      day: undefined,
    },
  ])("tells $name", ({ changes, day }) => {
    const found = findRemoval(toHistory(changes), CNF);
    if (day === undefined) expect(found).toBeUndefined();
    else
      expect(found).toMatchObject({
        vanishedIn: `202602${String(day).padStart(2, "0")}T010000Z`,
        snapshotId: `202602${String(day - 1).padStart(2, "0")}T010000Z`,
      });
  });

  test.each([
    { name: "the end of what is gone", changes: [appeared, gone], vanishedAt: "2026-02-09T01:00:00Z" },
    { name: "no end of what came back", changes: [gone, aChange(11, { change: "appeared" })], vanishedAt: undefined },
    { name: "no end of what only changed", changes: [dropped], vanishedAt: undefined },
  ])("tells $name", ({ changes, vanishedAt }) => {
    expect(findDisappearance(toHistory(changes))?.vanishedAt).toBe(vanishedAt);
  });

  test("is told as one line for each change", () => {
    expect(describeChange(dropped)).toBe(
      `2026-02-05T01:00:00Z (snapshot 20260205T010000Z): changed: references no longer ${said(CNF)}, now ${said(`${CNF}2`)}`,
    );
  });
});
