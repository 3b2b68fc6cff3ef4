import type { Sandbox } from "../../sandbox/startSandbox.ts";
import type { RequestFigures, StageFigures } from "./figures.ts";
import { readCpuSeconds, readMachineCpuSeconds, readPeakRss, readRss } from "./processFigures.ts";
import type { Service } from "./service.ts";

const SHOW_EVERY_MS = 5_000;

interface Measured {
  readonly sandbox: Sandbox;
  readonly service: Service;
  /** What is said of the stage while it runs, beside the app's memory. */
  readonly describeProgress: () => string;
}

interface Timed {
  readonly name: string;
  readonly title: string;
  /** Resolves when the app is idle again. */
  readonly run: () => Promise<void>;
}

/** Runs a stage to its end and says how it goes, every few seconds. */
export async function measureStage(measured: Measured, { name, title, run }: Timed): Promise<StageFigures> {
  const { sandbox, service } = measured;
  const before = { requests: await service.countRequests(), cpu: await readCpu(measured) };
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  console.log(`  ${title} …`);
  const progress = setInterval(() => void showProgress(measured, seconds()), SHOW_EVERY_MS);
  try {
    await run();
  } finally {
    clearInterval(progress);
  }
  const took = seconds();
  const peakRssBytes = await readPeakRss(service.host.pid);
  const cpu = await readCpu({ sandbox, service });
  console.log(`  ${title}: ${took.toFixed(1)} s, peak RSS of the app so far ${toMegabytes(peakRssBytes)} MB`);
  return {
    name,
    seconds: took,
    cpuSeconds: {
      app: cpu.app - before.cpu.app,
      sandbox: cpu.sandbox - before.cpu.sandbox,
      azurite: cpu.azurite - before.cpu.azurite,
      machine: cpu.machine - before.cpu.machine,
    },
    peakRssBytes,
    requests: subtract(await service.countRequests(), before.requests),
  };
}

async function readCpu({ sandbox, service }: Omit<Measured, "describeProgress">): Promise<StageFigures["cpuSeconds"]> {
  return {
    app: await readCpuSeconds(service.host.pid),
    sandbox: await readCpuSeconds(process.pid),
    azurite: await readCpuSeconds(sandbox.azurite.pid),
    machine: await readMachineCpuSeconds(),
  };
}

async function showProgress({ service, describeProgress }: Measured, seconds: number): Promise<void> {
  // An app that has just died has no memory to show; the stage itself says how it ended.
  const rss = await readRss(service.host.pid).catch(() => undefined);
  const memory = rss === undefined ? "the app has ended" : `app ${toMegabytes(rss)} MB`;
  console.log(`    ${seconds.toFixed(0).padStart(4)} s  ${memory}, ${describeProgress()}`);
}

const toMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);

function subtract(after: readonly RequestFigures[], before: readonly RequestFigures[]): RequestFigures[] {
  const earlier = new Map(before.map((figures) => [figures.kind, figures]));
  return after
    .map(({ kind, count, seconds }) => ({
      kind,
      count: count - (earlier.get(kind)?.count ?? 0),
      seconds: seconds - (earlier.get(kind)?.seconds ?? 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}
