import { describe, expect, it, test } from "@jest/globals";
import { createGetPlan } from "../../../functions/getPlan.ts";
import { createOverridePlan } from "../../../functions/overridePlan.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { purgeManifests } from "../../../lib/jobs/purgeManifests.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import type { Plan, PlannedRegistry } from "../../../lib/stores/planStore.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { aKnown, aManifest, aMark, aRepository, aStore, NOW, REGISTRY, STORE } from "../../fakes/builders.ts";
import { aPlanItem } from "../jobs/aPlanItem.ts";
import type { Answer } from "./aService.ts";
import { aPart, aService, call, seeSnapshot, SNAPSHOT } from "./aService.ts";

const PLAN: Plan = { id: "abc", runId: "r", at: "2026-03-01T04:00:00Z", snapshotId: SNAPSHOT, mode: "enforce" };
/** Another registry of the same plan. */
const SIBLING = REGISTRY.replace("contosoacr", "siblingacr");
const WORD = { by: "on call", why: "a release was withdrawn on purpose" };

interface Given {
  readonly settings?: Readonly<Record<string, string>>;
  readonly plan?: Partial<Plan>;
  readonly state?: PlannedRegistry["state"];
}

interface Bench {
  readonly deps: Deps;
  readonly sent: unknown[];
  fail: boolean;
}

/** A service whose last plan was stopped by the breaker, with one item. */
async function aTrippedService({ settings = {}, plan = {}, state = "breakerTripped" }: Given = {}): Promise<Bench> {
  const sent: unknown[] = [];
  let second = 0;
  const bench: Bench = {
    sent,
    fail: false,
    deps: {
      ...aService({ MODE: "enforce", ...settings }),
      clock: { now: () => new Date(Date.parse(NOW) + 1000 * (second += 1)) },
      queues: {
        send: async (_queue, message) => {
          if (bench.fail) throw new Error("the queue cannot be reached");
          sent.push(message);
        },
      },
    },
  };
  const { plans } = bench.deps;
  await plans.put({ ...PLAN, ...plan });
  await plans.putItems(PLAN.id, REGISTRY, [aPlanItem()]);
  const figures = { items: 1, bytes: 1, waiting: 0, deleted: 0, deletedBytes: 0, isUpperBound: false, notes: [] };
  await plans.createRegistry(PLAN.id, { registryId: REGISTRY, state, ...figures });
  return bench;
}

const override = ({ deps }: Bench, body: unknown = WORD, id = PLAN.id): Promise<Answer> =>
  call(createOverridePlan(deps), { method: "POST", params: { id }, body });

const listRuns = ({ deps }: Bench) => Array.fromAsync(deps.runs.list());

