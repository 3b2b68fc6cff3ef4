import { collect } from "../../fakes/collect.ts";
import { describe, expect, test } from "@jest/globals";
import { holdOf } from "../../../lib/core/knowledge.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { artifactManifestId, STORE } from "../../fakes/builders.ts";
import type { AskedTenant } from "./aTenant.ts";
import { aTenant } from "./aTenant.ts";
import { aManifestRow, aPublisherRow, aStoreRow } from "./someRows.ts";
import type { Row } from "./someRows.ts";

const NIGHTS = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"].map((day) => `${day}T01:00:00Z`);
const [FIRST = "", SECOND = "", THIRD = "", FOURTH = ""] = NIGHTS;
const BASE = [aPublisherRow(), aStoreRow()];

interface Night {
  readonly at: string;
  readonly rows: readonly Row[];
  readonly incomplete?: boolean;
}

async function play(tenant: AskedTenant, nights: readonly Night[]): Promise<void> {
  const { view } = tenant;
  for (const { at, rows, incomplete = false } of nights) {
    view.rows = rows;
    view.failing = incomplete ? "consumers" : undefined;
    await tenant.night(at);
    await tenant.mark(at.replace("T01", "T03"));
  }
}

async function recall({ deps }: AskedTenant): Promise<Known | undefined> {
  const known = await collect(deps.knowledge.listUnder("artifactManifests", STORE));
  return known.find(({ id }) => id === artifactManifestId("m1"));
}

describe("when an artifact manifest was last seen", () => {
  const there = [...BASE, aManifestRow("m1")];

  test.each([
    { name: "is not written while nothing else is news", nights: [there, there, there], lastSeenAt: FIRST },
    { name: "is the night before the one that misses it", nights: [there, there, there, BASE], lastSeenAt: THIRD },
    { name: "stays that night", nights: [there, there, BASE, BASE], lastSeenAt: SECOND },
    { name: "moves on with any news", nights: [there, [...BASE, aManifestRow("m1", "9")]], lastSeenAt: SECOND },
  ])("$name", async ({ nights, lastSeenAt }) => {
    const tenant = aTenant();
    await play(
      tenant,
      nights.map((rows, index) => ({ at: NIGHTS[index] ?? "", rows })),
    );
    expect(await recall(tenant)).toMatchObject({ firstSeenAt: FIRST, lastSeenAt });
  });

  test("may be an incomplete night, which none later is compared with", async () => {
    const tenant = aTenant();
    await play(tenant, [
      { at: FIRST, rows: there },
      { at: SECOND, rows: there, incomplete: true },
      { at: THIRD, rows: BASE },
    ]);
    expect(await recall(tenant)).toMatchObject({ lastSeenAt: SECOND });
  });
});

describe("a hold without end, when an older snapshot without its tags is learned late", () => {
  const tags = { "cleanup-hold-reason": "audit", "cleanup-hold-until": "whenever" };
  const free = [...BASE, aManifestRow("m1")];
  const held = [...BASE, { ...aManifestRow("m1"), tags }];

  /** The snapshot of the third night waits for a part while the fourth is processed. */
  async function playLate(fourth: readonly Row[]): Promise<Known | undefined> {
    const tenant = aTenant();
    const { deps } = tenant;
    await play(tenant, [
      { at: FIRST, rows: held },
      { at: SECOND, rows: held },
    ]);
    tenant.view.rows = free;
    await tenant.night("2026-03-04T00:45:00Z");
    const { id = "" } = (await Array.fromAsync(deps.snapshots.list()))[0] ?? {};
    await deps.snapshots.update(id, (header) => ({ ...header, state: "open" }));
    tenant.view.rows = fourth;
    await tenant.night("2026-03-04T01:15:00Z");
    await tenant.mark("2026-03-04T01:30:00Z");
    expect((await deps.snapshots.find(id))?.processedAt).toBeUndefined();
    await play(tenant, [{ at: FOURTH, rows: BASE }]);
    expect((await deps.snapshots.find(id))?.processedAt).toBeDefined();
    return recall(tenant);
  }

  test("stays", async () => {
    const known = await playLate(held);
    expect(known?.of === "artifactManifest" && holdOf(known)).toMatchObject({ reason: "audit" });
  });

  test("is lifted where the newer one lacks the tags too", async () => {
    const known = await playLate(free);
    expect(known?.of === "artifactManifest" && holdOf(known)).toBeUndefined();
  });
});
