import { collect } from "../fakes/collect.ts";
import { LIVE, type Trial } from "./crash.ts";
import type { JobBench } from "./jobBench.ts";
import { CAUSE, FAULTS, meet, type Fault } from "./faultKinds.ts";
import type { Guard, PortCall } from "./portGate.ts";
import { listRecordFaults, watchIntents } from "./records.ts";
import { OLD } from "./smallEstate.ts";
import type { World } from "./world.ts";

/** The work whose calls meet faults: listing a registry, planning, deleting. */
export type FaultyWork = "inventory" | "plan" | "purge";

/**
 * At most so many. An inventory that failed leaves a gap between complete snapshots, by which deadlines move (docs/rules.md,
 * Clock); what a delete met locked loses its mark, so its clock starts anew.
 */
const CLEAN_NIGHTS: Readonly<Record<FaultyWork, number>> = { inventory: 3, plan: 1, purge: 3 };

/** Of the nights that a fault did not disturb every so many is followed by another one all the same. */
const FOLLOWED = 4;

export interface Faulty {
  readonly work: FaultyWork;
  /** The call that meets it, from 1 on. */
  readonly place: number;
  readonly fault: Fault;
}

/** What does not hold, and which call met the fault. */
export interface FaultTrial extends Faulty, Trial {
  readonly call: string;
}

/** What is left after the last night, as far as people see it. */
export interface End {
  readonly content: readonly string[];
  readonly deleted: readonly string[];
  readonly open: readonly string[];
  readonly running: readonly string[];
}

/** A copy of `ripe` without a fault: which calls the work makes, and where the nights end. */
export async function playWithoutFault(
  bench: JobBench,
  ripe: World,
  work: FaultyWork,
): Promise<{ readonly calls: readonly PortCall[]; readonly end: End }> {
  const world = await bench.fork(ripe);
  const calls: PortCall[] = [];
  await playWork(world, work, async (call, proceed) => {
    calls.push(call);
    return proceed();
  });
  await world.night();
  const end = await readEnd(world);
  await bench.close(world);
  return { calls, end };
}

/** Every call of the work in turn, each with one of the faults, which `seed` chooses, and a delete with all of them; the trials in which something does not hold. */
export async function playFaults(
  bench: JobBench,
  ripe: World,
  { work, seed }: { readonly work: FaultyWork; readonly seed: number },
): Promise<readonly FaultTrial[]> {
  const { calls, end } = await playWithoutFault(bench, ripe, work);
  const broken: FaultTrial[] = [];
  for (const [index, call] of calls.entries()) {
    const place = index + 1;
    const chosen = FAULTS[(place + Math.abs(seed)) % FAULTS.length] ?? "reset";
    for (const fault of call.port === "purger" ? FAULTS : [chosen]) {
      const trial = await playWithFault(bench, ripe, { work, place, fault, end });
      if (trial.broken.length > 0) broken.push(trial);
    }
  }
  return broken;
}

/** A copy of `ripe` in which one call of the night meets a fault, and then nights without any. */
export async function playWithFault(
  bench: JobBench,
  ripe: World,
  { end, ...faulty }: Faulty & { readonly end: End },
): Promise<FaultTrial> {
  const { work, place, fault } = faulty;
  const world = await bench.fork(ripe);
  const unannounced = watchIntents(world);
  const seen: PortCall[] = [];
  await playWork(world, work, async (call, proceed) => {
    seen.push(call);
    return seen.length === place ? meet(world, { call, fault }, proceed) : proceed();
  });
  const met = seen[place - 1];
  const hurt = listHurt(world);
  if (place % FOLLOWED === 0 || !(await hasEnded(world, end))) await playCleanNights(world, CLEAN_NIGHTS[work]);
  const broken = [
    ...(met ? [] : ["the call was never made"]),
    ...hurt,
    ...listHurt(world),
    ...unannounced,
    ...world.failures.filter((text) => !text.includes(CAUSE)),
    ...(await listRecordFaults(world)),
    ...compareEnds(await readEnd(world), end),
  ];
  await bench.close(world);
  return { ...faulty, call: met ? `${met.port}.${met.method} ${met.subject}` : "", broken };
}

/** `guard` stands before the calls of the work alone. */
async function playWork(world: World, work: FaultyWork, guard: Guard): Promise<void> {
  let isWork = false;
  world.addGuard(async (call, proceed) => (isWork ? guard(call, proceed) : proceed()));
  const within = async (part: FaultyWork, act: () => Promise<void>): Promise<void> => {
    isWork = part === work;
    await act();
    isWork = false;
  };
  if (work === "inventory") {
    await world.fire("snapshot");
    await within("inventory", () => world.drain());
    await world.stage("mark");
  }
  await within("plan", () => world.fire("purge"));
  await within("purge", () => world.drain());
  await world.nextDay();
}

/** The night did not suffer from it: its messages came back. */
async function hasEnded(world: World, end: End): Promise<boolean> {
  const isAsExpected = compareEnds(await readEnd(world), end).length === 0;
  return isAsExpected && (await listRecordFaults(world)).length === 0;
}

async function playCleanNights(world: World, most: number): Promise<void> {
  await world.night();
  for (let night = 1; night < most && world.deleted().length < OLD.length; night += 1) await world.night();
}

const isLive = (line: string): boolean => line.startsWith("live/");

function listHurt(world: World): readonly string[] {
  const kept = world.content().filter(isLive);
  const missing = LIVE.filter((line) => !kept.includes(line)).map((line) => `${line} is gone`);
  const wrong = world.deleted().filter((alias) => !OLD.includes(alias));
  return [...missing, ...wrong.map((alias) => `${alias} was deleted`)];
}

async function readEnd(world: World): Promise<End> {
  const findings = await collect(world.stores.findings.list());
  const runs = await world.listRuns();
  return {
    content: world.content(),
    deleted: world.deleted(),
    // What tells of artifacts that wait is resolved by the marking after their purge.
    open: findings
      .filter(({ resolvedAt, severity }) => resolvedAt === undefined && severity !== "info")
      .map(({ kind, subject }) => `${kind} ${subject}`),
    running: runs.filter(({ state }) => state === "running").map(({ id }) => id),
  };
}

function compareEnds(end: End, expected: End): readonly string[] {
  return (["content", "deleted", "open", "running"] as const)
    .filter((name) => end[name].toSorted().join() !== expected[name].toSorted().join())
    .map((name) => `${name} ends as ${end[name].join("; ")}`);
}
