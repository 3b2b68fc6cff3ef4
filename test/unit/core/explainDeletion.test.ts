import { describe, expect, test } from "@jest/globals";
import type { DeletionFacts } from "../../../lib/core/explainDeletion.ts";
import { describeDeletion, judgeDeletion } from "../../../lib/core/explainDeletion.ts";
import type { Hold } from "../../../lib/core/hold.ts";
import { aManifest, aMark, digest, NOW } from "../../fakes/builders.ts";

/** Two before the snapshot, one after it. */
const [DELETED_AT, LATER, AFTERWARDS] = ["2026-02-01T05:00:00Z", "2026-02-01T09:00:00Z", "2026-03-02T05:00:00Z"];
const deletion = { intentAt: DELETED_AT, runId: "run7", outcome: "deleted", outcomeAt: DELETED_AT } as const;
const unanswered = { ...deletion, outcome: undefined, outcomeAt: undefined };
const tonight = { ...deletion, intentAt: AFTERWARDS, outcomeAt: AFTERWARDS };
/** The instant of a snapshot is rounded up to the minute: this one may come after what it lists. */
const justBefore = { ...deletion, intentAt: "2026-03-02T00:59:30Z", outcomeAt: "2026-03-02T00:59:31Z" };
const refused = { ...deletion, outcome: "kept" } as const;

const aHold = (at: string): Hold => ({
  scope: { of: "digest", digest: digest(1) },
  reason: "restored: a rollback",
  owner: "the operator on duty",
  until: "2026-04-01T00:00:00Z",
  at,
});

/** Deleted a month before the snapshot, which proves that it is not there. */
const gone: DeletionFacts = {
  snapshot: { id: "20260302T010000Z", at: NOW, complete: true },
  listedWhole: true,
  manifest: undefined,
  mark: undefined,
  deletion,
  digestHold: undefined,
};
const listed = aManifest();

describe("what a delete on record says of what is there now", () => {
  test.each<{ name: string; facts: Partial<DeletionFacts>; is: string | undefined }>([
    { name: "none", facts: { deletion: undefined }, is: undefined },
    { name: "one, and a snapshot since that lists its repository whole without it", facts: {}, is: "gone" },
    {
      name: "one, and such a snapshot of which the graph is not complete",
      facts: { snapshot: { ...gone.snapshot, complete: false } },
      is: "gone",
    },
    { name: "one, and a snapshot that may have missed it", facts: { listedWhole: false }, is: "perhapsPushed" },
    { name: "one that found it gone", facts: { deletion: { ...deletion, outcome: "alreadyGone" } }, is: "gone" },
    {
      name: "one that found it gone, and a snapshot since that may have missed it",
      facts: { deletion: { ...deletion, outcome: "alreadyGone" }, listedWhole: false },
      is: "perhapsPushed",
    },
    {
      name: "one after the snapshot, whatever that proves",
      facts: { deletion: tonight, manifest: listed, listedWhole: false },
      is: "gone",
    },
    { name: "one within the minute of the snapshot", facts: { deletion: justBefore, manifest: listed }, is: "gone" },
    {
      name: "one within the minute of the snapshot, and a push after it",
      facts: { deletion: justBefore, manifest: aManifest({ createdAt: "2026-03-02T00:59:45.5Z" }) },
      is: "seenSince",
    },
    { name: "one, and a snapshot since that lists it", facts: { manifest: listed }, is: "seenSince" },
    {
      name: "one, a snapshot since that may have missed it, and a mark that was confirmed in between",
      facts: { listedWhole: false, mark: aMark({ lastConfirmedAt: "2026-02-20T01:00:00Z" }) },
      is: "seenSince",
    },
    {
      name: "one, a snapshot since that may have missed it, and a mark from before",
      facts: { listedWhole: false, mark: aMark({ lastConfirmedAt: "2026-02-01T01:00:00Z" }) },
      is: "perhapsPushed",
    },
    { name: "one without an outcome", facts: { deletion: unanswered }, is: "open" },
    {
      name: "one without an outcome, listed since",
      facts: { deletion: unanswered, manifest: listed },
      is: "seenSince",
    },
    { name: "one that was refused", facts: { deletion: refused, manifest: listed }, is: "kept" },
    {
      name: "one after the snapshot, and a hold after that",
      facts: { deletion: tonight, digestHold: aHold("2026-03-02T06:00:00Z") },
      is: "perhapsRestored",
    },
    { name: "one, and a hold after the snapshot", facts: { digestHold: aHold(AFTERWARDS) }, is: "perhapsRestored" },
    {
      name: "one, a hold after it, and a snapshot since that may have missed it",
      facts: { digestHold: aHold(LATER), listedWhole: false },
      is: "perhapsRestored",
    },
    {
      name: "one, a hold after it, and a snapshot since that lists its repository whole without it",
      facts: { digestHold: aHold(LATER) },
      is: "gone",
    },
    {
      name: "one after the snapshot, and a hold from before it",
      facts: { deletion: tonight, digestHold: aHold("2026-03-02T04:00:00Z") },
      is: "gone",
    },
    {
      name: "one that was found gone only after the snapshot that lists it",
      facts: { deletion: { ...deletion, outcome: "goneAfterIntent", outcomeAt: AFTERWARDS }, manifest: listed },
      is: "gone",
    },
  ])("with $name is $is", ({ facts, is }) => {
    expect(judgeDeletion({ ...gone, ...facts })?.is).toBe(is);
  });
});