describe("the override of a plan", () => {
  it("starts one run that is bound to it, and is on record in both", async () => {
    const bench = await aTrippedService();
    const { status, headers, json } = await override(bench);
    const runId = String(json["id"]);
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`https://service.example/api/runs/${runId}`);
    expect(json).toEqual({ id: runId, planId: PLAN.id, override: WORD });
    expect(bench.sent).toEqual([{ runId, stage: "purge" }]);
    const [run] = await listRuns(bench);
    expect(run).toMatchObject({ id: runId, boundTo: PLAN.id, override: WORD, trigger: "http" });
    const plan = await call(createGetPlan(bench.deps), { params: { id: PLAN.id } });
    expect(plan.json).toMatchObject({ override: { ...WORD, runId, at: run?.at } });
  });

  it("is good for one run only, whatever became of that", async () => {
    const bench = await aTrippedService();
    const { json } = await override(bench);
    await bench.deps.runs.finish(String(json["id"]), { state: "stopped", at: new Date(NOW) });
    const second = await override(bench);
    expect(second).toMatchObject({ status: 409, json: { override: { ...WORD, runId: json["id"] } } });
    expect(second.text).toContain("overridden already");
    expect(bench.sent).toHaveLength(1);
    expect(await listRuns(bench)).toHaveLength(1);
  });

  it("is not used up by a run that could not be handed on", async () => {
    const bench = await aTrippedService();
    bench.fail = true;
    await expect(override(bench)).rejects.toThrow("the queue cannot be reached");
    expect((await bench.deps.plans.find(PLAN.id))?.override).toBeUndefined();
    expect(await listRuns(bench)).toMatchObject([{ state: "failed" }]);
    bench.fail = false;
    expect((await override(bench)).status).toBe(202);
  });

  it("of two at the same moment counts once", async () => {
    const bench = await aTrippedService();
    const answers = await Promise.all([override(bench), override(bench, { ...WORD, by: "someone else" })]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409]);
    expect(bench.sent).toHaveLength(1);
  });

  it("is not spent on a run that another request begins in the same second", async () => {
    const bench = await aTrippedService();
    const deps = { ...bench.deps, clock: { now: () => new Date(NOW) } };
    const request = { stage: "purge", trigger: "http", at: new Date(NOW), mode: "report" } as const;
    const [started, answer] = await Promise.all([startRun(deps, request), override({ ...bench, deps })]);
    const recorded = (await deps.plans.find(PLAN.id))?.override;
    const [run, ...more] = await listRuns(bench);
    expect(more).toEqual([]);
    // Whoever was first: the word stands with the run that carries it, or not at all.
    expect(recorded?.runId).toBe(run?.boundTo === PLAN.id ? run.id : undefined);
    expect([answer.status, "run" in started]).toEqual(run?.boundTo === PLAN.id ? [202, false] : [409, true]);
  });

  it.each([
    { name: "the same words", word: WORD, status: 202 },
    { name: "another's words", word: { ...WORD, by: "someone else" }, status: 409 },
    { name: "another reason", word: { ...WORD, why: "I say so" }, status: 409 },
  ])("that was cut off before the run was told to begin is handed on again for $name: $status", async (given) => {
    const bench = await aTrippedService();
    const { json } = await override(bench);
    bench.sent.length = 0;
    const again = await override(bench, given.word);
    expect(again.status).toBe(given.status);
    if (given.status !== 202) return expect(bench.sent).toEqual([]);
    expect(again.json).toEqual(json);
    expect(bench.sent).toEqual([{ runId: json["id"], stage: "purge" }]);
    expect(await listRuns(bench)).toHaveLength(1);
  });

  it("is not handed on again once its run has a plan", async () => {
    const bench = await aTrippedService();
    const { json } = await override(bench);
    await bench.deps.runs.update(String(json["id"]), (run) => ({ ...run, planId: "planned" }));
    expect((await override(bench)).status).toBe(409);
    expect(bench.sent).toHaveLength(1);
  });

  it("waits for the run that is under way, and is not used up", async () => {
    const bench = await aTrippedService();
    const at = bench.deps.clock.now();
    const started = await startRun(bench.deps, { stage: "mark", trigger: "timer", at });
    if (!("run" in started)) throw new Error("nothing else runs");
    expect(await override(bench)).toMatchObject({ status: 409, json: { runId: started.run.id } });
    await bench.deps.runs.finish(started.run.id, { state: "done", at });
    expect((await override(bench)).status).toBe(202);
  });

  const window = JSON.stringify([{ from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z", reason: "year end" }]);
  const inReport = JSON.stringify({ stores: [{ store: STORE, mode: "report" }] });
  const another = JSON.stringify({ stores: [{ store: `${STORE}2` }] });

  test.each<Given & { name: string; id?: string; body?: unknown; status: number; says: string }>([
    { name: "a plan that nobody knows", id: "fedcba", status: 404, says: "not known" },
    { name: "a text that is no id", id: "a/b", status: 404, says: "not known" },
    { name: "the service in report mode", settings: { MODE: "report" }, status: 409, says: "MODE is report" },
    {
      name: "its artifact store in report mode",
      settings: { STORES: inReport },
      status: 409,
      says: `STORES says report for ${STORE}`,
    },
    {
      name: "its artifact store not enrolled any more",
      settings: { STORES: another },
      status: 409,
      says: `STORES does not name ${STORE}`,
    },
    { name: "a plan of report mode", plan: { mode: "report" }, status: 409, says: "made in report mode" },
    ...(["planned", "done", "stopped", "refused", "reportOnly", "frozen"] as const).map((state) => ({
      name: `a plan of which nothing tripped: ${state}`,
      state,
      status: 409,
      says: "breaker did not trip",
    })),
    { name: "a plan that is too old", plan: { at: "2026-02-28T13:00:00Z" }, status: 409, says: "36 hours" },
    { name: "a freeze window", settings: { FREEZE_WINDOWS: window }, status: 409, says: "year end" },
    { name: "nobody's word", body: { why: "x" }, status: 400, says: "by" },
    { name: "a word without a reason", body: { by: "x", why: " " }, status: 400, says: "why" },
    { name: "more than a word", body: { ...WORD, limit: 9000 }, status: 400, says: "limit" },
  ])("is refused for $name, and starts nothing", async ({ id, body, status, says, ...given }) => {
    const bench = await aTrippedService(given);
    const answer = await override(bench, body, id);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(says) });
    expect([bench.sent, await listRuns(bench)]).toEqual([[], []]);
    expect((await bench.deps.plans.find(PLAN.id))?.override).toBeUndefined();
  });

  it("is refused while everything is paused", async () => {
    const bench = await aTrippedService();
    await bench.deps.pauses.pause({ ...WORD, at: NOW });
    expect(await override(bench)).toMatchObject({ status: 409, text: expect.stringContaining("paused since") });
    expect(bench.sent).toEqual([]);
  });

  it("is taken of a plan that is 36 hours old", async () => {
    // The clock of the bench is a second past `NOW` when it is first read.
    expect((await override(await aTrippedService({ plan: { at: "2026-02-28T13:00:10Z" } }))).status).toBe(202);
  });
});

