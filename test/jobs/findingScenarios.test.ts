import { describe, expect, it } from "@jest/globals";
import { FINDING_KINDS, type FindingKind } from "../../lib/core/findings.ts";
import { type Estate, type EstateEvent, toInstant } from "../sandbox/estate.ts";
import { readControl, readScenario, readScenarioFile } from "../support/scenarios.ts";
import { ExpectedFindings, observeFindings, type OpenFinding, playFindings } from "./findingNights.ts";
import { useJobBench } from "./jobBench.ts";

const bench = useJobBench();

/** They are about deleting, or about a defect of the service: the tests of the purge and of poisoned messages have them. */
const OF_THE_PURGE: ReadonlySet<string> = new Set<FindingKind>([
  "breakerTripped",
  "purgeStopped",
  "damagedArtifact",
  "messagePoisoned",
]);
const toFolder = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const KINDS = Object.entries(FINDING_KINDS)
  .filter(([kind]) => !OF_THE_PURGE.has(kind))
  .map(([kind, { title }]) => ({ kind, title, folder: toFolder(kind) }));

async function playAgainst(estate: Estate, folder: string, file: string): Promise<readonly OpenFinding[]> {
  const expected = ExpectedFindings.parse(await readScenarioFile(folder, file));
  const nights = await playFindings(bench, estate);
  expect(observeFindings(nights, expected)).toEqual(expected);
  return nights.flat();
}

/** The night after which the first finding of the kind is expected to be open. */
async function readFirstNight(folder: string, kind: string): Promise<number> {
  const { open } = ExpectedFindings.parse(await readScenarioFile(folder, "expected.json"));
  const nights = Object.keys(open).filter((night) => open[night]?.some((name) => name.startsWith(`${kind} `)));
  if (nights.length === 0) throw new Error(`${folder} expects no finding ${kind}`);
  return Math.min(...nights.map(Number));
}

/** The estate as it goes on if nothing is done after the night `night` has begun, and no fault ends. */
function withoutEnd(estate: Estate, night: number): Estate {
  const until = toInstant(`+${night - 1}d1h`, estate.startsAt);
  const events = estate.events.filter(({ at }) => toInstant(at, estate.startsAt) < until);
  return {
    ...estate,
    nights: night + 2,
    events: events.map((event) => (event.type === "fault" ? withoutPeriod(event) : event)),
  };
}

function withoutPeriod(event: Extract<EstateEvent, { type: "fault" }>): EstateEvent {
  const { for: _period, ...fault } = event.fault;
  return { ...event, fault };
}

/** `subject since day` of the open findings of a kind. */
const listFirstSeen = (findings: readonly OpenFinding[], kind: string): readonly string[] =>
  findings.filter((finding) => finding.kind === kind).map(({ name, firstSeen }) => `${name} since ${firstSeen}`);

describe.each(KINDS)("$title", ({ kind, folder }) => {
  it("is told with its evidence, and no longer than it is true", async () => {
    const played = await playAgainst(await readScenario(folder), folder, "expected.json");
    expect(played.map((finding) => finding.kind)).toContain(kind);
  });

  it("stays, since the same night, for as long as the cause does", async () => {
    const first = await readFirstNight(folder, kind);
    const played = await playFindings(bench, withoutEnd(await readScenario(folder), first));
    const since = played.slice(first - 1).map((findings) => listFirstSeen(findings, kind));
    expect(since[0]).not.toEqual([]);
    expect(since).toEqual([since[0], since[0], since[0]]);
  });

  it("is not told of the same estate without the cause", async () => {
    const played = await playAgainst(await readControl(folder), folder, "expected.control.json");
    expect(played.map((finding) => finding.kind)).not.toContain(kind);
  });
});

describe("a night that cannot be believed", () => {
  const folder = "finding-does-not-flap";

  it("resolves no finding and opens none anew", async () => {
    await playAgainst(await readScenario(folder), folder, "expected.json");
  });

  it("is what keeps a finding open: a complete one resolves it", async () => {
    await playAgainst(await readControl(folder), folder, "expected.control.json");
  });
});
