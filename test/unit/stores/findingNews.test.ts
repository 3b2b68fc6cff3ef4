import { beforeEach, describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import type { RowTable, Tables } from "../../../lib/ports.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { anObservedFinding, REGISTRY } from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { RecordedTelemetry } from "../../fakes/recordedTelemetry.ts";

const [MONDAY, TUESDAY, WEDNESDAY] = ["2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z"] as const;
const about = (subject: string, kind: ObservedFinding["kind"] = "decommissionedArtifact"): ObservedFinding =>
  anObservedFinding({ subject, kind });

let telemetry: RecordedTelemetry;
let tables: MemoryTables;
let findings: FindingStore;
beforeEach(() => {
  telemetry = new RecordedTelemetry();
  tables = new MemoryTables();
  findings = new FindingStore(tables, sha256Hex, telemetry);
});

/** Writing fails as long as `isBroken` says so. */
function breaking(inner: Tables, isBroken: () => boolean): Tables {
  const fail = (): Promise<never> => Promise.reject(new Error("storage is gone"));
  return {
    drop: (name) => inner.drop(name),
    open(name) {
      const table = inner.open(name);
      return new Proxy<RowTable>(table, {
        get: (target, key: keyof RowTable) =>
          ["create", "replace", "put", "putAll"].includes(key) && isBroken() ? fail : target[key].bind(target),
      });
    },
  };
}

describe("news of a finding", () => {
  it("is told when it opens, with what it is about", async () => {
    const { finding } = await findings.observe(about("s", "purgeStopped"), MONDAY);
    expect(telemetry.events).toEqual([
      {
        name: "findingOpened",
        fields: {
          findingId: finding.id,
          kind: "purgeStopped",
          severity: "critical",
          subject: "s",
          scope: finding.scope,
          registryId: REGISTRY,
          publisherId: finding.publisherId,
        },
      },
    ]);
  });

  it("is not told again while it stays open, and is once it is true again", async () => {
    for (const at of [MONDAY, TUESDAY]) await findings.observe(about("s"), at);
    await findings.resolve(about("s").scope, WEDNESDAY, () => true);
    await findings.observe(about("s"), "2026-03-05T01:00:00Z");
    expect(telemetry.listNews()).toEqual(["findingOpened s", "findingResolved s", "findingOpened s"]);
  });

  it("is told of each that a reconciliation opens or resolves, and of no other", async () => {
    const { scope } = about("a");
    await findings.reconcile(scope, { observed: [about("a"), about("b")], at: MONDAY });
    await findings.reconcile(scope, { observed: [about("b"), about("c")], at: TUESDAY });
    expect([...telemetry.listNews()].sort()).toEqual(
      ["findingOpened a", "findingOpened b", "findingOpened c", "findingResolved a"].sort(),
    );
  });

  it.each([
    { name: "observed", write: (store: FindingStore) => store.observe(about("s"), MONDAY) },
    {
      name: "reconciled",
      write: (store: FindingStore) => store.reconcile(about("s").scope, { observed: [about("s")], at: MONDAY }),
    },
  ])("is told before it is stored, so that none is stored and not told of: $name", async ({ write }) => {
    let isBroken = false;
    const store = new FindingStore(
      breaking(tables, () => isBroken),
      sha256Hex,
      telemetry,
    );
    await store.observe(about("before"), MONDAY); // the scope is known
    telemetry.events.length = 0;
    isBroken = true;
    await expect(write(store)).rejects.toThrow("storage is gone");
    expect(telemetry.listNews()).toContain("findingOpened s");
    isBroken = false;
    telemetry.events.length = 0;
    await write(store);
    expect(telemetry.listNews()).toContain("findingOpened s");
  });

  it("is told after it is resolved: where that cannot be stored, it is still open", async () => {
    let isBroken = false;
    const store = new FindingStore(
      breaking(tables, () => isBroken),
      sha256Hex,
      telemetry,
    );
    await store.observe(about("s"), MONDAY);
    isBroken = true;
    await expect(store.resolve(about("s").scope, TUESDAY, () => true)).rejects.toThrow("storage is gone");
    await expect(store.reconcile(about("s").scope, { observed: [], at: TUESDAY })).rejects.toThrow("storage is gone");
    expect(telemetry.listNews()).toEqual(["findingOpened s"]);
  });

  it.each([
    { kind: "purgeStopped", flushes: 1 },
    { kind: "missingArtifact", flushes: 1 },
    { kind: "decommissionedArtifact", flushes: 0 },
  ] as const)("is sent at once where an alert may rest on it: $kind", async ({ kind, flushes }) => {
    await findings.observe(about("s", kind), MONDAY);
    expect(telemetry.flushes).toBe(flushes);
  });
});
