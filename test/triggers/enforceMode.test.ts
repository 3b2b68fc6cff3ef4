import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import type { Estate } from "../sandbox/estate.ts";
import { PURGER_CLIENT_ID, RESTORER_CLIENT_ID } from "../sandbox/startSandbox.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { RunningApp } from "../support/runningApp.ts";
import { readScenario, trimEstate } from "../support/scenarios.ts";
import { StoredRecords } from "../support/storedRecords.ts";
import { until } from "../support/until.ts";

const Started = z.object({ id: z.string(), effectiveMode: z.string() });
const Run = z.object({
  state: z.string(),
  planId: z.string().optional(),
  errors: z.array(z.string()),
  results: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** amf is due on the fourth day, smf one day later; no timer ever purges. */
async function twoReleases(): Promise<Estate> {
  const settings = { GRACE: "1d", PURGE_SCHEDULE: "0 0 4 1 1 *" };
  const estate = trimEstate(await readScenario("listing-ends-early"), { skipDays: 3, nights: 5, settings });
  const withdrawals = estate.events.flatMap((event) => {
    if (event.type !== "deleteResource") return [];
    return event.id.includes("smf") ? [{ ...event, at: nextDay(event.at) }] : [event];
  });
  const place = { registry: "acmecoreacr", repository: "amf-1-0-0/amf-sbi" };
  return { ...estate, events: [{ ...place, at: "+10h", type: "untag", tag: "golden" }, ...withdrawals] };
}

const nextDay = (at: string): string => new Date(Date.parse(at) + 86_400_000).toISOString();

describe("the service in enforce mode", () => {
  let app: RunningApp;
  let names: ArtifactNames;
  let planId = "";

  beforeAll(async () => {
    const estate = await twoReleases();
    names = new ArtifactNames(estate);
    app = await RunningApp.start(estate);
    await app.playUntil("+3d3h30m");
  });
  afterAll(() => app.stop());

  /** Ids of runs are to the second. */
  async function post(body: object): Promise<z.infer<typeof Started>> {
    await app.sandbox.clock.advanceTo(app.sandbox.clock.now() + 1000);
    return Started.parse((await app.call("POST", "/api/runs", { body: { stage: "purge", ...body } })).body);
  }

  async function read(id: string): Promise<z.infer<typeof Run>> {
    await app.settled();
    return Run.parse((await app.call("GET", `/api/runs/${id}`)).body);
  }

  const listDeleted = (): string[] => app.registry.deletions.map(({ digest }) => names.nameOf(digest)).sort();

  it("can be lowered to report over HTTP: it plans, and deletes nothing", async () => {
    const { id, effectiveMode } = await post({ mode: "report" });
    const run = await read(id);
    planId = run.planId ?? "";
    expect(effectiveMode).toBe("report");
    expect(run).toMatchObject({ state: "done", results: { purge: { planned: 6, deleted: 0 } } });
    expect(listDeleted()).toEqual([]);
    expect(app.sandbox.identity.calls.filter(({ path }) => path.includes(PURGER_CLIENT_ID))).toEqual([]);
  });

  it("deletes of a run bound to a plan what the plan holds and is still eligible, no more", async () => {
    await app.playUntil("+4d3h30m");
    app.registry.tag("amf-1-0-0/amf-sbi", "rollback", "amf-sbi 1.0.0");
    const { id, effectiveMode } = await post({ planId });
    expect(effectiveMode).toBe("enforce");
    expect((await read(id)).state).toBe("done");
    expect(listDeleted()).toEqual(["amf 1.0.0 chart"]);
    expect(app.sandbox.identity.calls.filter(({ path }) => path.includes(PURGER_CLIENT_ID))).not.toEqual([]);
  });

  it("asks for what a restore needs as another identity, and tells what the registry no longer has", async () => {
    const isRestorer = ({ path }: { readonly path: string }): boolean => path.includes(RESTORER_CLIENT_ID);
    expect(app.sandbox.identity.calls.filter(isRestorer)).toEqual([]);
    const [deleted] = app.registry.deletions;
    if (!deleted) throw new Error("nothing was deleted");
    const { repository, digest } = deleted;
    const body = { registry: "acmecoreacr", repository, digest, by: "release team", why: "a trial" };
    const answer = await app.call("POST", "/api/restores", { body });
    const why = "the registry no longer has these layers";
    expect(answer).toMatchObject({ status: 409, body: { items: [{ digest, outcome: "refused", why }] } });
    expect(app.sandbox.identity.calls.filter(isRestorer)).not.toEqual([]);
  });

  it("stops a purge on request before the next delete", async () => {
    const effect = { kind: "delay", ms: 1500 } as const;
    app.registry.addFault({ target: "registry:acmecoreacr", method: "DELETE", skip: 0, times: 1, effect });
    const { id } = await post({});
    const records = new StoredRecords(app.sandbox.azurite);
    // Either may be the first: their repositories are worked off side by side.
    const due = ["smf 1.0.0 chart", "smf-session 1.0.0"].map((alias) => app.registry.resolve(alias));
    await until(async () => {
      const journal = JSON.stringify(await records.listJournalEntries());
      return due.some((digest) => journal.includes(digest));
    });
    expect((await app.call("DELETE", `/api/runs/${id}`)).status).toBe(202);
    expect((await read(id)).state).toBe("stopped");
    expect(listDeleted()).toHaveLength(2);
  });

  it("goes on with a new run after that", async () => {
    const { id } = await post({});
    expect((await read(id)).state).toBe("done");
    expect(listDeleted()).toEqual(["amf 1.0.0 chart", "smf 1.0.0 chart", "smf-session 1.0.0"]);
    expect(app.failures).toEqual([]);
  });
});
