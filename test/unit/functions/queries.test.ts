import type { HttpHandler } from "@azure/functions";
import { describe, expect, it, test } from "@jest/globals";
import { createAcceptSnapshot } from "../../../functions/acceptSnapshot.ts";
import { createAdopt, createListAdoptions, createRemoveAdoption } from "../../../functions/adoptions.ts";
import { createGetArtifact } from "../../../functions/getArtifact.ts";
import { createGetFinding } from "../../../functions/getFinding.ts";
import { createGetHealth } from "../../../functions/getHealth.ts";
import { createGetPlan } from "../../../functions/getPlan.ts";
import { createGetSnapshot } from "../../../functions/getSnapshot.ts";
import { guarded } from "../../../functions/guarded.ts";
import { createListArtifacts } from "../../../functions/listArtifacts.ts";
import { createListFindings } from "../../../functions/listFindings.ts";
import { createListSnapshots } from "../../../functions/listSnapshots.ts";
import { NoQuery } from "../../../functions/readQuery.ts";
import { createGetRun, createListRuns, createStopRun } from "../../../functions/readRuns.ts";
import { createStartRun } from "../../../functions/startRun.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { toToken } from "../../../lib/stores/continuation.ts";
import type { Call } from "./aService.ts";
import { aService, call, seeSnapshot } from "./aService.ts";

const ROUTES: readonly (Call & { readonly name: string; readonly create: (deps: Deps) => HttpHandler })[] = [
  { name: "POST /runs", create: createStartRun, method: "POST", body: { stage: "purge" } },
  { name: "GET /runs", create: createListRuns },
  { name: "GET /runs/{id}", create: createGetRun },
  { name: "DELETE /runs/{id}", create: createStopRun, method: "DELETE" },
  { name: "GET /plans/{id}", create: createGetPlan },
  { name: "GET /artifacts", create: createListArtifacts },
  { name: "GET /artifacts/{registry}/{path}", create: createGetArtifact },
  { name: "GET /findings", create: createListFindings },
  { name: "GET /findings/{id}", create: createGetFinding },
  { name: "GET /snapshots", create: createListSnapshots },
  { name: "GET /snapshots/{id}", create: createGetSnapshot },
  { name: "POST /snapshots/{id}/accept", create: createAcceptSnapshot, method: "POST" },
  { name: "POST /adoptions", create: createAdopt, method: "POST" },
  { name: "GET /adoptions", create: createListAdoptions },
  { name: "DELETE /adoptions/{id}", create: createRemoveAdoption, method: "DELETE" },
  { name: "GET /health", create: createGetHealth },
];

describe("a query", () => {
  test.each(ROUTES)(
    "with a parameter that $name does not know is refused",
    async ({ name: _name, create, ...given }) => {
      const answer = await call(create(aService()), { ...given, path: "/api/x?mode=report" });
      expect(answer).toMatchObject({ status: 400, json: { title: "Bad Request", type: "about:blank" } });
      expect(answer.json["detail"]).toMatch(/^The query cannot be used\. .*"mode"/);
    },
  );

  test.each(ROUTES)("with a parameter twice is refused by $name", async ({ name: _name, create, ...given }) => {
    const answer = await call(create(aService()), { ...given, path: "/api/x?code=a&code=b" });
    expect(answer.status).toBe(400);
    expect(answer.json["detail"]).toContain("Given more than once: code.");
  });

  test.each(ROUTES)("with the function key alone is no mistake to $name", async ({ name: _name, create, ...given }) => {
    const deps = { ...aService(), queues: { send: () => Promise.resolve() } };
    const answer = await call(create(deps), { ...given, path: "/api/x?code=a" });
    expect(String(answer.json["detail"])).not.toContain("The query cannot be used");
  });

  it("that changes nothing about a run starts none", async () => {
    const deps = aService();
    const given = { method: "POST", body: { stage: "purge" }, path: "/api/runs?mode=report" } as const;
    expect((await call(createStartRun(deps), given)).status).toBe(400);
    expect((await call(createListRuns(deps), {})).json["runs"]).toEqual([]);
  });

  test.each([
    { name: "GET /findings", create: createListFindings },
    { name: "GET /snapshots", create: createListSnapshots },
    { name: "GET /artifacts", create: createListArtifacts },
    { name: "GET /plans/{id}", create: createGetPlan },
  ])("with a token that no page of $name gave is refused", async ({ create }) => {
    for (const token of ["no", toToken("no"), toToken("a\nb\nc\nd"), ""]) {
      const deps = aService();
      await seeSnapshot(deps);
      const answer = await call(create(deps), { path: `/api/x?continuationToken=${token}`, params: { id: "abc" } });
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.json["detail"]).toContain("not a continuation token");
    }
  });
});

describe("an answer that fails", () => {
  it("is never called the caller's mistake, and tells nothing of the error", async () => {
    const failing = guarded(NoQuery, () => Promise.reject(new RangeError("a row of customer contoso is too large")));
    await expect(call(failing, {})).rejects.toThrow("a row of customer contoso");
  });
});

describe("an id that nothing can have", () => {
  const withId = ROUTES.filter(({ name }) => name.includes("{id}"));

  test.each(withId)("is not found by $name, however odd or long", async ({ name: _name, create, ...given }) => {
    for (const id of ["x".repeat(5000), "20260302T010000Z-".padEnd(4000, "a"), "a#b?c/d\\e", "\u0000", "%"]) {
      const body = { by: "ann", why: "meant" };
      const answer = await call(create(aService()), {
        ...given,
        ...(given.method === "POST" && { body }),
        params: { id },
      });
      expect(answer.status).toBe(404);
    }
  });
});
