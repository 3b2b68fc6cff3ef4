import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { Finding, ObservedFinding } from "../../../lib/core/findings.ts";
import type { Hash, Row, RowTable, Tables } from "../../../lib/ports.ts";
import { findingId } from "../../../lib/stores/findingRows.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { anObservedFinding, REGISTRY } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { SILENCE } from "../../../lib/telemetry.ts";

const [MONDAY, TUESDAY, WEDNESDAY] = ["2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z"] as const;

const about = (subject: string, scope = REGISTRY): ObservedFinding => anObservedFinding({ subject, scope });
const bySubject = (findings: readonly Finding[]): ReadonlyMap<string, Finding> =>
  new Map(findings.map((finding) => [`${finding.scope} ${finding.subject}`, finding]));

let findings: FindingStore;
beforeEach(() => {
  findings = new FindingStore(new MemoryTables(), sha256Hex, SILENCE);
});

const reconcile = (at: string, ...observed: readonly ObservedFinding[]) =>
  findings.reconcile(REGISTRY, { observed, at });

/** When the finding of this subject was seen first and last, and when it was resolved. */
async function datesOf(subject: string): Promise<readonly (string | undefined)[]> {
  const finding = bySubject(await collect(findings.list())).get(`${REGISTRY} ${subject}`);
  return [finding?.firstSeenAt, finding?.lastSeenAt, finding?.resolvedAt];
}

describe("reconciling a scope", () => {
  it("opens what is new, refreshes what stays, resolves what is over, and leaves what was resolved", async () => {
    expect(await reconcile(MONDAY, about("over"), about("stays"))).toEqual({ opened: 2, resolved: 0 });
    expect(await reconcile(TUESDAY, about("stays"), about("new"))).toEqual({ opened: 1, resolved: 1 });
    expect(await datesOf("stays")).toEqual([MONDAY, TUESDAY, undefined]);
    expect(await datesOf("over")).toEqual([MONDAY, MONDAY, TUESDAY]);
    expect(await datesOf("new")).toEqual([TUESDAY, TUESDAY, undefined]);
    expect(await reconcile(WEDNESDAY, about("stays"), about("new"))).toEqual({ opened: 0, resolved: 0 });
    expect(await datesOf("over")).toEqual([MONDAY, MONDAY, TUESDAY]);
  });

  it("opens anew, with a new first date, what comes back", async () => {
    await reconcile(MONDAY, about("comes back"));
    await reconcile(TUESDAY);
    expect(await reconcile(WEDNESDAY, about("comes back"))).toEqual({ opened: 1, resolved: 0 });
    expect(await datesOf("comes back")).toEqual([WEDNESDAY, WEDNESDAY, undefined]);
  });

  it("leaves other scopes as they are", async () => {
    await findings.observe(about("s", "service"), MONDAY);
    await reconcile(MONDAY, about("s"));
    expect(await reconcile(TUESDAY)).toEqual({ opened: 0, resolved: 1 });
    const all = bySubject(await collect(findings.list()));
    expect(all.get("service s")?.resolvedAt).toBeUndefined();
    expect(all.get(`${REGISTRY} s`)?.resolvedAt).toBe(TUESDAY);
  });

  it("finds again what was observed one by one", async () => {
    const { finding } = await findings.observe(about("s"), MONDAY);
    expect(await reconcile(TUESDAY, about("s"))).toEqual({ opened: 0, resolved: 0 });
    expect(await findings.find(finding.id)).toEqual({ ...finding, lastSeenAt: TUESDAY });
  });

  it("leaves what a later look has opened, refreshed or resolved", async () => {
    await reconcile(MONDAY, about("resolved later"), about("refreshed later"));
    await reconcile(WEDNESDAY, about("refreshed later"), about("opened later"));
    const before = await collect(findings.list());
    expect(await reconcile(TUESDAY, about("resolved later"))).toEqual({ opened: 0, resolved: 0 });
    expect(await collect(findings.list())).toEqual(before);
  });

  it("refuses a finding of another scope, and then writes nothing", async () => {
    await expect(reconcile(MONDAY, about("s"), about("t", "service"))).rejects.toThrow(RangeError);
    expect(await collect(findings.list())).toEqual([]);
  });

  it("writes more than fits one write", async () => {
    const many = Array.from({ length: 1203 }, (_, index) => about(`subject ${index}`));
    expect(await reconcile(MONDAY, ...many)).toEqual({ opened: 1203, resolved: 0 });
    expect(await reconcile(TUESDAY, ...many.slice(600))).toEqual({ opened: 0, resolved: 600 });
    const open = (await collect(findings.list())).filter(({ resolvedAt }) => resolvedAt === undefined);
    expect(open).toHaveLength(603);
  });

  const subjects = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));

  it("ends with exactly the observed ones open, whatever was there, and changes nothing when it is repeated", async () => {
    const property = fc.asyncProperty(fc.array(subjects, { maxLength: 4 }), subjects, async (before, now) => {
      const store = new FindingStore(new MemoryTables(), sha256Hex, SILENCE);
      const look = (names: readonly string[], at: string) =>
        store.reconcile(REGISTRY, { observed: names.map((name) => about(name)), at });
      for (const [day, names] of before.entries()) await look(names, `2026-03-0${day + 1}T01:00:00Z`);
      await look(now, "2026-03-09T01:00:00Z");
      const once = await collect(store.list());
      const open = once.filter(({ resolvedAt }) => resolvedAt === undefined).map(({ subject }) => subject);
      expect(open.toSorted()).toEqual(now.toSorted());
      expect(await look(now, "2026-03-09T01:00:00Z")).toEqual({ opened: 0, resolved: 0 });
      expect(await collect(store.list())).toEqual(once);
    });
    await fc.assert(property, { seed: jest.getSeed(), numRuns: 100 });
  });
});

