import { describe, expect, test } from "@jest/globals";
import { purgeManifests, stopScope } from "../../../lib/jobs/purgeManifests.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { NOW, REGISTRY } from "../../fakes/builders.ts";
import { aService, seeSnapshot, SNAPSHOT } from "../functions/aService.ts";

const EARLIER = "2026-03-01T04:00:00Z";
const PLAN = { id: "abc", runId: "r", at: EARLIER, snapshotId: SNAPSHOT, mode: "report" } as const;

/** The kinds of the findings that are open after a run with nothing to delete. */
async function openAfter(boundTo: string | undefined): Promise<readonly string[]> {
  const deps = aService();
  await seeSnapshot(deps);
  await deps.plans.put(PLAN);
  const about = { subject: REGISTRY, evidence: [] };
  await deps.findings.observe({ kind: "breakerTripped", scope: "plan", ...about }, EARLIER);
  await deps.findings.observe({ kind: "purgeStopped", scope: stopScope(REGISTRY), ...about }, EARLIER);
  const started = await startRun(deps, { stage: "purge", trigger: "http", at: new Date(NOW), boundTo });
  if ("run" in started) await purgeManifests(deps, started.run);
  const findings = await Array.fromAsync(deps.findings.list());
  return findings.filter(({ resolvedAt }) => resolvedAt === undefined).map(({ kind }) => kind);
}

describe("a plan with nothing to delete", () => {
  test.each([
    { name: "leaves open what an earlier one told, where its run is bound to another plan", boundTo: PLAN.id, open: 2 },
    { name: "ends what an earlier one told, where it is free", boundTo: undefined, open: 0 },
  ])("$name", async ({ boundTo, open }) => {
    expect(await openAfter(boundTo)).toHaveLength(open);
  });
});