/** Items of the run's plan by registry, where another registry of the overridden one was in `state`. */
async function countPlanned(state: PlannedRegistry["state"], request: { override?: typeof WORD }): Promise<unknown> {
  const { deps } = await aTrippedService({ settings: { MODE: "report" } });
  const parts = [aPart(), aPart({ name: REGISTRY }), aPart({ name: SIBLING })];
  const repositories = [REGISTRY, SIBLING].map((registryId) => aRepository({ registryId, manifests: [aManifest()] }));
  const header = { expectedParts: [GRAPH_PART, REGISTRY, SIBLING] };
  await seeSnapshot(deps, { header, parts, repositories, resources: [aStore()], known: [aKnown()] });
  for (const registryId of [REGISTRY, SIBLING]) await deps.marks.put(aMark({ registryId }), undefined);
  await deps.plans.putItems(PLAN.id, SIBLING, [aPlanItem()]);
  const figures = { items: 1, bytes: 1, waiting: 0, deleted: 0, deletedBytes: 0, isUpperBound: false, notes: [] };
  await deps.plans.createRegistry(PLAN.id, { registryId: SIBLING, state, ...figures });
  const started = await startRun(deps, {
    stage: "purge",
    trigger: "http",
    at: new Date(NOW),
    boundTo: PLAN.id,
    ...request,
  });
  if (!("run" in started)) throw new Error("nothing else runs");
  if (request.override) await deps.plans.override(PLAN.id, { ...WORD, at: NOW, runId: started.run.id });
  await purgeManifests(deps, started.run);
  const planId = (await deps.runs.find(started.run.id))?.planId ?? "";
  const rows = await deps.plans.listRegistries(planId);
  return rows.map(({ registryId, items }) => [registryId, items]);
}

describe("a run that overrides a plan", () => {
  test.each<{ name: string; state: PlannedRegistry["state"]; override?: typeof WORD; items: number }>([
    { name: "leaves out a registry that stopped for another reason", state: "stopped", override: WORD, items: 0 },
    { name: "leaves out a registry that is done", state: "done", override: WORD, items: 0 },
    { name: "takes every registry that tripped", state: "breakerTripped", override: WORD, items: 1 },
    { name: "is another than one that is only bound to it, which takes all", state: "stopped", items: 1 },
  ])("$name", async ({ state, items, ...request }) => {
    expect(await countPlanned(state, request)).toEqual([
      [REGISTRY, 1],
      [SIBLING, items],
    ]);
  });
});

describe("a run that says it overrides a plan", () => {
  test.each([
    { name: "which nobody overrode", recorded: undefined },
    { name: "which was overridden for another run", recorded: "20260302T000000Z-purge" },
  ])("$name plans nothing", async ({ recorded }) => {
    const { deps } = await aTrippedService();
    await seeSnapshot(deps);
    if (recorded !== undefined) await deps.plans.override(PLAN.id, { ...WORD, at: NOW, runId: recorded });
    const request = { stage: "purge", trigger: "http", boundTo: PLAN.id, override: WORD } as const;
    const started = await startRun(deps, { ...request, at: new Date(NOW) });
    if (!("run" in started)) throw new Error("nothing else runs");
    await expect(purgeManifests(deps, started.run)).rejects.toThrow("is not overridden for run");
    expect((await deps.runs.find(started.run.id))?.planId).toBeUndefined();
  });
});
