import { describe, expect, it } from "@jest/globals";
import type { Estate } from "../sandbox/estate.ts";
import { readControl, readScenario, readScenarioFile } from "../support/scenarios.ts";
import { ExpectedGuard, playGuard } from "./guardNights.ts";
import { useJobBench } from "./jobBench.ts";

const bench = useJobBench();

/** Each a folder of test/scenarios; docs/guards.md tells what they show. */
const GUARDS = [
  "artifact-manifest-recreated",
  "deleted-by-another",
  "digest-in-two-repositories",
  "digest-pushed-again",
  "docker-and-oras",
  "edge-tag-of-another-index",
  "edge-tags-follow-subject",
  "hold-outlives-resource",
  "index-referrer-stays",
  "listing-short-at-purge",
  "locked-index-keeps-children",
  "locked-repository",
  "missing-nested-index",
  "nested-indexes",
  "orphans-go",
  "prefix-beside-longer-prefix",
  "referrers-of-referrers",
  "refused-index-keeps-children",
  "request-cannot-raise-mode",
  "store-recreated",
  "tagged-referrer-keeps-subject",
  "ten-manual-runs",
  "throttled-index-keeps-children",
  "unknown-media-type",
  "unreadable-bytes",
  "young-referrer-keeps-subject",
];

async function playAgainst(estate: Estate, folder: string, file: string): Promise<ExpectedGuard> {
  const expected = ExpectedGuard.parse(await readScenarioFile(folder, file));
  const { observed, failures } = await playGuard(bench, estate, expected);
  expect(observed).toEqual(expected);
  expect(failures).toEqual([]);
  return observed;
}

describe.each(GUARDS)("%s", (folder) => {
  it("is played as its rules demand, and nothing that is needed goes", async () => {
    await playAgainst(await readScenario(folder), folder, "expected.json");
  });

  it("is shown by its control: without the risk other things are deleted, or earlier", async () => {
    const control = await playAgainst(await readControl(folder), folder, "expected.control.json");
    const risky = ExpectedGuard.parse(await readScenarioFile(folder, "expected.json"));
    expect(control.deleted).not.toEqual(risky.deleted);
  });
});
