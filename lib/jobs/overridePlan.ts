import { findStoreSettings } from "../config.ts";
import { HOUR_MS } from "../core/duration.ts";
import type { Override, Plan } from "../stores/planStore.ts";
import type { Run } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";
import { sendFirstStage, sendStage, startRun } from "./startRun.ts";
import { describeFreeze, findFreeze } from "./stopSwitch.ts";

/** A person overrides what was looked at today or last night, not what has long changed. */
const MAX_AGE_MS = 36 * HOUR_MS;

export interface OverrideRequest {
  readonly planId: string;
  readonly by: string;
  readonly why: string;
}

type Refusal =
  | { readonly is: "unknown" }
  /** The setting that keeps it from being carried out, in words. */
  | { readonly is: "notEnforced"; readonly setting: string }
  | { readonly is: "madeInReportMode" }
  | { readonly is: "notTripped" }
  | { readonly is: "overridden"; readonly override: Override | undefined }
  | { readonly is: "tooOld"; readonly at: string }
  | { readonly is: "frozen"; readonly why: string }
  | { readonly is: "running"; readonly runId: string };

export type OverrideAnswer = { readonly is: "started"; readonly run: Run } | Refusal;

/**
 * Starts the one run that may carry out what the breaker stopped of a plan, as far as it is still eligible. The word is on record
 * before the run is told to begin; it is used up whatever becomes of the run, unless the run could not be handed on. A request that
 * was cut off in between can be repeated in the same words.
 */
export async function overridePlan(deps: Deps, { planId, by, why }: OverrideRequest): Promise<OverrideAnswer> {
  const refusal = await refuse(deps, planId);
  if (refusal) return (refusal.is === "overridden" && (await sendAgain(deps, refusal, { by, why }))) || refusal;
  const request = { stage: "purge", trigger: "http", boundTo: planId, override: { by, why } } as const;
  const started = await startRun(deps, { ...request, at: deps.clock.now() });
  if ("running" in started) return { is: "running", runId: started.running };
  const { run } = started;
  const plan = await deps.plans.override(planId, { by, why, at: run.at, runId: run.id });
  if (!plan) {
    await deps.runs.finish(run.id, { state: "stopped", at: deps.clock.now() });
    return { is: "overridden", override: (await deps.plans.find(planId))?.override };
  }
  await handOn(deps, planId, run);
  return { is: "started", run };
}

type Word = Pick<OverrideRequest, "by" | "why">;

/** Nobody may have told the run of this very word to begin: as long as it has no plan it is told again. */
async function sendAgain(
  deps: Deps,
  { override }: Extract<Refusal, { is: "overridden" }>,
  { by, why }: Word,
): Promise<OverrideAnswer | undefined> {
  if (override?.by !== by || override.why !== why) return undefined;
  const run = await deps.runs.find(override.runId);
  if (run?.state !== "running" || run.planId !== undefined) return undefined;
  await sendStage(deps, run);
  return { is: "started", run };
}

async function handOn(deps: Deps, planId: string, run: Run): Promise<void> {
  try {
    await sendFirstStage(deps, run);
  } catch (error) {
    await deps.plans.withdrawOverride(planId, run.id);
    throw error;
  }
}

async function refuse(deps: Deps, planId: string): Promise<Refusal | undefined> {
  const plan = await deps.plans.find(planId);
  if (!plan) return { is: "unknown" };
  const setting = await findReportSetting(deps, planId);
  if (setting !== undefined) return { is: "notEnforced", setting };
  if (plan.mode !== "enforce") return { is: "madeInReportMode" };
  if ((await listTripped(deps, planId)).length === 0) return { is: "notTripped" };
  if (plan.override) return { is: "overridden", override: plan.override };
  if (!isYoung(deps, plan)) return { is: "tooOld", at: plan.at };
  const freeze = await findFreeze(deps);
  return freeze && { is: "frozen", why: describeFreeze(freeze) };
}

const isYoung = (deps: Deps, { at }: Plan): boolean => deps.clock.now().getTime() - Date.parse(at) <= MAX_AGE_MS;

/** The registries of a plan that its override is about. */
export async function listTripped(deps: Deps, planId: string): Promise<readonly string[]> {
  const registries = await deps.plans.listRegistries(planId);
  return registries.filter(({ state }) => state === "breakerTripped").map(({ registryId }) => registryId);
}

/** One item of a store in report mode makes its registry's plan report only. */
async function findReportSetting(deps: Deps, planId: string): Promise<string | undefined> {
  if (deps.config.mode !== "enforce") return "MODE is report";
  for (const registryId of await listTripped(deps, planId)) {
    for await (const { storeId } of deps.plans.listItems(planId, registryId)) {
      const mode = findStoreSettings(deps.config, storeId)?.mode;
      if (mode !== "enforce") return `STORES ${mode === undefined ? "does not name" : "says report for"} ${storeId}`;
    }
  }
  return undefined;
}
