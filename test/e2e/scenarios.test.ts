import { describe, expect, it } from "@jest/globals";
import { simulate } from "../simulate/simulate.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { ExpectedSchema, observe } from "../support/observed.ts";
import { readScenario, readScenarioFile } from "../support/scenarios.ts";

describe("the nightly job", () => {
  it.each([
    { scenario: "decommission-grace-purge", name: "purges a withdrawn release after its grace window, not before" },
    { scenario: "retag-during-grace", name: "keeps what is tagged again, and starts its clock anew after that" },
    { scenario: "superseded-shared-children", name: "purges a superseded index, and keeps what its successor shares" },
    { scenario: "resource-graph-drops-rows", name: "makes no mark while Resource Graph hides rows" },
    { scenario: "held-over-http", name: "lets what a person holds wait, and go once the hold is over" },
    { scenario: "listing-ends-early", name: "makes no mark while a registry's listings end early" },
  ])("$name", async ({ scenario }) => {
    const estate = await readScenario(scenario);
    const expected = ExpectedSchema.parse(await readScenarioFile(scenario, "expected.json"));
    const simulation = await simulate(estate, { nights: expected.nights });
    expect(observe(simulation, new ArtifactNames(estate), expected)).toEqual(expected);
    expect(simulation.truth.violations).toEqual([]);
    expect(simulation.failures).toEqual([]);
  });
});
