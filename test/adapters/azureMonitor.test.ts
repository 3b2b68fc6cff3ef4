import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { AzureMonitor } from "../../lib/azure/azureMonitor.ts";
import { createIdentity, type SandboxIdentity } from "../sandbox/identity/identity.ts";
import type { Row } from "../sandbox/kql/values.ts";
import { createMonitor, type SandboxMonitor } from "../sandbox/monitor/monitor.ts";
import { trustedCertificates } from "../sandbox/resourceGraph/testSandbox.ts";

const CLOCK = { now: () => Date.now() };
const SETTINGS = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "APPLICATION_INSIGHTS_NO_STATSBEAT"];
const REGISTRY = "/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/r";

let identity: SandboxIdentity;
let sandbox: SandboxMonitor;
let monitor: AzureMonitor;

const openMonitor = (): AzureMonitor =>
  new AzureMonitor({
    connectionString: sandbox.connectionString,
    credential: new ManagedIdentityCredential({ clientId: "observer" }),
  });

// One for all: in a process, the first meter provider that is set stays.
beforeAll(async () => {
  identity = await createIdentity({ clock: CLOCK, identities: [{ clientId: "observer", roles: [] }] });
  process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
  process.env["IDENTITY_HEADER"] = identity.header;
  process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] = "1";
  const certificates = await trustedCertificates();
  sandbox = await createMonitor({ clock: CLOCK, certificates, publishers: ["observer"], ingestionDelayMs: 0 });
  monitor = openMonitor();
});
afterEach(() => sandbox.clearCalls());
afterAll(async () => {
  await monitor.shutdown();
  for (const name of SETTINGS) delete process.env[name];
  await Promise.all([sandbox.stop(), identity.stop()]);
});

const ask = (query: string): readonly Row[] => sandbox.query(query);

describe("an event", () => {
  it("arrives with its fields, without those that have no value", async () => {
    await monitor.event("registryPurged", {
      runId: "r1",
      planId: "p1",
      registryId: REGISTRY,
      state: "done",
      deleted: 3,
      deletedBytes: 5_000,
      why: undefined,
    });
    await monitor.flush();
    expect(ask("customEvents | where name == 'registryPurged' | project customDimensions, cloud_RoleName")).toEqual([
      {
        customDimensions: {
          runId: "r1",
          planId: "p1",
          registryId: REGISTRY,
          state: "done",
          deleted: "3",
          deletedBytes: "5000",
        },
        cloud_RoleName: "aosm-publisher-cleanup",
      },
    ]);
  });

  it("arrives however many come at once", async () => {
    const subjects = Array.from({ length: 5_000 }, (_, index) => `s${index}`);
    for (const subject of subjects) await monitor.event("messageGivenUp", { queue: "many", subject });
    await monitor.flush();
    const seen = ask(
      "customEvents | where tostring(customDimensions.queue) == 'many' | summarize dcount(tostring(customDimensions.subject))",
    );
    expect(Object.values(seen[0] ?? {})).toEqual([5_000]);
  });
});

describe("metrics", () => {
  it("are told once for what was measured: the last value of a gauge, the sum of a counter", async () => {
    monitor.measure("openFindings", 7, { kind: "purgeStopped", severity: "critical" });
    monitor.measure("openFindings", 4, { kind: "purgeStopped", severity: "critical" });
    monitor.measure("deletions", 2, {});
    monitor.measure("deletions", 3, {});
    for (let again = 0; again < 2; again += 1) await monitor.flushAll();
    const query =
      "customMetrics | where name in ('openFindings', 'deletions') | project name, value, customDimensions | order by name asc";
    expect(ask(query)).toEqual([
      { name: "deletions", value: 5, customDimensions: {} },
      { name: "openFindings", value: 4, customDimensions: { kind: "purgeStopped", severity: "critical" } },
    ]);
  });
});

