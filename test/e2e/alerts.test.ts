import { beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { compareTexts } from "../../lib/core/evidence.ts";
import type { Estate } from "../sandbox/estate.ts";
import type { Row } from "../sandbox/kql/values.ts";
import { readAlertRules } from "../sandbox/monitor/alertRule.ts";
import { createAlert, type Firing } from "../sandbox/monitor/evaluateAlert.ts";
import type { TelemetryLog } from "../sandbox/monitor/telemetryLog.ts";
import { type Simulation, simulate } from "../simulate/simulate.ts";
import { forgottenPause, largeRelease, nightsOf, refusedPurge, silentService } from "../support/alertEstates.ts";
import { withdrawnRelease } from "../support/trimmedEstates.ts";

const readAlertFile = (name: string): string =>
  readFileSync(new URL(`../../infra/alerts/${name}`, import.meta.url), "utf8");

const RULES = readAlertRules(JSON.parse(readAlertFile("rules.json")));
const NAMES = Object.keys(RULES).sort();
const HOUR_MS = 3_600_000;
/** Many nights of the whole app, beside other tests. */
const PLAY_MS = 180_000;

/** A service that was set up this moment has told of no snapshot yet. */
const FIRST_SILENCE_MS = 36 * HOUR_MS;

/** What the app tells in each estate, and the rules that fire on it: all others stay silent. */
const CASES = [
  { name: "a release is withdrawn and purged", estate: withdrawnRelease, fire: [] },
  {
    name: "a permission is missing",
    estate: () => nightsOf("missing-permission", 3),
    fire: ["missingPermission", "newFindings"],
  },
  {
    name: "a version in use points to an artifact that is not there",
    estate: () => nightsOf("dangling-reference", 3),
    fire: ["danglingReferenceInUse", "newFindings"],
  },
  {
    name: "the graph is not seen whole for days",
    estate: () => nightsOf("incomplete-snapshot", 4),
    fire: ["newFindings", "noCompleteSnapshot"],
  },
  { name: "the service is silent", estate: silentService, fire: ["noCompleteSnapshot"] },
  { name: "the breaker trips", estate: () => nightsOf("ten-manual-runs", 5), fire: ["breakerTripped", "newFindings"] },
  { name: "the purger may not delete", estate: refusedPurge, fire: ["newFindings", "purgeFailed"] },
  { name: "deleting is paused and forgotten", estate: () => forgottenPause(8), fire: ["backlogOverdue"] },
  { name: "hundreds are deleted within an hour", estate: largeRelease, fire: ["deletionSpike"] },
] as const satisfies readonly { name: string; estate: () => Promise<Estate>; fire: readonly string[] }[];

describe.each(CASES)("where $name", ({ estate: create, fire }) => {
  const fired = new Map<string, readonly Firing[]>();

  beforeAll(async () => {
    const estate = await create();
    const heard: TelemetryLog[] = [];
    const { failures } = await simulate(estate, { onTelemetry: (telemetry) => heard.push(telemetry) });
    expect(failures).toEqual([]);
    const startsAt = Date.parse(estate.startsAt);
    for (const [name, rule] of Object.entries(RULES)) {
      const from = name === "noCompleteSnapshot" ? startsAt + FIRST_SILENCE_MS : startsAt;
      const to = startsAt + estate.nights * 24 * HOUR_MS;
      const alert = createAlert(rule, readAlertFile(`${name}.kql`));
      for (const telemetry of heard) fired.set(name, alert.advance(telemetry, { from, to }));
    }
  }, PLAY_MS);

  it("just the alerts fire that should", () => {
    expect([...fired.keys()].sort()).toEqual(NAMES);
    expect(NAMES.filter((name) => (fired.get(name) ?? []).length > 0)).toEqual([...fire]);
  });

  it("each of them tells people", () => {
    for (const name of fire) expect([name, fired.get(name)?.some(({ notifies }) => notifies)]).toEqual([name, true]);
  });
});

describe("a night", () => {
  let telemetry: TelemetryLog | undefined;
  let played: Simulation;

  beforeAll(async () => {
    played = await simulate(await withdrawnRelease(), { onTelemetry: (heard) => (telemetry = heard) });
  }, PLAY_MS);

  const listSpans = (name: string): readonly Row[] =>
    (telemetry?.rows("dependencies") ?? []).filter((span) => span["name"] === name);

  it("is a trace for each run, with all of its stages and registries below one root", () => {
    const runs = new Map(listSpans("run").map((run) => [run["operation_Id"], run["id"]]));
    expect(runs.size).toBe(3 * played.nights.length);
    for (const name of ["stage", "inventoryRegistry", "purgeRegistry"]) {
      const spans = listSpans(name);
      expect(spans.length).toBeGreaterThan(0);
      expect(spans.filter((span) => runs.get(span["operation_Id"]) !== span["operation_ParentId"])).toEqual([]);
    }
    for (const name of ["markRegistry", "planRegistry"]) {
      const stages = new Set(listSpans("stage").map((stage) => stage["id"]));
      expect(listSpans(name).length).toBe(played.nights.length);
      expect(listSpans(name).every((span) => stages.has(span["operation_ParentId"]))).toBe(true);
    }
  });

  it("tells of each deletion once, and of nothing that was not deleted", () => {
    const told = (telemetry?.rows("customEvents") ?? [])
      .filter(({ name }) => name === "manifestDeleted")
      .map(({ customDimensions }) => z.object({ digest: z.string() }).parse(customDimensions).digest);
    const deleted = played.nights.flatMap(({ deletions }) => deletions.map(({ digest }) => digest));
    expect(told.sort(compareTexts)).toEqual(deleted.sort(compareTexts));
    expect(deleted.length).toBeGreaterThan(0);
  });

  it(
    "deletes the same where Azure Monitor takes nothing",
    async () => {
      const estate = await withdrawnRelease();
      const fault = { target: "monitor", skip: 0, effect: { kind: "status", status: 500 } } as const;
      const deaf = { ...estate, events: [...estate.events, { at: "+0h", type: "fault", fault } as const] };
      const heard: TelemetryLog[] = [];
      const { nights, failures } = await simulate(deaf, { onTelemetry: (log) => heard.push(log) });
      expect(heard[0]?.rows("customEvents")).toEqual([]);
      expect(failures).toEqual([]);
      expect(nights.map(({ deletions }) => deletions)).toEqual(played.nights.map(({ deletions }) => deletions));
    },
    PLAY_MS,
  );
});

describe("every rule", () => {
  it.each(NAMES)("fires in one of these, and not in another: %s", (name) => {
    const firing = CASES.filter(({ fire }) => fire.some((rule) => rule === name));
    expect(firing.length).toBeGreaterThan(0);
    expect(firing.length).toBeLessThan(CASES.length);
  });
});