describe("the words for it", () => {
  const NOT_KNOWN_YET = "What came of it is not known yet.";

  test.each<{ name: string; facts: Partial<DeletionFacts>; says: readonly string[] }>([
    { name: "no delete", facts: { deletion: undefined, manifest: listed }, says: ["No rule keeps it, and no mark"] },
    { name: "a delete", facts: {}, says: [`It was deleted by run run7 at ${DELETED_AT}.`] },
    {
      name: "a delete that found it gone",
      facts: { deletion: { ...deletion, outcome: "alreadyGone" } },
      says: [`It was gone already when run run7 set out to delete it at ${DELETED_AT}.`],
    },
    {
      name: "a delete that was answered by a later look",
      facts: { deletion: { ...deletion, outcome: "goneAfterIntent" } },
      says: ["no clear answer is on record, and a later look found it gone."],
    },
    { name: "a delete without an outcome", facts: { deletion: unanswered }, says: ["asked for", NOT_KNOWN_YET] },
    {
      name: "a delete without an outcome, and a listing since",
      facts: { deletion: unanswered, manifest: listed },
      says: ["no outcome is on record. It was listed since", "No rule keeps it, and no mark"],
    },
    {
      name: "a delete, and a listing since",
      facts: { manifest: listed },
      says: ["It was deleted by run run7", "It was listed since", "No rule keeps it, and no mark"],
    },
    {
      name: "a delete, and a snapshot that may have missed a push",
      facts: { listedWhole: false },
      says: [`It was deleted by run run7 at ${DELETED_AT}. Whether it was pushed again since is not known`],
    },
    {
      name: "a delete, and a hold since",
      facts: { digestHold: aHold(AFTERWARDS) },
      says: [
        "It was deleted by run run7",
        `at ${AFTERWARDS}, the operator on duty held its digest (restored: a rollback)`,
        "whether it is there again is not known",
      ],
    },
    {
      name: "a delete that was refused",
      facts: { deletion: refused, manifest: listed },
      says: [
        `Run run7 set out to delete it at ${DELETED_AT}, and it was not deleted. No rule keeps it, and no mark lets it go`,
      ],
    },
    {
      name: "a delete that was refused, and a whole listing since without it",
      facts: { deletion: refused },
      says: ["and it was not deleted. It is not there any more: what took it away later is not known."],
    },
    {
      name: "a delete that was refused, and no whole listing since",
      facts: { deletion: refused, listedWhole: false },
      says: ["and it was not deleted. Whether it is still there is not known"],
    },
  ])("are those of $name", ({ facts, says }) => {
    const text = describeDeletion({ ...gone, ...facts });
    for (const words of says) expect(text).toContain(words);
    expect(text.includes(NOT_KNOWN_YET)).toBe(says.includes(NOT_KNOWN_YET));
  });
});
