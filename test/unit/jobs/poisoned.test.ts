import { InvocationContext } from "@azure/functions";
import { describe, expect, test } from "@jest/globals";
import { createPoisoned } from "../../../functions/poisoned.ts";
import { findingsOf } from "./openFindings.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { finishPurge } from "../../../lib/jobs/finishPurge.ts";
import type { WorkQueue } from "../../../lib/jobs/poisonFindings.ts";
import { sealIfReady } from "../../../lib/jobs/sealSnapshot.ts";
import { finishStage } from "../../../lib/jobs/stages.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import type { PlannedRegistry } from "../../../lib/stores/planStore.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { REGISTRY } from "../../fakes/builders.ts";
import { aHeader, aPart, aService, SNAPSHOT } from "../functions/aService.ts";

const BEGAN = "2026-03-02T04:00:00Z";
const LATER = "2026-03-02T04:10:00Z";
const NEXT_NIGHT = "2026-03-03T04:00:00Z";
const PLAN_ID = "0123456789abcdef0123";

interface Service {
  readonly deps: Deps;
  readonly sent: unknown[];
  now: string;
  /** Somebody else holds every lease. */
  busy: boolean;
}

function service(): Service {
  const sent: unknown[] = [];
  const state = { now: LATER, busy: false };
  const lease = { isHeld: () => true, release: async () => undefined };
  const deps: Deps = {
    ...aService(),
    clock: { now: () => new Date(state.now) },
    queues: { send: async (queue, message, delayMs) => void sent.push({ queue, message, delayMs }) },
    leases: { acquire: async () => (state.busy ? undefined : lease) },
  };
  return Object.assign(state, { deps, sent });
}

async function give({ deps }: Service, queue: WorkQueue, body: unknown): Promise<void> {
  await createPoisoned(deps, queue)(body, new InvocationContext({ logHandler: () => undefined }));
}

async function begin(deps: Deps, stage: "snapshot" | "purge", at: string): Promise<string> {
  const started = await startRun(deps, { stage, trigger: "timer", at: new Date(at) });
  if ("running" in started) throw new Error(`${started.running} is under way`);
  return started.run.id;
}

async function stateOf(deps: Deps, runId: string): Promise<string | undefined> {
  return (await deps.runs.find(runId))?.state;
}

