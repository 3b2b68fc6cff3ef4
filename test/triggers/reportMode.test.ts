import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { PURGER_CLIENT_ID } from "../sandbox/startSandbox.ts";
import { type Answer, RunningApp } from "../support/runningApp.ts";
import { withdrawnRelease } from "../support/trimmedEstates.ts";

const Started = z.object({ id: z.string(), effectiveMode: z.string() });
const Run = z.object({
  id: z.string(),
  stage: z.string(),
  state: z.string(),
  planId: z.string().optional(),
  results: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const Plan = z.object({
  mode: z.string(),
  registries: z.array(z.object({ state: z.string(), items: z.array(z.object({ digest: z.string() })) })),
});
const Runs = z.object({ runs: z.array(z.object({ id: z.string(), at: z.string() })) });
const Findings = z.object({
  findings: z.array(z.object({ kind: z.string(), resolvedAt: z.string().optional(), clearedBy: z.string() })),
});

/** The release of the estate is due in its fourth night; the service may only report. */
describe("the service in report mode", () => {
  let app: RunningApp;

  beforeAll(async () => {
    const estate = await withdrawnRelease();
    app = await RunningApp.start({ ...estate, settings: { ...estate.settings, MODE: "report" } });
    await app.playUntil("+3d5h");
  });
  afterAll(() => app.stop());

  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
    schema.parse((await app.call("GET", path)).body);

  /** Starts a run and waits for its end. */
  async function run(
    body: object,
  ): Promise<{ answer: Answer; started: z.infer<typeof Started>; run: z.infer<typeof Run> }> {
    // Ids of runs are to the second.
    await app.sandbox.clock.advanceTo(app.sandbox.clock.now() + 1000);
    const answer = await app.call("POST", "/api/runs", { body });
    const started = Started.parse(answer.body);
    await app.settled();
    return { answer, started, run: await get(`/api/runs/${started.id}`, Run) };
  }

  it("registers its timers with the schedules of the settings", () => {
    expect(app.host.functions.filter(({ trigger }) => trigger === "timer")).toEqual([
      { name: "markDecommissioned", trigger: "timer", schedule: "0 0 3 * * *" },
      { name: "purgeManifests", trigger: "timer", schedule: "0 0 4 * * *" },
      { name: "takeSnapshot", trigger: "timer", schedule: "0 0 1 * * *" },
    ]);
  });

  it("registers its queues and routes, and nothing else", () => {
    const others = app.host.functions.filter(({ trigger }) => trigger !== "timer");
    expect(others.map((fn) => (fn.trigger === "http" ? `${fn.methods.join()} ${fn.route}` : fn.name)).sort()).toEqual([
      "DELETE /api/adoptions/{id}",
      "DELETE /api/holds/{id}",
      "DELETE /api/pause",
      "DELETE /api/runs/{id}",
      "GET /api/adoptions",
      "GET /api/artifacts",
      "GET /api/artifacts/{registry}/{*path}",
      "GET /api/findings",
      "GET /api/findings/{id}",
      "GET /api/health",
      "GET /api/holds",
      "GET /api/holds/{id}",
      "GET /api/pause",
      "GET /api/plans/{id}",
      "GET /api/runs",
      "GET /api/runs/{id}",
      "GET /api/snapshots",
      "GET /api/snapshots/{id}",
      "POST /api/adoptions",
      "POST /api/plans/{id}/override",
      "POST /api/restores",
      "POST /api/runs",
      "POST /api/snapshots/{id}/accept",
      "PUT /api/holds",
      "PUT /api/pause",
      "inventoryRegistry",
      "inventoryRegistryPoisoned",
      "purgeRegistry",
      "purgeRegistryPoisoned",
      "runStage",
      "runStagePoisoned",
    ]);
  });

  it.each([
    { method: "POST", path: "/api/runs" },
    { method: "GET", path: "/api/runs" },
    { method: "GET", path: "/api/runs/20260307T040000Z-purge" },
    { method: "DELETE", path: "/api/runs/20260307T040000Z-purge" },
    { method: "GET", path: "/api/plans/x" },
    { method: "GET", path: "/api/findings" },
    { method: "GET", path: "/api/findings/x" },
    { method: "GET", path: "/api/artifacts" },
    { method: "GET", path: "/api/artifacts/acmecoreacr/amf@sha256:0" },
    { method: "GET", path: "/api/snapshots" },
    { method: "GET", path: "/api/snapshots/20260307T010000Z" },
    { method: "POST", path: "/api/snapshots/20260307T010000Z/accept" },
    { method: "GET", path: "/api/adoptions" },
    { method: "POST", path: "/api/adoptions" },
    { method: "DELETE", path: "/api/adoptions/x" },
  ])("answers 401 to $method $path without a key, and with a wrong one", async ({ method, path }) => {
    expect((await app.call(method, path, { key: null })).status).toBe(401);
    expect((await app.call(method, path, { key: "guess" })).status).toBe(401);
  });

  it("says anonymously how old its view is, and no more", async () => {
    const { status, body } = await app.call("GET", "/api/health", { key: null });
    expect(status).toBe(200);
    expect(body).toEqual({ status: "ok", lastCompleteSnapshotAt: "2026-03-07T01:01:00Z", frozen: false });
  });

  it("plans what is due, deletes nothing, and never asks for a token of the purger", async () => {
    const { planId, state } = await get("/api/runs/20260307T040000Z-purge", Run);
    const plan = await get(`/api/plans/${planId ?? ""}`, Plan);
    expect(state).toBe("done");
    expect(plan).toMatchObject({ mode: "report", registries: [{ state: "reportOnly" }] });
    expect(plan.registries[0]?.items).toHaveLength(6);
    expectNothingDeleted();
  });

  it("cannot be raised to enforce over HTTP", async () => {
    const { answer, started, run: ended } = await run({ stage: "purge", mode: "enforce" });
    expect(answer.status).toBe(202);
    expect(started.effectiveMode).toBe("report");
    expect(ended).toMatchObject({ state: "done", results: { purge: { planned: 6, deleted: 0 } } });
    expect((await get(`/api/plans/${ended.planId ?? ""}`, Plan)).mode).toBe("report");
    expectNothingDeleted();
  });

  function expectNothingDeleted(): void {
    const { identity } = app.sandbox;
    expect(app.registry.deletions).toEqual([]);
    expect(app.registry.calls.filter(({ method }) => method === "DELETE")).toEqual([]);
    expect(app.registry.calls.filter(({ kind }) => kind === "exchange")).not.toEqual([]);
    expect(identity.calls.filter(({ path }) => path.includes("client_id="))).not.toEqual([]);
    expect(identity.calls.filter(({ path }) => path.includes(PURGER_CLIENT_ID))).toEqual([]);
  }

  it("takes a run of all through its three stages, one queue message after another", async () => {
    const { answer, started, run: ended } = await run({ stage: "all" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`${app.host.url}/api/runs/${started.id}`);
    expect(ended).toMatchObject({ stage: "all", state: "done" });
    expect(Object.keys(ended.results).sort()).toEqual(["mark", "purge", "snapshot"]);
    expect(ended.results["snapshot"]).toMatchObject({ complete: true });
    expect(ended.results["purge"]).toMatchObject({ planned: 6, deleted: 0 });
  });

  it("refuses a second run while one is under way, names it, and stops it on request", async () => {
    const effect = { kind: "delay", ms: 1500 } as const;
    app.sandbox.addFault({ target: "resourceGraph", skip: 0, times: 1, effect });
    await app.sandbox.clock.advanceTo(app.sandbox.clock.now() + 1000);
    const { id } = Started.parse((await app.call("POST", "/api/runs", { body: { stage: "all" } })).body);
    await app.sandbox.clock.advanceTo(app.sandbox.clock.now() + 1000);
    const second = await app.call("POST", "/api/runs", { body: { stage: "mark" } });
    expect(second.status).toBe(409);
    expect(second.headers.get("content-type")).toBe("application/problem+json");
    expect(second.body).toMatchObject({ status: 409, runId: id, detail: expect.stringContaining(id) });
    const stopped = await app.call("DELETE", `/api/runs/${id}`);
    expect(stopped).toMatchObject({ status: 202, body: { id, stopRequested: true } });
    await app.settled();
    const ended = await get(`/api/runs/${id}`, Run);
    expect(ended.state).toBe("stopped");
    expect(Object.keys(ended.results)).not.toContain("mark");
  });

  it.each([
    { name: "no JSON", body: "{", says: "" },
    { name: "no stage", body: {}, says: "stage" },
    { name: "an unknown stage", body: { stage: "delete" }, says: "stage" },
    { name: "an unknown mode", body: { stage: "mark", mode: "force" }, says: "mode" },
    { name: "a field that does not exist", body: { stage: "mark", dryRun: false }, says: "dryRun" },
    { name: "a plan that does not exist", body: { stage: "purge", planId: "none" }, says: "none" },
  ])("answers a problem to a run with $name, and starts none", async ({ body, says }) => {
    const before = await get("/api/runs", Runs);
    const answer = await app.call("POST", "/api/runs", { body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      status: 400,
      title: expect.any(String),
      detail: expect.stringContaining(says),
    });
    expect(await get("/api/runs", Runs)).toEqual(before);
  });

  it("lists its runs, the newest first", async () => {
    const { runs } = await get("/api/runs", Runs);
    expect(runs.length).toBeGreaterThanOrEqual(12);
    const instants = runs.map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted().toReversed());
  });

  it.each(["/api/runs/20260301T000000Z-mark", "/api/runs/nonsense", "/api/plans/none"])(
    "answers 404 with a problem to %s",
    async (path) => {
      const answer = await app.call("GET", path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  it("filters findings by state and kind, with what would clear each", async () => {
    const { findings } = await get("/api/findings?kind=decommissionedArtifact", Findings);
    expect(findings.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => "decommissionedArtifact"));
    expect(findings.every(({ clearedBy, resolvedAt }) => clearedBy !== "" && resolvedAt === undefined)).toBe(true);
    expect((await get("/api/findings?state=resolved", Findings)).findings).toEqual([]);
  });

  it.each(["state=closed", "kind=nonsense", "sort=kind"])("answers a problem to findings with %s", async (query) => {
    const answer = await app.call("GET", `/api/findings?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("lists what is untagged, with the mark of each", async () => {
    const Artifacts = z.object({
      artifacts: z.array(
        z.object({ repository: z.string(), keep: z.array(z.unknown()), mark: z.object({ deadline: z.string() }) }),
      ),
    });
    const { artifacts } = await get("/api/artifacts", Artifacts);
    expect(artifacts).toHaveLength(6);
    for (const { mark } of artifacts) expect(mark.deadline).toMatch(/^2026-03-07T01:/);
  });

  it("has no invocation that failed", () => {
    expect(app.failures).toEqual([]);
  });
});
