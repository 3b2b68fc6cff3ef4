import { beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Estate } from "../sandbox/estate.ts";
import { readAlertRules } from "../sandbox/monitor/alertRule.ts";
import { createAlert, type Firing } from "../sandbox/monitor/evaluateAlert.ts";
import type { TelemetryLog } from "../sandbox/monitor/telemetryLog.ts";
import { simulate } from "../simulate/simulate.ts";
import { forgottenPause, largeRelease, nightsOf, refusedPurge, silentService } from "../support/alertEstates.ts";
import { withdrawnRelease } from "../support/trimmedEstates.ts";

const readAlertFile = (name: string): string =>
  readFileSync(new URL(`../../infra/alerts/${name}`, import.meta.url), "utf8");

const RULES = readAlertRules(JSON.parse(readAlertFile("rules.json")));
const NAMES = Object.keys(RULES).sort();
const HOUR_MS = 3_600_000;

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
  });

  it("just the alerts fire that should", () => {
    expect([...fired.keys()].sort()).toEqual(NAMES);
    expect(NAMES.filter((name) => (fired.get(name) ?? []).length > 0)).toEqual([...fire]);
  });

  it("each of them tells people", () => {
    for (const name of fire) expect([name, fired.get(name)?.some(({ notifies }) => notifies)]).toEqual([name, true]);
  });
});

describe("every rule", () => {
  it.each(NAMES)("fires in one of these, and not in another: %s", (name) => {
    const firing = CASES.filter(({ fire }) => fire.some((rule) => rule === name));
    expect(firing.length).toBeGreaterThan(0);
    expect(firing.length).toBeLessThan(CASES.length);
  });
});