describe("a given-up message of an inventory", () => {
  async function waiting(): Promise<Service & { runId: string }> {
    const made = service();
    const runId = await begin(made.deps, "snapshot", BEGAN);
    await made.deps.snapshots.create(aHeader({ at: BEGAN, runId, state: "open", processedAt: undefined }));
    await made.deps.snapshots.putPart(SNAPSHOT, aPart());
    return Object.assign(made, { runId });
  }
  const message = (runId: string) => ({ runId, snapshotId: SNAPSHOT, registryId: REGISTRY });

  test("becomes a critical finding, and an unknown part that lets the snapshot seal and the run end", async () => {
    const made = await waiting();
    await give(made, "inventory-registry", message(made.runId));
    expect(await findingsOf(made.deps)).toMatchObject([
      {
        kind: "messagePoisoned",
        severity: "critical",
        subject: REGISTRY,
        scope: `poison:inventory-registry:${REGISTRY}`,
      },
    ]);
    expect((await made.deps.snapshots.find(SNAPSHOT))?.state).toBe("sealed");
    expect((await made.deps.snapshots.listParts(SNAPSHOT)).find(({ name }) => name === REGISTRY)).toMatchObject({
      complete: false,
      reasons: [{ code: "partMissing", detail: expect.stringContaining("given up") }],
    });
    expect(await stateOf(made.deps, made.runId)).toBe("done");
  });

  test("may come again: one finding, the same part", async () => {
    const made = await waiting();
    for (const at of [LATER, "2026-03-02T04:11:00Z"]) {
      made.now = at;
      await give(made, "inventory-registry", message(made.runId));
    }
    expect(await findingsOf(made.deps)).toMatchObject([{ firstSeenAt: LATER, lastSeenAt: "2026-03-02T04:11:00Z" }]);
    expect(await made.deps.snapshots.listParts(SNAPSHOT)).toHaveLength(2);
  });

  test("leaves a part that came in all the same", async () => {
    const made = await waiting();
    const delivered = aPart({ name: REGISTRY, counts: { manifests: 7 } });
    await made.deps.snapshots.putPart(SNAPSHOT, delivered);
    await give(made, "inventory-registry", message(made.runId));
    expect(await made.deps.snapshots.listParts(SNAPSHOT)).toContainEqual(delivered);
  });

  test("adds no part that the snapshot does not wait for", async () => {
    const made = await waiting();
    await give(made, "inventory-registry", { ...message(made.runId), registryId: `${REGISTRY}2` });
    expect((await made.deps.snapshots.listParts(SNAPSHOT)).map(({ name }) => name)).toEqual([GRAPH_PART]);
  });

  test("leaves a sealed snapshot as it is", async () => {
    const made = await waiting();
    await made.deps.snapshots.update(SNAPSHOT, (stored) => ({ ...stored, state: "sealed" }));
    await give(made, "inventory-registry", message(made.runId));
    expect(await made.deps.snapshots.listParts(SNAPSHOT)).toHaveLength(1);
  });

  test("waits while a worker lists the registry", async () => {
    const made = await waiting();
    made.busy = true;
    await give(made, "inventory-registry", message(made.runId));
    expect(await made.deps.snapshots.listParts(SNAPSHOT)).toHaveLength(1);
    expect(made.sent).toEqual([{ queue: "inventory-registry-poison", message: message(made.runId), delayMs: 60_000 }]);
  });

  test.each([
    { name: "a part that a later run brings in", at: NEXT_NIGHT, reasons: [], open: 0 },
    { name: "a part of the same run", at: BEGAN, reasons: [], open: 1 },
    {
      name: "a later part that is missing again",
      at: NEXT_NIGHT,
      reasons: [{ code: "partMissing" as const }],
      open: 1,
    },
  ])("stays open or not after $name: $open", async ({ at, reasons, open }) => {
    const made = await waiting();
    await give(made, "inventory-registry", message(made.runId));
    const id = "20260303T010000Z";
    await made.deps.snapshots.create(aHeader({ id, at, runId: "r", state: "open" }));
    for (const part of [aPart(), aPart({ name: REGISTRY, complete: reasons.length === 0, reasons })])
      await made.deps.snapshots.putPart(id, part);
    await sealIfReady(made.deps, id);
    expect(await findingsOf(made.deps)).toHaveLength(open);
  });
});

