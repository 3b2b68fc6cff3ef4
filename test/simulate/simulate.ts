import { fileURLToPath } from "node:url";
import { startHost, type StartOptions } from "../host/functionsHost.ts";
import type { LogLine } from "../host/messages.ts";
import { type ParentEvent, runUntil } from "../host/nights.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import type { Estate } from "../sandbox/estate.ts";
import { type Contents, type Holdings, listContents, measureHoldings } from "./contents.ts";
import type { TelemetryLog } from "../sandbox/monitor/telemetryLog.ts";
import { type Sandbox, startSandbox } from "../sandbox/startSandbox.ts";
import { WORKER } from "../support/deployment.ts";
import { GroundTruth } from "./groundTruth.ts";
import { listEvents, type Stage, toIso } from "./nightEvents.ts";
import type { EventReport, NightReport } from "./nightReport.ts";
import { ServiceApi } from "./serviceApi.ts";
import { NOTHING_BEFORE, watchNight } from "./watchNight.ts";

const DAY_MS = 86_400_000;

/** What the service's process starts from: the project's compiled service, unless `appDirectory` is given. */
export type ServiceOptions = Partial<Pick<StartOptions, "appDirectory" | "compiledMain" | "nodeArgs">>;

export interface SimulateOptions extends ServiceOptions {
  readonly nights?: number;
  /** Called at the end with what Azure Monitor was told. Without it the service tells nothing. */
  readonly onTelemetry?: (telemetry: TelemetryLog) => void;
  readonly onNight?: (report: NightReport) => void;
  readonly onLog?: (line: LogLine) => void;
  /** Called when the sandbox is loaded, before anything runs, with what each registry holds. */
  readonly onStart?: (holdings: Readonly<Record<string, Holdings>>) => void;
}

export interface Simulation {
  readonly title: string;
  readonly startsAt: string;
  readonly nights: readonly NightReport[];
  /** How much each registry held before and after. */
  readonly holdings: {
    readonly before: Readonly<Record<string, Holdings>>;
    readonly after: Readonly<Record<string, Holdings>>;
  };
  /** Each registry's content at the end. */
  readonly registries: Readonly<Record<string, Contents>>;
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
  const { clock, settings, monitorSettings } = sandbox;
  const { appDirectory = PROJECT, compiledMain, nodeArgs = [], onLog, onTelemetry } = options;
  const host = await startHost({
    appDirectory,
    env: { ...settings, ...(onTelemetry ? monitorSettings : {}), ...WORKER.environment },
    clock,
    createQueues: true,
    nodeArgs: [...WORKER.nodeArguments, ...nodeArgs],
    ...(compiledMain === undefined ? {} : { compiledMain }),
    ...(onLog ? { onLog } : {}),
  });
  const before = measureHoldings(sandbox);
  options.onStart?.(before);
  const truth = new GroundTruth(sandbox, estate);
  try {
    const nights = await playNights({ estate, sandbox, host, truth }, options);
    return {
      title: estate.title,
      startsAt: estate.startsAt,
      nights,
      holdings: { before, after: measureHoldings(sandbox) },
      registries: listContents(sandbox),
      truth: { deletions: truth.deletions, violations: [...truth.violations, ...truth.listBrokenIndexes()] },
      failures: host.failures.map(({ function: name, error }) => `${name}: ${error}`),
    };
  } finally {
    await host.stop();
    onTelemetry?.(sandbox.monitor.telemetry);
  }
}

interface Play extends Stage {
  readonly host: Awaited<ReturnType<typeof startHost>>;
  readonly truth: GroundTruth;
}

async function playNights(play: Play, options: SimulateOptions): Promise<readonly NightReport[]> {
  const { estate, sandbox, host, truth } = play;
  const { clock } = sandbox;
  const api = new ServiceApi(host);
  const reports: NightReport[] = [];
  let before = NOTHING_BEFORE;
  for (let night = 1; night <= (options.nights ?? estate.nights); night += 1) {
    const from = Date.parse(estate.startsAt) + (night - 1) * DAY_MS;
    const to = from + DAY_MS;
    const events: EventReport[] = [];
    const played = listEvents(play, { from, to }, (event) => void events.push(event));
    await runUntil({ host, clock }, to - 1000, { events: [...played, captureBeforePurge(play, from)] });
    truth.judge();
    const watched = await watchNight(api, sandbox, {
      night: { night, startsAt: toIso(from), endsAt: toIso(to), events, freedBytes: truth.takeFreedBytes() },
      before,
    });
    before = watched.after;
    reports.push(watched.report);
    options.onNight?.(watched.report);
  }
  return reports;
}

const PURGE_MINUTE = /^\S+ (\d+) (\d+) /;

/** A look at everything just before the purge. */
function captureBeforePurge({ sandbox, truth }: Play, from: number): ParentEvent {
  const [, minute = "0", hour = "4"] = PURGE_MINUTE.exec(sandbox.settings["PURGE_SCHEDULE"] ?? "") ?? [];
  const at = from + (Number(hour) * 60 + Number(minute)) * 60_000 - 1000;
  return { at, run: async () => truth.capture() };
}
