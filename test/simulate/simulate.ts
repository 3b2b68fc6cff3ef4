import { fileURLToPath } from "node:url";
import { startHost } from "../host/functionsHost.ts";
import type { LogLine } from "../host/messages.ts";
import { runUntil } from "../host/nights.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { type Estate, toInstant } from "../sandbox/estate.ts";
import { type Sandbox, startSandbox } from "../sandbox/startSandbox.ts";
import { GroundTruth } from "./groundTruth.ts";
import type { NightReport } from "./nightReport.ts";
import { playEvent } from "./playEvent.ts";
import { ServiceApi } from "./serviceApi.ts";
import { NOTHING_BEFORE, watchNight } from "./watchNight.ts";

const DAY_MS = 86_400_000;

export interface SimulateOptions {
  readonly nights?: number;
  /** Where the compiled service is; default: this project. */
  readonly appDirectory?: string;
  readonly onNight?: (report: NightReport) => void;
  readonly onLog?: (line: LogLine) => void;
  /** Process ids of the service and of Azurite, for measuring. */
  readonly onStart?: (pids: readonly number[]) => void;
}

export interface Simulation {
  readonly title: string;
  readonly startsAt: string;
  readonly nights: readonly NightReport[];
  /** Each registry's content at the end. */
  readonly registries: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>>;
  readonly truth: { readonly deletions: number; readonly violations: readonly string[] };
  /** Invocations that failed. */
  readonly failures: readonly string[];
}

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the compiled service through its registered triggers against a sandbox, night by night in virtual time. */
export async function simulate(estate: Estate, options: SimulateOptions = {}): Promise<Simulation> {
  const clock = new VirtualClock(Date.parse(estate.startsAt));
  const sandbox = await startSandbox(estate, clock);
  const untrust = trustCa(sandbox.certificates.caPem);
  try {
    return await play(estate, sandbox, options);
  } finally {
    untrust();
    await sandbox.stop();
  }
}

async function play(estate: Estate, sandbox: Sandbox, options: SimulateOptions): Promise<Simulation> {
  const { clock, settings } = sandbox;
  const host = await startHost({
    appDirectory: options.appDirectory ?? PROJECT,
    env: settings,
    clock,
    createQueues: true,
    heapMb: 128,
    nodeArgs: ["--max-semi-space-size=4"],
    ...(options.onLog ? { onLog: options.onLog } : {}),
  });
  options.onStart?.([host.pid, sandbox.azurite.pid]);
  const truth = new GroundTruth(sandbox, estate);
  const api = new ServiceApi(host);
  const start = Date.parse(estate.startsAt);
  const reports: NightReport[] = [];
  let before = NOTHING_BEFORE;
  try {
    for (let night = 1; night <= (options.nights ?? estate.nights); night += 1) {
      const [from, to] = [start + (night - 1) * DAY_MS, start + night * DAY_MS];
      const events: NightReport["events"][number][] = [];
      await runUntil({ host, clock }, to - 1000, {
        events: toParentEvents({ estate, sandbox, host, truth, events }, from, to),
      });
      truth.judge();
      const watched = await watchNight(api, sandbox, {
        night: { night, startsAt: toIso(from), endsAt: toIso(to), events },
        before,
      });
      before = watched.after;
      reports.push(watched.report);
      options.onNight?.(watched.report);
    }
    return {
      title: estate.title,
      startsAt: estate.startsAt,
      nights: reports,
      registries: listContents(sandbox),
      truth: { deletions: truth.deletions, violations: [...truth.violations, ...truth.listBrokenIndexes()] },
      failures: host.failures.map(({ function: name, error }) => `${name}: ${error}`),
    };
  } finally {
    await host.stop();
  }
}

interface Stage {
  readonly estate: Estate;
  readonly sandbox: Sandbox;
  readonly host: Awaited<ReturnType<typeof startHost>>;
  readonly truth: GroundTruth;
  readonly events: NightReport["events"][number][];
}

const PURGE_MINUTE = /^\S+ (\d+) (\d+) /;

/** The night's events, and a look at everything just before the purge. */
function toParentEvents(
  { estate, sandbox, host, truth, events }: Stage,
  from: number,
  to: number,
): { at: number; run(): Promise<void> }[] {
  const [, minute = "0", hour = "4"] = PURGE_MINUTE.exec(sandbox.settings["PURGE_SCHEDULE"] ?? "") ?? [];
  const captureAt = from + (Number(hour) * 60 + Number(minute)) * 60_000 - 1000;
  const capture = { at: captureAt, run: async (): Promise<void> => truth.capture() };
  const played = estate.events
    .map((event) => ({ event, at: toInstant(event.at, estate.startsAt) }))
    .filter(({ at }) => at >= from && at < to)
    .map(({ event, at }) => ({
      at,
      async run(): Promise<void> {
        const answer = await playEvent(sandbox, host, event);
        const note = event.note;
        events.push({
          at: toIso(at),
          type: event.type,
          ...(note === undefined ? {} : { note }),
          ...(answer === undefined ? {} : { answer }),
        });
      },
    }));
  return [...played, capture];
}

/** To the second. */
const toIso = (epochMs: number): string => new Date(epochMs).toISOString().replace(".000Z", "Z");

function listContents(sandbox: Sandbox): Simulation["registries"] {
  return Object.fromEntries(
    [...sandbox.registries].map(([name, registry]) => [
      name,
      Object.fromEntries(
        [...registry.repositories()].sort().map((repository) => [
          repository,
          Object.fromEntries(
            registry
              .manifests(repository)
              .map(({ digest, tags }) => [digest, [...tags].sort()] as const)
              .sort(([a], [b]) => (a < b ? -1 : 1)),
          ),
        ]),
      ),
    ]),
  );
}
