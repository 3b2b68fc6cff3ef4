import { runUntil } from "../../host/nights.ts";
import type { EmulatedRegistry } from "../../sandbox/registry/createRegistry.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import { ServiceApi } from "../../simulate/serviceApi.ts";
import { measureStage } from "../graph/measureStage.ts";
import type { Service } from "../graph/service.ts";
import { CallTap, type DeleteAnswer } from "./callTap.ts";
import { countInventory } from "./countRegistry.ts";
import { countRate } from "./countRate.ts";
import { listWithdrawnIds, STARTS_AT } from "./createRegistryEstate.ts";
import type { RegistryNightFigures, RegistryStageFigures } from "./figures.ts";
import { runInRealTime } from "./runInRealTime.ts";
import type { SetPlan } from "./sets.ts";
import { type BeforePurge, lookAfterPurge, lookBeforePurge } from "./watchPurge.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Delayed messages of a stage are long over by then, and the next stage has not begun. */
const AFTER_MS = 45 * MINUTE_MS;
/** The stages are what is timed: one that hangs is for the person who watches to end. */
const STUCK_AFTER_MS = 6 * HOUR_MS;

export interface Play {
  readonly sandbox: Sandbox;
  readonly registry: EmulatedRegistry;
  readonly service: Service;
  readonly plan: SetPlan;
}

/** Adds what is measured to `nights` as it comes, so that an app that dies leaves the figures up to then. */
export async function playNights(play: Play, nights: RegistryNightFigures[]): Promise<void> {
  const tap = new CallTap(play.registry);
  for (const [index, what] of play.plan.nights.entries()) {
    const night = index + 1;
    const midnight = Date.parse(STARTS_AT) + index * 24 * HOUR_MS;
    if (night === 2) await withdraw(play, midnight);
    await playNight(play, { night, what, midnight, tap, nights });
    await assertNightWorked(play, midnight);
  }
}

/** At midnight: by the time of the snapshot Resource Graph shows it. */
async function withdraw({ sandbox, service, plan }: Play, midnight: number): Promise<void> {
  await runUntil({ host: service.host, clock: sandbox.clock }, midnight, { stuckAfterMs: STUCK_AFTER_MS });
  for (const id of listWithdrawnIds(plan.shape)) {
    if (!sandbox.arm.get(id)) throw new Error(`There is no resource ${id} to remove`);
    // The resource provider's own check walks every resource for each removal; that these go is settled.
    sandbox.arm.remove(id, { force: true });
  }
}

interface Night {
  readonly night: number;
  readonly what: string;
  readonly midnight: number;
  readonly tap: CallTap;
  readonly nights: RegistryNightFigures[];
}

async function playNight(play: Play, { night, what, midnight, tap, nights }: Night): Promise<void> {
  const { registry, plan } = play;
  const stages: RegistryStageFigures[] = [];
  const inventory = plan.isCounted ? countInventory(registry) : undefined;
  const figures = { night, what, stages, ...(inventory ? { inventory } : {}) };
  // It is replaced by the whole night below; until then an app that dies leaves the stages.
  const place = nights.push(figures) - 1;
  const isLast = night === plan.nights.length;
  let before: BeforePurge | undefined;
  const deletes: DeleteAnswer[] = [];
  for (const { name, afterMidnightMs } of plan.stages) {
    const at = midnight + afterMidnightMs;
    if (name === "purge" && isLast) before = await lookBeforePurge(play.sandbox, registry, listPrefixes(plan));
    const measured = await playStage(play, { name, title: `night ${night} (${what}), ${name}`, at, tap });
    stages.push(measured.figures);
    deletes.push(...measured.deletes);
  }
  const rate = countRate(deletes, plan.shape.deletesPerMinute ?? Infinity);
  const purge = before && lookAfterPurge(before, registry);
  nights[place] = { ...figures, ...(purge ? { purge } : {}), ...(rate && plan.isPurgeInRealTime ? { rate } : {}) };
}

interface Stage {
  readonly name: string;
  readonly title: string;
  readonly at: number;
  readonly tap: CallTap;
}

interface MeasuredStage {
  readonly figures: RegistryStageFigures;
  readonly deletes: readonly DeleteAnswer[];
}

async function playStage({ sandbox, service, plan }: Play, { name, title, at, tap }: Stage): Promise<MeasuredStage> {
  const target = { host: service.host, clock: sandbox.clock };
  const options = { stuckAfterMs: STUCK_AFTER_MS };
  await runUntil(target, at - MINUTE_MS, options);
  tap.take();
  const run =
    name === "purge" && plan.isPurgeInRealTime
      ? () => runInRealTime(target, at)
      : () => runUntil(target, at + AFTER_MS, options);
  const describeProgress = (): string => `${tap.total} registry calls in this stage`;
  const stage = await measureStage({ sandbox, service, describeProgress }, { name, title, run });
  const { calls, deletes } = tap.take();
  return { figures: { ...stage, calls: [...calls] }, deletes };
}

const listPrefixes = ({ shape }: SetPlan): ReadonlySet<string> =>
  new Set(listWithdrawnIds(shape).map((id) => id.slice(id.lastIndexOf("/") + 1)));

/** A night that failed, or that saw less than everything, says nothing. */
async function assertNightWorked({ service, plan }: Play, midnight: number): Promise<void> {
  const runs = await new ServiceApi(service.host).listRuns(new Date(midnight).toISOString());
  const problems = runs.flatMap(({ id, state, errors, parts }) => [
    ...(state === "done" ? [] : [`run ${id} is ${state}`]),
    ...errors.map((error) => `run ${id}: ${error}`),
    ...parts.flatMap(({ name, reasons }) => reasons.map(({ code, detail }) => `${name}: ${code} ${detail ?? ""}`)),
  ]);
  if (runs.length !== plan.stages.length) problems.push(`${runs.length} runs instead of ${plan.stages.length}`);
  if (problems.length > 0) throw new Error(problems.slice(0, 5).join("; "));
}
