import { describe, expect, it } from "@jest/globals";
import type { Finding } from "../../../lib/core/findings.ts";
import type { HoldOn } from "../../../lib/core/holdsOn.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { findHoldNow } from "../../../lib/jobs/findHoldNow.ts";
import { readFindingOwners } from "../../../lib/jobs/findingOwners.ts";
import { liftHold, placeHold } from "../../../lib/jobs/holds.ts";
import { PlannedHolds } from "../../../lib/jobs/plannedHolds.ts";
import {
  aHold,
  aKnown,
  aMark,
  artifactManifestId,
  digest,
  NOW,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { NO_TAG_HOLDS } from "../../fakes/aFreshContext.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { aService } from "../functions/aService.ts";
import { aTenant } from "./aTenant.ts";

const LATER = "2026-04-02T00:00:00.000Z";

describe("the hold that is in force", () => {
  const find = async (deps: Deps, now = NOW): Promise<HoldOn | undefined> =>
    findHoldNow({ ...deps, clock: { now: () => new Date(now) } }, { tags: NO_TAG_HOLDS, subjects: [aMark()] });

  it("is none where nobody holds it, or the hold is over", async () => {
    const deps = aService();
    expect(await find(deps)).toBeUndefined();
    await deps.holds.put(aHold({ until: NOW }));
    expect(await find(deps)).toBeUndefined();
    expect(await find(deps, "2026-03-02T00:59:59Z")).toBeDefined();
  });

  it("counts from the moment in which they are placed to the one in which they are lifted", async () => {
    const deps = aService();
    const { hold } = await placeHold(deps, aHold());
    expect(await find(deps)).toMatchObject({ owner: "release team" });
    await liftHold(deps, { id: hold.id, by: "release team", why: "the audit is over" });
    expect(await find(deps)).toBeUndefined();
  });

  it("is told by the one that ends last", async () => {
    const deps = aService();
    await deps.holds.put(aHold({ scope: { of: "store", id: STORE }, until: LATER }));
    await deps.holds.put(aHold());
    expect((await find(deps))?.until).toBe(LATER);
  });

  it("cannot be told where one cannot be read: it might hold anything", async () => {
    const tables = new MemoryTables();
    await tables.open("holds").put({ partitionKey: "hold", rowKey: "0".repeat(24), body: { v: 2 } });
    await expect(find(aService({}, tables))).rejects.toThrow("newer version");
  });
});

describe("the log", () => {
  it("keeps who placed, replaced and lifted a hold, and why", async () => {
    const lines: unknown[] = [];
    const info = (message: string, fields: unknown): unknown => lines.push([message, fields]);
    const deps: Deps = { ...aService(), log: { info, warn: info, error: info } };
    const { hold } = await placeHold(deps, aHold());
    await placeHold(deps, aHold({ owner: "another team", until: LATER }));
    await liftHold(deps, { id: hold.id, by: "somebody", why: "the audit is over" });
    await liftHold(deps, { id: hold.id, by: "somebody", why: "twice" });
    const { owner, reason, until } = aHold();
    const first = { id: hold.id, on: digest(1), owner, reason, until };
    const second = { ...first, owner: "another team", until: LATER };
    expect(lines).toEqual([
      ["hold placed", first],
      ["hold placed", { ...second, replacedOwner: owner, replacedReason: reason, replacedUntil: until }],
      ["hold lifted", { ...second, by: "somebody", why: "the audit is over" }],
    ]);
  });
});

describe("a plan of a registry that two stores share", () => {
  const SIBLING = `${PUBLISHER.replace("contoso", "fabrikam")}/artifactstores/sibling`;

  async function findWith(siblings: readonly string[], registryId = REGISTRY): Promise<string | undefined> {
    const deps = aService();
    const known = siblings.map((name) => aKnown({ id: artifactManifestId(name, SIBLING) }));
    await deps.knowledge.putAll([aKnown(), ...known]);
    await deps.holds.put(aHold({ scope: { of: "store", id: SIBLING } }));
    const holds = await PlannedHolds.read(deps);
    await holds.add(deps, { id: STORE, registryId: REGISTRY });
    await holds.add(deps, { id: SIBLING, registryId });
    return holds.find(aMark(), Date.parse(NOW))?.until;
  }

  it("is held by a hold of the other store, if that may own the path", async () => {
    expect(await findWith(["cnf"])).toBe(aHold().until);
    expect(await findWith(["other"])).toBeUndefined();
    expect(await findWith(["cnf"], `${REGISTRY}2`)).toBeUndefined();
  });
});

describe("a night", () => {
  const NIGHTS = ["2026-03-24T01:00:00Z", "2026-03-26T01:00:00Z", "2026-04-01T01:00:00Z", "2026-05-20T01:00:00Z"];
  const [EARLY = "", WEEK_BEFORE = "", AFTER = "", LONG_AFTER = ""] = NIGHTS;
  const END = "2026-04-01T00:00:00.000Z";

  const open = async (deps: Deps): Promise<readonly Finding[]> =>
    (await collect(deps.findings.list())).filter(({ resolvedAt }) => resolvedAt === undefined);
  const subjects = async (deps: Deps): Promise<readonly string[]> =>
    (await open(deps)).filter(({ kind }) => kind === "holdExpiring").map(({ subject }) => subject);

  it("tells of a hold in its last week, resolves that when it is over, and drops it long after", async () => {
    const tenant = aTenant();
    const { deps } = tenant;
    await deps.holds.put(aHold({ until: END }));
    const told: (readonly string[])[] = [];
    for (const at of [EARLY, WEEK_BEFORE, AFTER]) {
      await tenant.night(at);
      await tenant.mark(at);
      told.push(await subjects(deps));
    }
    expect(told).toEqual([[], [digest(1)], []]);
    expect(await collect(deps.holds.list())).toHaveLength(1);
    await tenant.night(LONG_AFTER);
    await tenant.mark(LONG_AFTER);
    expect(await collect(deps.holds.list())).toEqual([]);
  });

  it("tells of it also where nothing of Azure could be read", async () => {
    const tenant = aTenant();
    const { deps, view } = tenant;
    await deps.holds.put(aHold({ until: END }));
    view.failing = "structure";
    await tenant.night(WEEK_BEFORE);
    await tenant.mark(WEEK_BEFORE);
    expect(await subjects(deps)).toEqual([digest(1)]);
  });

  it("tells whom a hold belongs to, as far as it is one's", async () => {
    const tenant = aTenant();
    const { deps } = tenant;
    const scopes = [
      { of: "digest", digest: digest(1) },
      { of: "repository", registryId: REGISTRY, repository: "cnf/nginx" },
      { of: "artifactManifest", id: artifactManifestId("cnf") },
      { of: "store", id: STORE },
    ] as const;
    for (const scope of scopes) await deps.holds.put(aHold({ scope, until: END }));
    await tenant.night(WEEK_BEFORE);
    await tenant.mark(WEEK_BEFORE);
    const ownersOf = await readFindingOwners(deps);
    const told = (await open(deps)).filter(({ kind }) => kind === "holdExpiring");
    const owners = told.map((finding) => [finding.subject, [ownersOf(finding).registryId, finding.storeId]] as const);
    expect(Object.fromEntries(owners)).toEqual({
      [digest(1)]: [undefined, undefined],
      [`${REGISTRY}/cnf/nginx`]: [REGISTRY, undefined],
      [artifactManifestId("cnf")]: [undefined, STORE],
      [STORE]: [undefined, STORE],
    });
    expect(told[0]?.evidence).toEqual([{ text: `held by release team until ${END}: an audit`, at: aHold().at }]);
  });
});
