import type { Stage } from "../../lib/stores/runStore.ts";
import type { JobBench } from "./jobBench.ts";
import { listRecordFaults, watchIntents } from "./records.ts";
import { OLD } from "./smallEstate.ts";
import type { World } from "./world.ts";

const MAX_MORE_NIGHTS = 3;

/** Some hundred trials take less than a minute on an idle machine, and many times that on a busy one. */
export const TRIALS_MS = 900_000;

/** What the registry of the small estate holds once `old` is gone. */
export const LIVE = [
  "live/chart: live chart [1.0]",
  "live/nginx: live [1.0]",
  "live/nginx: live amd64 []",
  "live/nginx: live arm64 []",
  "live/nginx: live signature []",
];

export interface Crash {
  readonly stage: Stage;
  /** The call of the stage before which its process dies, from 1 on. */
  readonly place: number;
  /** Whether the message that was worked on is delivered again, or the run never goes on. */
  readonly message: "comesBack" | "isLost";
}

export interface Trial {
  readonly place: number;
  /** What does not hold, in words. */
  readonly broken: readonly string[];
}

/** An even spread of `count` of the calls, the first and the last among them. */
export function spread(calls: number, count: number): readonly number[] {
  if (calls <= count) return from(1, calls);
  return [...new Set(Array.from({ length: count }, (_, index) => 1 + Math.round((index * (calls - 1)) / (count - 1))))];
}

/** Every call from the first to the last of these. */
export const from = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

export interface Played {
  readonly calls: World["process"]["calls"];
  readonly content: readonly string[];
  readonly deleted: readonly string[];
  readonly broken: readonly string[];
}

/** A copy of `ripe` in which nothing ends early: what becomes of it, and the calls that `stage` makes. */
export async function playThrough(bench: JobBench, ripe: World, stage: Stage): Promise<Played> {
  const world = await bench.fork(ripe);
  await world.stage(stage);
  const calls = [...world.process.calls];
  await goOn(world);
  const [content, deleted] = [world.content(), world.deleted()];
  const broken = [...world.failures, ...(await listRecordFaults(world))];
  await bench.close(world);
  return { calls, content, deleted, broken };
}

/** A trial for each of the calls `places`; those in which something does not hold. */
export async function playCrashes(
  bench: JobBench,
  ripe: World,
  crashes: Omit<Crash, "place"> & { readonly places: readonly number[] },
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const place of crashes.places) trials.push(await playWithCrash(bench, ripe, { ...crashes, place }));
  return trials.filter(({ broken }) => broken.length > 0);
}

/** A copy of `ripe` whose process dies before one call; a new one goes on to the end. */
export async function playWithCrash(bench: JobBench, ripe: World, crash: Crash): Promise<Trial> {
  const world = await bench.fork(ripe);
  const unannounced = watchIntents(world);
  world.process.dieAt(crash.place);
  if (crash.message === "comesBack") await world.stage(crash.stage);
  else await playWithLostMessage(world, crash.stage);
  const crashes = world.failures.length;
  await goOn(world);
  const broken = [
    ...(crashes === 0 ? ["nothing crashed"] : []),
    ...world.failures.filter((text) => !text.startsWith("the process ended before")),
    ...unannounced,
    ...(await listBroken(world)),
  ];
  await bench.close(world);
  return { place: crash.place, broken };
}

/** Once its process has died, nothing goes on with the run. */
async function playWithLostMessage(world: World, stage: Stage): Promise<void> {
  await world.fire(stage);
  while (world.failures.length === 0) {
    const message = world.box.take();
    if (!message) return;
    await world.deliver(message);
  }
  while (world.box.take()) continue;
}

/** The rest of the day; then as many nights as it takes for the next run to end what is left. */
async function goOn(world: World): Promise<void> {
  const stages: readonly Stage[] = ["snapshot", "mark", "purge"];
  const passed = (await world.listRuns()).filter(({ at }) =>
    at.startsWith(new Date(world.at(0)).toISOString().slice(0, 10)),
  );
  const last = Math.max(-1, ...passed.map(({ stage }) => (stage === "all" ? -1 : stages.indexOf(stage))));
  for (const stage of stages.slice(last + 1)) await world.stage(stage);
  await world.nextDay();
  for (let night = 0; night < MAX_MORE_NIGHTS && !(await isOver(world)); night += 1) await world.night();
}

async function isOver(world: World): Promise<boolean> {
  const isRunning = (await world.listRuns()).some(({ state }) => state === "running");
  return !isRunning && world.deleted().length >= OLD.length && (await listRecordFaults(world)).length === 0;
}

async function listBroken(world: World): Promise<readonly string[]> {
  const broken = [...(await listRecordFaults(world))];
  if (world.content().join() !== LIVE.join()) broken.push(`the registry holds ${world.content().join("; ")}`);
  if (world.deleted().join() !== OLD.join()) broken.push(`deleted were ${world.deleted().join("; ")}`);
  for (const { id, state } of await world.listRuns()) if (state === "running") broken.push(`${id} still runs`);
  return broken;
}
