import { toIso } from "../core/duration.ts";
import type { EvidenceLink, FindingScope } from "../core/findings.ts";
import type { QueueName } from "../ports.ts";
import type { Stage } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";

/** A queue that is worked on; what fails there too often ends in `<queue>-poison`. */
export type WorkQueue = Exclude<QueueName, `${string}-poison`>;

/** Scope of what was given up of one piece of work: a registry, a stage. Without `of`: of messages that nobody can read. */
export const poisonScope = (queue: WorkQueue, of?: string): FindingScope =>
  of === undefined ? `poison:${queue}` : `poison:${queue}:${of}`;

/** Whose function it is that failed. */
const FUNCTIONS: Readonly<Record<WorkQueue, string>> = {
  "inventory-registry": "inventoryRegistry",
  "purge-registry": "purgeRegistry",
  "run-stage": "runStage",
};

export interface GivenUp {
  readonly queue: WorkQueue;
  readonly scope: FindingScope;
  readonly subject: string;
  readonly evidence: readonly EvidenceLink[];
}

/** In words, for findings, runs and plans. */
export const whyGivenUp = (queue: WorkQueue): string =>
  `its message of the queue ${queue} failed too often and was given up: see the failed invocations of ${FUNCTIONS[queue]}`;

/** Opens the finding of a message that was given up; repeating it changes nothing but when it was seen last. */
export async function observeGivenUp(deps: Deps, { queue, scope, subject, evidence }: GivenUp): Promise<void> {
  const at = toIso(deps.clock.now().getTime());
  const links = [{ text: whyGivenUp(queue), at }, ...evidence];
  await deps.findings.observe({ kind: "messagePoisoned", subject, scope, evidence: links }, at);
  await deps.telemetry.event("messageGivenUp", { queue, subject });
  deps.log.error("message given up", { queue, subject });
}

/** What the end of a stage shows to be over: what its own messages failed at, and what nobody could read on the way there. */
const STAGE_SCOPES: Readonly<Record<Stage, readonly FindingScope[]>> = {
  snapshot: [poisonScope("run-stage", "snapshot"), poisonScope("run-stage"), poisonScope("inventory-registry")],
  mark: [poisonScope("run-stage", "mark"), poisonScope("run-stage")],
  purge: [poisonScope("run-stage", "purge"), poisonScope("run-stage"), poisonScope("purge-registry")],
};

/** A run that began at `runAt` has done this stage to its end: what was given up before is done now. */
export async function resolveStage(deps: Deps, stage: Stage, runAt: string): Promise<void> {
  for (const scope of STAGE_SCOPES[stage]) await deps.findings.resolve(scope, runAt, () => true);
}

/** A run that began at `runAt` has done its work on these registries to its end. */
export async function resolveRegistries(
  deps: Deps,
  queue: Exclude<WorkQueue, "run-stage">,
  done: { readonly registryIds: readonly string[]; readonly runAt: string },
): Promise<void> {
  const scopes = new Set(done.registryIds.map((registryId) => poisonScope(queue, registryId)));
  // Few registries ever had such a finding, and a night may have thousands of registries.
  for await (const scope of deps.findings.listScopes())
    if (scopes.has(scope)) await deps.findings.resolve(scope, done.runAt, () => true);
}
