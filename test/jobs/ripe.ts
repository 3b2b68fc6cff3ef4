import type { Finding } from "../../lib/core/findings.ts";
import { startRun, type RunRequest } from "../../lib/jobs/startRun.ts";
import { collect } from "../fakes/collect.ts";
import { ArmResourceSchema, FaultSchema, type ArmResource } from "../sandbox/estate.ts";
import type { PortCall } from "./portGate.ts";
import { manifestId, type Json } from "./smallEstate.ts";
import type { World } from "./world.ts";

/** An ARM resource as the sandbox keeps it. */
export const toResource = (resource: Json): ArmResource => ArmResourceSchema.parse(resource);

/** The first night, and then the artifact manifests go: AOSM takes their tags away. */
export async function withdraw(world: World, ...ids: readonly string[]): Promise<void> {
  await world.night();
  world.change(({ arm }) => {
    for (const id of ids.length > 0 ? ids : [manifestId("old")]) {
      const refusal = arm.remove(id, { force: false });
      if (refusal !== undefined) throw new Error(refusal);
    }
  });
}

/** Withdrawn, sighted and marked: the fourth day begins, in whose night the marks are due. */
export async function untilDue(world: World): Promise<void> {
  await withdraw(world);
  await world.nights(2);
}

/** The fourth night, but for its purge. */
export async function untilPurge(world: World): Promise<void> {
  await untilDue(world);
  await world.stage("snapshot");
  await world.stage("mark");
}

type Effect = { readonly kind: string } & Json;

/** A fault of a registry. */
export function addFault(world: World, effect: Effect, match: Json & { readonly registry?: string } = {}): void {
  const { registry = "contosoacr", ...rest } = match;
  world.registry(registry).addFault(FaultSchema.parse({ target: `registry:${registry}`, effect, ...rest }));
}

/** Starts a run as an operator does over HTTP, and delivers all its messages. */
export async function startByHand(world: World, request: Partial<RunRequest> = {}): Promise<string> {
  await world.moveTo(world.now() + 1000);
  const at = new Date(world.now());
  const started = await startRun(world.connect(), { stage: "purge", trigger: "http", at, ...request });
  if ("running" in started) throw new Error(`${started.running} is under way`);
  await world.box.send("run-stage", { runId: started.run.id, stage: started.run.currentStage });
  await world.drain();
  return started.run.id;
}

/** The last look at a digest. */
export const looksAt = (world: World, alias: string) => {
  const digest = world.registry().resolve(alias);
  return ({ port, method, args }: PortCall): boolean =>
    port === "reader" && method === "findManifest" && args[1] === digest;
};

/** The open findings of a kind. */
export async function listOpen(world: World, kind: Finding["kind"]): Promise<readonly Finding[]> {
  const findings = await collect(world.stores.findings.list());
  return findings.filter((finding) => finding.kind === kind && finding.resolvedAt === undefined);
}

/** What the newest plan says of its registries, by name. */
export async function readPlanned(world: World): Promise<Readonly<Record<string, { state: string; notes: string }>>> {
  const [run] = (await world.listRuns()).filter(({ planId }) => planId !== undefined);
  const registries = await world.stores.plans.listRegistries(run?.planId ?? "");
  return Object.fromEntries(
    registries.map(({ registryId, state, notes }) => [
      registryId.slice(registryId.lastIndexOf("/") + 1),
      { state, notes: notes.join("\n") },
    ]),
  );
}

/** Does something once, before the first call that fits; a retry of that call is another call. */
export function doOnceBefore(world: World, fits: (call: PortCall) => boolean, act: () => unknown): () => number {
  let done = 0;
  world.addGuard(async (call, proceed) => {
    if (done === 0 && fits(call)) {
      done += 1;
      await act();
    }
    return proceed();
  });
  return () => done;
}
