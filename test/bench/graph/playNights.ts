import { runUntil } from "../../host/nights.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import { ServiceApi } from "../../simulate/serviceApi.ts";
import { MARK_HOUR, SNAPSHOT_HOUR, STARTS_AT } from "../estate/createLargeEstate.ts";
import { applyChange, listChanges } from "../estate/listChanges.ts";
import { countResources } from "./benchSandbox.ts";
import type { NightFigures, StageFigures } from "./figures.ts";
import { measureStage } from "./measureStage.ts";
import { QueryTap } from "./queryTap.ts";
import type { Service } from "./service.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NIGHTS = [1, 2];
const STAGES = [
  { name: "snapshot", hour: SNAPSHOT_HOUR },
  { name: "mark", hour: MARK_HOUR },
] as const;
/** The stages are what is timed: one that hangs is for the person who watches to end. */
const STUCK_AFTER_MS = 6 * HOUR_MS;

export interface Stage {
  readonly sandbox: Sandbox;
  readonly service: Service;
  readonly publishers: number;
}

/**
 * Plays the night that is the baseline, then the one after one in a hundred resources changed. What is measured is added to
 * `nights` as it comes, so that an app that dies leaves the figures up to then.
 */
export async function playNights(play: Stage, nights: NightFigures[]): Promise<void> {
  const tap = new QueryTap();
  try {
    for (const night of NIGHTS) {
      const midnight = Date.parse(STARTS_AT) + (night - 1) * 24 * HOUR_MS;
      if (night > 1) await changeEstate(play, midnight);
      tap.start();
      await playNight(play, { night, midnight, tap, nights });
      tap.stop();
      await assertNightWorked(play, midnight);
    }
  } finally {
    tap.stop();
  }
}

async function changeEstate(play: Stage, midnight: number): Promise<void> {
  const { sandbox, service, publishers } = play;
  await runUntil({ host: service.host, clock: sandbox.clock }, midnight, { stuckAfterMs: STUCK_AFTER_MS });
  const changes = listChanges(publishers);
  for (const change of changes) applyChange(sandbox.arm, change);
  // Resource Graph shows the changes a minute later.
  await runUntil({ host: service.host, clock: sandbox.clock }, midnight + HOUR_MS / 2);
  console.log(`  ${changes.length} resources changed; ${await countResources(sandbox)} are there now`);
}

interface Night {
  readonly night: number;
  readonly midnight: number;
  readonly tap: QueryTap;
  readonly nights: NightFigures[];
}

async function playNight({ sandbox, service }: Stage, { night, midnight, tap, nights }: Night): Promise<void> {
  const stages: StageFigures[] = [];
  const target = { host: service.host, clock: sandbox.clock };
  const describeProgress = (): string => `${tap.pages} pages of Resource Graph this night`;
  try {
    for (const { name, hour } of STAGES) {
      const at = midnight + hour * HOUR_MS;
      await runUntil(target, at - MINUTE_MS, { stuckAfterMs: STUCK_AFTER_MS });
      const title = `night ${night}, ${name}`;
      const run = (): Promise<void> => runUntil(target, at, { stuckAfterMs: STUCK_AFTER_MS });
      stages.push(await measureStage({ sandbox, service, describeProgress }, { name, title, run }));
    }
  } finally {
    nights.push({ night, stages, queries: [...tap.take()] });
  }
}

/** A night that failed, or that saw less than everything, says nothing about speed. */
async function assertNightWorked({ service }: Stage, midnight: number): Promise<void> {
  const runs = await new ServiceApi(service.host).listRuns(new Date(midnight).toISOString());
  const problems = runs.flatMap(({ id, state, errors, parts }) => [
    ...(state === "done" ? [] : [`run ${id} is ${state}`]),
    ...errors.map((error) => `run ${id}: ${error}`),
    ...parts.flatMap(({ name, reasons }) => reasons.map(({ code, detail }) => `${name}: ${code} ${detail ?? ""}`)),
  ]);
  if (runs.length !== STAGES.length) problems.push(`${runs.length} runs instead of ${STAGES.length}`);
  if (problems.length > 0) throw new Error(problems.slice(0, 5).join("; "));
}
