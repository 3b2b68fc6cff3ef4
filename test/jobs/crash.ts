import type { Stage } from "../../lib/stores/runStore.ts";
import type { JobBench } from "./jobBench.ts";
import type { Guard } from "./portGate.ts";
import { OLD } from "./smallEstate.ts";
import type { World } from "./world.ts";

/** How many places of a longer stage are tried. */
const PLACES: Readonly<Record<Stage, number>> = { snapshot: 40, mark: 40, purge: 80 };
const MAX_MORE_NIGHTS = 3;

export interface Trial {
  readonly place: number;
  /** What does not hold, in words. */
  readonly broken: readonly string[];
}

/** Every place where a stage of `calls` calls can end, or an even spread that begins with the first and ends with the last. */
export function listPlaces(stage: Stage, calls: number): readonly number[] {
  const count = Math.min(calls, PLACES[stage]);
  return [...new Set(Array.from({ length: count }, (_, index) => 1 + Math.round((index * (calls - 1)) / (count - 1))))];
}

/** A copy of `ripe` in which nothing ends early: what is in the registry afterwards, and how many calls `stage` makes. */
export async function playThrough(bench: JobBench, ripe: World, stage: Stage): Promise<Played> {
  const world = await bench.fork(ripe);
  await world.stage(stage);
  const calls = world.process.calls.length;
  await goOn(world);
  const content = world.content();
  const failures = [...world.failures];
  await bench.close(world);
  return { calls, content, failures };
}

export interface Played {
  readonly calls: number;
  readonly content: readonly string[];
  readonly failures: readonly string[];
}

/** A copy of `ripe` whose process dies before the call `place` of `stage`; a new one goes on to the end. */
export async function playWithCrash(
  bench: JobBench,
  ripe: World,
  at: { stage: Stage; place: number; content: readonly string[] },
): Promise<Trial> {
  const world = await bench.fork(ripe);
  const unannounced = watchIntents(world);
  world.process.dieAt(at.place);
  await world.stage(at.stage);
  const crashes = world.failures.length;
  await goOn(world);
  const broken = [
    ...(crashes === 0 ? ["nothing crashed"] : []),
    ...world.failures.filter((text) => !text.startsWith("the process ended before")),
    ...unannounced,
    ...(await listBroken(world, at.content)),
  ];
  await bench.close(world);
  return { place: at.place, broken };
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
  return world.deleted().length >= OLD.length && (await world.listRuns()).every(({ state }) => state !== "running");
}

async function listBroken(world: World, content: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  if (world.content().join() !== content.join()) broken.push(`the registry holds ${world.content().join("; ")}`);
  if (world.deleted().join() !== OLD.join()) broken.push(`deleted were ${world.deleted().join("; ")}`);
  for (const { id, state } of await world.listRuns()) if (state === "running") broken.push(`${id} still runs`);
  const intents = (await world.readJournal()).filter(({ what }) => what === "intent").map(({ digest }) => digest);
  const saved = await world.listSavedBytes();
  for (const { digest } of world.registry().deletions) {
    if (!intents.includes(digest)) broken.push(`${digest} has no intent in the journal`);
    if (!saved.includes(digest)) broken.push(`the bytes of ${digest} are not kept`);
  }
  return broken;
}

/** Digests whose delete was asked for before its intent was in the journal. */
export function watchIntents(world: World): readonly string[] {
  const intended = new Set<unknown>();
  const unannounced: string[] = [];
  const guard: Guard = async ({ port, args }, proceed) => {
    const digest = port === "purger" ? args[1] : undefined;
    if (port === "purger" && !intended.has(digest)) unannounced.push(`${String(digest)} was deleted without an intent`);
    const answer = await proceed();
    const record: unknown = port === "journal" ? args[1] : undefined;
    if (isIntent(record)) intended.add(record.digest);
    return answer;
  };
  world.addGuard(guard);
  return unannounced;
}

function isIntent(record: unknown): record is { readonly digest: string } {
  return (
    typeof record === "object" && record !== null && "what" in record && record.what === "intent" && "digest" in record
  );
}
