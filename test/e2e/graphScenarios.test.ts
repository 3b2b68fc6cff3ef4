import { beforeAll, describe, expect, it } from "@jest/globals";
import { type FindingKind, FINDING_KINDS } from "../../lib/core/findings.ts";
import type { Estate } from "../sandbox/estate.ts";
import { reportFindings } from "../simulate/report/findings.ts";
import { type Simulation, simulate } from "../simulate/simulate.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { type Expected, ExpectedSchema, observe } from "../support/observed.ts";
import { readControl, readScenario, readScenarioFile } from "../support/scenarios.ts";

async function playAgainst(estate: Estate, scenario: string, file: string): Promise<Expected> {
  const expected = ExpectedSchema.parse(await readScenarioFile(scenario, file));
  const simulation = await simulate(estate, { nights: expected.nights });
  expect(observe(simulation, new ArtifactNames(estate), expected)).toEqual(expected);
  expect(simulation.truth.violations).toEqual([]);
  expect(simulation.failures).toEqual([]);
  return expected;
}

const playControl = async (scenario: string): Promise<Expected> =>
  playAgainst(await readControl(scenario), scenario, "expected.control.json");

const listDeleted = ({ deleted }: Expected): readonly string[] => Object.values(deleted).flat().sort();

const AMF = ["amf 1.0.0 chart", "amf-sbi 1.0.0", "amf-sbi 1.0.0 amd64"];

describe("a consumer of a version that is gone", () => {
  describe.each([
    { scenario: "deleted-version-with-consumer", name: "a network function on a deleted version", goes: AMF },
    { scenario: "last-state-of-service", name: "the last state of a site", goes: ["site-template 1.0.0"] },
    { scenario: "version-named-in-values", name: "a name in configuration group values", goes: AMF },
    { scenario: "consumer-in-other-subscription", name: "a name from another subscription", goes: AMF },
    { scenario: "consumer-of-unseen-version", name: "a network function on a version never seen", goes: AMF },
  ])("$name", ({ scenario, goes }) => {
    it("protects what it needs", async () => {
      const expected = await playAgainst(await readScenario(scenario), scenario, "expected.json");
      expect(listDeleted(expected).filter((artifact) => goes.includes(artifact))).toEqual([]);
    });

    it("is what protects it: without it all of it goes", async () => {
      expect(listDeleted(await playControl(scenario))).toEqual(goes);
    });
  });
});

describe("without its risk", () => {
  it.each([
    { scenario: "decommission-grace-purge", name: "a release that is not withdrawn keeps everything" },
    { scenario: "retag-during-grace", name: "a release that nobody objects to goes whole" },
    { scenario: "superseded-shared-children", name: "a store that did not opt in keeps what is superseded" },
    {
      scenario: "resource-graph-drops-rows",
      name: "a graph that shows its rows lets marks be made two nights earlier",
    },
    { scenario: "held-over-http", name: "a release that nobody holds goes whole when it is due" },
    { scenario: "listing-ends-early", name: "a registry that lists all lets marks be made four nights earlier" },
  ])("$name", async ({ scenario }) => {
    const expected = await playControl(scenario);
    const risky = ExpectedSchema.parse(await readScenarioFile(scenario, "expected.json"));
    expect(expected.deleted).not.toEqual(risky.deleted);
  });
});

describe("the estate with every finding", () => {
  /** Only a purge opens them. */
  const OF_THE_PURGE: ReadonlySet<string> = new Set<FindingKind>([
    "breakerTripped",
    "purgeStopped",
    "damagedArtifact",
    "messagePoisoned",
  ]);
  const kinds = Object.entries(FINDING_KINDS).filter(([kind]) => !OF_THE_PURGE.has(kind));
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(await readScenario("every-finding"));
  });

  it("opens each kind in some night, and deletes nothing", () => {
    const open = new Set(simulation.nights.flatMap(({ findings }) => Object.keys(findings.open)));
    expect([...open].sort()).toEqual(kinds.map(([kind]) => kind).sort());
    expect(simulation.truth).toEqual({ deletions: 0, violations: [] });
    expect(simulation.failures).toEqual([]);
  });

  it("asks the service for its findings, and adopts what nobody knows", () => {
    const answers = simulation.nights.flatMap(({ events }) => events.flatMap(({ answer }) => answer ?? []));
    expect(answers.map((answer) => answer.slice(0, answer.indexOf(" ", answer.indexOf(": ") + 2)))).toEqual([
      "GET /api/findings?state=open&top=1000: 200",
      "GET /api/findings?state=open&top=1000: 200",
      "POST /api/adoptions: 201",
      "GET /api/findings?state=open&top=1000: 200",
      "GET /api/findings?state=open&top=1000: 200",
    ]);
    const [first, last] = [simulation.nights.at(0), simulation.nights.at(-1)];
    expect([first, last].map((night) => night?.findings.open["unattributedManifest"])).toEqual([1, undefined]);
  });

  it.each(kinds.map(([, { title, severity }]) => ({ title, severity })))(
    "shows in its report, with evidence: $title",
    ({ title, severity }) => {
      const { rows } = reportFindings(simulation);
      const index = rows.findIndex((row) => String(row.at(-1)).startsWith(`${title}: `));
      expect(rows[index]?.[0]).toBe(severity);
      expect(rows[index + 1]).toEqual(["", "", "", "", expect.stringMatching(/^- \S/)]);
    },
  );
});