describe("a given-up message of a purge", () => {
  async function planned(state: PlannedRegistry["state"] = "planned"): Promise<Service & { runId: string }> {
    const made = service();
    const runId = await begin(made.deps, "purge", BEGAN);
    await putPlan(made.deps, { id: PLAN_ID, runId, at: BEGAN, state, items: 3 });
    return Object.assign(made, { runId });
  }
  const message = (runId: string) => ({ runId, planId: PLAN_ID, registryId: REGISTRY, after: "old/chart" });

  test("stops the registry with what was deleted until then, and ends the run", async () => {
    const made = await planned();
    await made.deps.deletions.put(aDeletion({ runId: made.runId, digest: "sha256:1", outcome: "deleted" }));
    await made.deps.deletions.put(aDeletion({ runId: made.runId, digest: "sha256:2", outcome: undefined }));
    await made.deps.deletions.put(aDeletion({ runId: "another", digest: "sha256:3", outcome: "deleted" }));
    await give(made, "purge-registry", message(made.runId));
    expect(await made.deps.plans.listRegistries(PLAN_ID)).toMatchObject([
      { state: "stopped", deleted: 1, deletedBytes: 10, notes: [expect.stringContaining("given up")] },
    ]);
    expect(await made.deps.runs.find(made.runId)).toMatchObject({
      state: "done",
      results: { purge: { stopped: 1, deleted: 1 } },
    });
    expect(await findingsOf(made.deps)).toMatchObject([
      { kind: "messagePoisoned", scope: `poison:purge-registry:${REGISTRY}` },
    ]);
  });

  test("leaves a registry as it ended all the same", async () => {
    const made = await planned("done");
    await give(made, "purge-registry", message(made.runId));
    expect(await made.deps.plans.listRegistries(PLAN_ID)).toMatchObject([{ state: "done", notes: [] }]);
    expect(await findingsOf(made.deps)).toHaveLength(1);
  });

  test("waits while a worker purges the registry", async () => {
    const made = await planned();
    made.busy = true;
    await give(made, "purge-registry", message(made.runId));
    expect(await made.deps.plans.listRegistries(PLAN_ID)).toMatchObject([{ state: "planned" }]);
    expect(made.sent).toMatchObject([{ queue: "purge-registry-poison", delayMs: 60_000 }]);
  });

  test("ends no run whose plan it does not name", async () => {
    const made = await planned();
    await give(made, "purge-registry", { ...message(made.runId), planId: "fedcba98765432100000" });
    expect(await stateOf(made.deps, made.runId)).toBe("running");
  });

  test.each([
    { name: "a later purge that is done", at: NEXT_NIGHT, state: "done" as const, items: 1, open: 0 },
    { name: "a later plan with nothing to delete", at: NEXT_NIGHT, state: "done" as const, items: 0, open: 0 },
    { name: "one that began before", at: BEGAN, state: "done" as const, items: 1, open: 1 },
    { name: "a later purge that was stopped", at: NEXT_NIGHT, state: "stopped" as const, items: 1, open: 1 },
    { name: "a later plan in report mode", at: NEXT_NIGHT, state: "reportOnly" as const, items: 1, open: 1 },
    {
      name: "one bound to a plan without it",
      at: NEXT_NIGHT,
      state: "done" as const,
      items: 0,
      boundTo: PLAN_ID,
      open: 1,
    },
  ])("stays open or not after $name: $open", async ({ at, state, items, boundTo, open }) => {
    const made = await planned();
    await give(made, "purge-registry", message(made.runId));
    const id = "0123456789abcdef9999";
    const started = await startRun(made.deps, { stage: "purge", trigger: "http", at: new Date(at), boundTo });
    const runId = "run" in started ? started.run.id : "";
    await putPlan(made.deps, { id, runId, at, state, items });
    await finishPurge(made.deps, runId, id);
    expect(await findingsOf(made.deps)).toHaveLength(open);
  });
});

describe("a given-up message of a stage", () => {
  test("fails its run with the reason", async () => {
    const made = service();
    const runId = await begin(made.deps, "purge", BEGAN);
    await give(made, "run-stage", { runId, stage: "purge" });
    expect(await made.deps.runs.find(runId)).toMatchObject({
      state: "failed",
      errors: [expect.stringContaining("given up")],
    });
    expect(await findingsOf(made.deps)).toMatchObject([
      { kind: "messagePoisoned", subject: runId, scope: "poison:run-stage:purge" },
    ]);
  });

  test("leaves a run that went on, or ended", async () => {
    const made = service();
    const runId = await begin(made.deps, "purge", BEGAN);
    await give(made, "run-stage", { runId, stage: "mark" });
    expect(await stateOf(made.deps, runId)).toBe("running");
    await made.deps.runs.finish(runId, { state: "done", at: new Date(made.now) });
    await give(made, "run-stage", { runId, stage: "purge" });
    expect(await stateOf(made.deps, runId)).toBe("done");
  });

  test.each([
    { name: "by the same stage of a later run", at: NEXT_NIGHT, stage: "purge" as const, open: 0 },
    { name: "not by another stage", at: NEXT_NIGHT, stage: "snapshot" as const, open: 1 },
  ])("is resolved $name", async ({ at, stage, open }) => {
    const made = service();
    await give(made, "run-stage", { runId: await begin(made.deps, "purge", BEGAN), stage: "purge" });
    const runId = await begin(made.deps, stage, at);
    await finishStage(made.deps, runId, { stage, result: {} });
    expect(await findingsOf(made.deps)).toHaveLength(open);
  });
});

