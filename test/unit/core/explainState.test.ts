import { describe, expect, test } from "@jest/globals";
import type { StateFacts } from "../../../lib/core/explainState.ts";
import { decideState, describeWaiting } from "../../../lib/core/explainState.ts";
import { aManifest, aMark, NOW, tagged } from "../../fakes/builders.ts";

const BEFORE = "2026-03-01T05:00:00Z";
const AFTER = "2026-03-02T05:00:00Z";
const inGrace = { why: "inGrace", until: AFTER } as const;
const deletion = { intentAt: AFTER, runId: "r", outcome: "deleted", outcomeAt: AFTER } as const;
const older = { ...deletion, intentAt: BEFORE, outcomeAt: BEFORE } as const;

function stateOf(facts: Partial<StateFacts>): string {
  return decideState({
    snapshot: { id: "20260302T010000Z", at: NOW, complete: true },
    listedWhole: true,
    digestHold: undefined,
    manifest: aManifest(),
    keep: [],
    mark: aMark(),
    waiting: undefined,
    deletion: undefined,
    ...facts,
  });
}

describe("the decision on a registry manifest", () => {
  test.each<{ name: string; facts: Partial<StateFacts>; is: string }>([
    { name: "a mark past its deadline", facts: {}, is: "due" },
    { name: "a mark that waits", facts: { waiting: inGrace }, is: "marked" },
    { name: "a mark that something speaks against", facts: { keep: [{ code: "child" }] }, is: "marked" },
    { name: "a mark that the snapshot does not list", facts: { manifest: undefined }, is: "marked" },
    { name: "a mark without a clock", facts: { mark: aMark({ deadline: undefined }) }, is: "sighted" },
    { name: "a tag, whatever a mark says", facts: { manifest: aManifest({ tags: tagged("1.0") }) }, is: "kept" },
    { name: "a reason and no mark", facts: { mark: undefined, keep: [{ code: "unattributed" }] }, is: "kept" },
    { name: "neither reason nor mark", facts: { mark: undefined }, is: "unknown" },
    { name: "a delete after the snapshot", facts: { deletion }, is: "deleted" },
    {
      name: "a delete that found it gone",
      facts: { deletion: { ...deletion, outcome: "alreadyGone" } },
      is: "deleted",
    },
    {
      name: "a delete without an answer",
      facts: { deletion: { ...deletion, outcome: undefined, outcomeAt: undefined } },
      is: "unknown",
    },
    { name: "a delete that was refused", facts: { deletion: { ...deletion, outcome: "kept" } }, is: "due" },
    { name: "a delete before it was pushed again", facts: { deletion: older }, is: "due" },
    {
      name: "a delete before the snapshot, which does not list it",
      facts: { manifest: undefined, mark: undefined, deletion: older },
      is: "deleted",
    },
    {
      name: "a delete before a snapshot that is not proven to list it",
      facts: { manifest: undefined, mark: undefined, deletion: older, listedWhole: false },
      is: "unknown",
    },
    {
      name: "a delete before it was marked again, and a snapshot that is not proven to list it",
      facts: { manifest: undefined, mark: aMark({ lastConfirmedAt: NOW }), deletion: older, listedWhole: false },
      is: "marked",
    },
  ])("with $name is $is", ({ facts, is }) => {
    expect(stateOf(facts)).toBe(is);
  });

  test("tells until when a mark waits, where that is known", () => {
    expect(describeWaiting(inGrace)).toBe(`its grace window is not over (until ${AFTER})`);
    expect(describeWaiting({ why: "protected", until: undefined })).toBe("something that stays needs it");
  });
});