describe("a run", () => {
  it("is one trace over its invocations, whatever the order in which its spans are told", async () => {
    const traceParent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await monitor.inInvocation(traceParent, () =>
      monitor.span("stage", { runId: "run-1", stage: "purge" }, () =>
        monitor.span("planRegistry", { runId: "run-1", registryId: REGISTRY }, async () => {
          await monitor.event("messageGivenUp", { queue: "in-run", subject: "s" });
        }),
      ),
    );
    // Another instance knows no more than the run's id.
    await monitor.span("purgeRegistry", { runId: "run-1", registryId: REGISTRY }, () => Promise.resolve());
    await monitor.span("stage", { runId: "run-2", stage: "mark" }, () => Promise.resolve());
    monitor.endRun({
      attributes: { runId: "run-1", stage: "purge", state: "done" },
      startedAt: new Date(Date.now() - 60_000),
      endedAt: new Date(),
    });
    await monitor.flushAll();
    const spans = ask(
      "dependencies | where tostring(customDimensions.runId) == 'run-1' | project name, id, operation_Id, operation_ParentId, duration, customDimensions",
    );
    const byName = new Map(spans.map((span) => [span["name"], span]));
    const parentOf = (name: string): unknown => byName.get(name)?.["operation_ParentId"];
    expect(new Set(byName.keys())).toEqual(new Set(["planRegistry", "purgeRegistry", "run", "stage"]));
    expect(new Set(spans.map((span) => span["operation_Id"])).size).toBe(1);
    expect(parentOf("planRegistry")).toBe(byName.get("stage")?.["id"]);
    for (const name of ["stage", "purgeRegistry"])
      expect([name, parentOf(name)]).toEqual([name, byName.get("run")?.["id"]]);
    expect(JSON.stringify(byName.get("stage")?.["customDimensions"])).toContain("a".repeat(32));
    expect(Number(byName.get("run")?.["duration"])).toBeGreaterThan(59_000);
    const [other] = ask("dependencies | where tostring(customDimensions.runId) == 'run-2' | project operation_Id");
    expect(other?.["operation_Id"]).not.toBe(spans[0]?.["operation_Id"]);
    const [event] = ask("customEvents | where tostring(customDimensions.queue) == 'in-run' | project operation_Id");
    expect(event?.["operation_Id"]).toBe(spans[0]?.["operation_Id"]);
  });

  it("shows what failed, and lets it fail", async () => {
    const failing = monitor.span("stage", { runId: "run-3", stage: "mark" }, () => Promise.reject(new Error("no way")));
    await expect(failing).rejects.toThrow("no way");
    await monitor.flushAll();
    expect(ask("dependencies | where tostring(customDimensions.runId) == 'run-3' | project success")).toEqual([
      { success: "False" },
    ]);
  });
});

describe("a line of the log", () => {
  it("is tied to the invocation that wrote it", async () => {
    monitor.inInvocation(`00-${"c".repeat(32)}-${"d".repeat(16)}-01`, () => monitor.writeLine("warning", "slow"));
    await monitor.flushAll();
    expect(ask("traces | where message == 'slow' | project severityLevel, operation_Id")).toEqual([
      { severityLevel: 2, operation_Id: "c".repeat(32) },
    ]);
  });
});

describe("where nobody takes what is told", () => {
  it.each([
    { name: "the day's quota is used up", effect: { kind: "status", status: 402 } },
    { name: "the token is refused", effect: { kind: "status", status: 401 } },
    { name: "the service is throttled", effect: { kind: "status", status: 439 } },
    { name: "a part is refused", effect: { kind: "truncate" } },
  ] as const)("nothing fails, and nobody is waited for after the first time: $name", async ({ effect }) => {
    const own = openMonitor();
    sandbox.addFault({ target: "monitor", skip: 0, times: 1, effect });
    await own.event("messageGivenUp", { queue: "lost", subject: "first" });
    await own.flush();
    expect(sandbox.calls).toHaveLength(1);
    sandbox.clearCalls();
    // It is sent all the same, by and by.
    await own.event("messageGivenUp", { queue: "lost", subject: "second" });
    await own.flush();
    expect(sandbox.calls).toEqual([]);
    await own.shutdown();
    expect(ask("customEvents | where tostring(customDimensions.subject) == 'second'").length).toBeGreaterThan(0);
  });

  it("spans and metrics do not keep an invocation waiting either", async () => {
    const own = openMonitor();
    sandbox.addFault({ target: "monitor", skip: 0, times: 3, effect: { kind: "status", status: 402 } });
    own.measure("breakerTrips", 1, {});
    await own.span("stage", { runId: "lost", stage: "mark" }, () => Promise.resolve());
    await own.flushAll();
    sandbox.clearCalls();
    await own.span("stage", { runId: "lost", stage: "purge" }, () => Promise.resolve());
    await own.flushAll();
    expect(sandbox.calls).toEqual([]);
    await own.shutdown();
  });

  it("is waited for again where it was taken", async () => {
    const own = openMonitor();
    for (const subject of ["a", "b"]) {
      await own.event("messageGivenUp", { queue: "taken", subject });
      await own.flush();
    }
    expect(sandbox.calls).toHaveLength(2);
    await own.shutdown();
  });
});