describe("a given-up message that nobody can read", () => {
  const SECRET = "sv=2024&sig=c2VjcmV0";
  const bodies: readonly { readonly name: string; readonly body: unknown }[] = [
    { name: "a text", body: `not JSON ${SECRET}` },
    { name: "nothing", body: undefined },
    { name: "null", body: null },
    { name: "a number", body: 7 },
    { name: "an array", body: [SECRET] },
    { name: "an object with other fields", body: { runId: "20260302T040000Z-purge", token: SECRET, [SECRET]: 1 } },
    { name: "a field of another type", body: { runId: SECRET, planId: [SECRET], registryId: SECRET, stage: SECRET } },
    { name: "one field too many", body: { runId: "20260302T040000Z-purge", stage: "purge", more: SECRET } },
  ];

  test.each(bodies)("$name: is a finding without its secrets, touches no run, and never fails", async ({ body }) => {
    for (const queue of ["inventory-registry", "purge-registry", "run-stage"] as const) {
      const made = service();
      const runId = await begin(made.deps, "purge", BEGAN);
      await give(made, queue, body);
      const findings = await findingsOf(made.deps);
      expect(findings).toMatchObject([{ kind: "messagePoisoned", severity: "critical", scope: `poison:${queue}` }]);
      expect(JSON.stringify(findings)).not.toContain("sig=");
      expect(JSON.stringify(findings).length).toBeLessThan(1200);
      expect(await stateOf(made.deps, runId)).toBe("running");
    }
  });

  test("shows the ids of the service's own", async () => {
    const made = service();
    await give(made, "run-stage", {
      runId: "20260302T040000Z-purge",
      stage: "sweep",
      registryId: REGISTRY,
      secret: SECRET,
    });
    const [finding] = await findingsOf(made.deps);
    expect(finding?.evidence[1]?.subject).toBe(
      `an object: registryId ${REGISTRY}, runId 20260302T040000Z-purge, 2 fields that are not shown`,
    );
  });

  test("is over when a later run has ended the stage that its queue serves", async () => {
    const made = service();
    await give(made, "purge-registry", "?");
    for (const { stage, open } of [
      { stage: "snapshot", open: 1 },
      { stage: "purge", open: 0 },
    ] as const) {
      const runId = await begin(made.deps, stage, NEXT_NIGHT);
      await finishStage(made.deps, runId, { stage, result: {} });
      expect(await findingsOf(made.deps)).toHaveLength(open);
    }
  });
});

interface PlanCase {
  readonly id: string;
  readonly runId: string;
  readonly at: string;
  readonly state: PlannedRegistry["state"];
  readonly items: number;
}

async function putPlan({ plans }: Deps, { id, runId, at, state, items }: PlanCase): Promise<void> {
  await plans.put({ id, runId, at, snapshotId: SNAPSHOT, mode: "enforce" });
  const figures = { items, bytes: 0, isUpperBound: false, waiting: 0, deleted: 0, deletedBytes: 0, notes: [] };
  await plans.createRegistry(id, { registryId: REGISTRY, state, ...figures });
}

const aDeletion = (of: { runId: string; digest: string; outcome: "deleted" | undefined }) => ({
  registryId: REGISTRY,
  repository: "old/chart",
  size: 20,
  freedBytes: 10,
  intentAt: "2026-03-02T04:05:00Z",
  outcomeAt: undefined,
  ...of,
});