/** Tables in which no scope can be written while `isBroken`. */
function withoutScopes(tables: Tables, isBroken: () => boolean): Tables {
  const open = (name: string): RowTable => {
    const table = tables.open(name);
    const create = async (row: Row): Promise<boolean> => {
      if (row.partitionKey === "scopes" && isBroken()) throw new Error("scopes cannot be written");
      return table.create(row);
    };
    return new Proxy(table, { get: (target, name) => (name === "create" ? create : bound(target, name)) });
  };
  return { open, drop: (name) => tables.drop(name) };
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === "function" ? (...args: unknown[]): unknown => Reflect.apply(member, target, args) : member;
}

const reconcileAll = (store: FindingStore) => store.reconcile(REGISTRY, { observed: [about("s")], at: MONDAY });

describe("scopes", () => {
  it("are listed once each, with findings and without open ones, and not where nothing was ever found", async () => {
    await findings.observe(about("s", "service"), MONDAY);
    await findings.observe(about("t", "service"), MONDAY);
    await reconcile(MONDAY, about("s"));
    await reconcile(TUESDAY);
    await findings.reconcile("consumers", { observed: [], at: MONDAY });
    expect((await collect(findings.listScopes())).toSorted()).toEqual([REGISTRY, "service"].toSorted());
  });

  it("are still known to a process that started later", async () => {
    const tables = new MemoryTables();
    await new FindingStore(tables, sha256Hex, SILENCE).observe(about("s", "service"), MONDAY);
    const later = new FindingStore(tables, sha256Hex, SILENCE);
    await later.observe(about("s"), MONDAY);
    expect(await collect(later.listScopes())).toHaveLength(2);
    expect(await collect(later.list())).toHaveLength(2);
  });

  it("are stored before their first finding, so that none is in a scope that nobody knows", async () => {
    const tables = new MemoryTables();
    let broken = true;
    const store = new FindingStore(
      withoutScopes(tables, () => broken),
      sha256Hex,
      SILENCE,
    );
    const id = findingId(sha256Hex, about("s"));
    for (const write of [() => store.observe(about("s"), MONDAY), () => reconcileAll(store)]) {
      await expect(write()).rejects.toThrow("scopes cannot be written");
      expect(await store.find(id)).toBeUndefined();
    }
    broken = false;
    await reconcileAll(store);
    expect((await store.find(id))?.subject).toBe("s");
    expect(await collect(store.listScopes())).toEqual([REGISTRY]);
  });

  it("whose hashes begin alike do not touch one another's findings", async () => {
    const colliding: Hash = (text) =>
      text === "one" || text === "two" ? `00000000${sha256Hex(text)}` : sha256Hex(text);
    const store = new FindingStore(new MemoryTables(), colliding, SILENCE);
    const inBoth = [about("s", "one"), about("s", "two")];
    for (const observed of inBoth) await store.reconcile(observed.scope, { observed: [observed], at: MONDAY });
    expect(await collect(store.list())).toHaveLength(2);
    expect(await store.reconcile("one", { observed: [], at: TUESDAY })).toEqual({ opened: 0, resolved: 1 });
    expect(await store.resolve("one", WEDNESDAY, () => true)).toBe(0);
    const all = bySubject(await collect(store.list()));
    expect([all.get("one s")?.resolvedAt, all.get("two s")?.resolvedAt]).toEqual([TUESDAY, undefined]);
    expect((await store.listPage({ matches: () => true, limit: 9 })).findings).toHaveLength(2);
  });
});
