import { describe, expect, test } from "@jest/globals";
import { consumerId } from "../../fakes/builders.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import type { AskedTenant } from "./aTenant.ts";
import { aTenant, reasonsOf } from "./aTenant.ts";
import { aFunctionRow, aPublisherRow } from "./someRows.ts";

const FIRST = "2026-03-02T01:00:00Z";
const GONE_AT = "2026-03-03T01:00:00Z";
const FUNCTION = consumerId("networkfunctions", "nf");

/** A network function of a complete snapshot is gone on a night that is incomplete for another reason: ARM confirms it. */
async function confirmOnce(): Promise<AskedTenant> {
  const tenant = aTenant();
  const { view } = tenant;
  view.rows = [aPublisherRow(), aFunctionRow()];
  expect(reasonsOf(await tenant.night(FIRST))).toEqual([]);
  view.rows = [aPublisherRow()];
  view.failing = "versions";
  expect(reasonsOf(await tenant.night(GONE_AT))).toEqual(["queryFailed versions"]);
  expect(tenant.asked).toEqual([FUNCTION]);
  view.failing = undefined;
  tenant.asked.length = 0;
  return tenant;
}

describe("an absence that ARM confirmed", () => {
  test.each([
    {
      name: "is asked for again after more than 36 hours: what was created again may be hidden",
      at: "2026-03-04T13:00:01Z",
      asked: [FUNCTION],
      reasons: ["absenceUnconfirmed nf"],
    },
    { name: "is believed for 36 hours", at: "2026-03-04T13:00:00Z", asked: [], reasons: [] },
  ])("$name", async ({ at, asked, reasons }) => {
    const tenant = await confirmOnce();
    tenant.view.hidden = [aFunctionRow()];
    expect(reasonsOf(await tenant.night(at))).toEqual(reasons);
    expect(tenant.asked).toEqual(asked);
  });

  test("that is too old and confirmed again is no reason", async () => {
    const tenant = await confirmOnce();
    expect(reasonsOf(await tenant.night("2026-03-05T01:00:00Z"))).toEqual([]);
    expect(tenant.asked).toEqual([FUNCTION]);
  });

  test.each([
    { name: "is forgotten once it is seen again", seenAgain: true, reasons: ["absenceUnconfirmed nf"] },
    { name: "is still believed where it was not seen again", seenAgain: false, reasons: [] },
  ])("$name", async ({ seenAgain, reasons }) => {
    const tenant = await confirmOnce();
    const { view } = tenant;
    view.rows = [aPublisherRow(), ...(seenAgain ? [aFunctionRow()] : [])];
    view.failing = "versions";
    await tenant.night("2026-03-03T13:00:00Z");
    view.rows = [aPublisherRow()];
    view.hidden = [aFunctionRow()];
    view.failing = undefined;
    expect(reasonsOf(await tenant.night("2026-03-04T01:00:00Z"))).toEqual(reasons);
  });
});

describe("more absences than one run confirms", () => {
  const names = Array.from({ length: 2600 }, (_, index) => `nf${index}`);

  async function loseFunctions(count: number): Promise<AskedTenant> {
    const tenant = aTenant({ MAX_FALL_PERCENT: "90" });
    tenant.view.rows = [aPublisherRow(), ...names.map((name) => aFunctionRow(name))];
    expect(reasonsOf(await tenant.night(FIRST))).toEqual([]);
    tenant.view.rows = [aPublisherRow(), ...names.slice(count).map((name) => aFunctionRow(name))];
    return tenant;
  }

  test("are confirmed over two nights", async () => {
    const tenant = await loseFunctions(2300);
    expect(reasonsOf(await tenant.night(GONE_AT))).toEqual(["tooManyAbsent"]);
    expect(new Set(tenant.asked).size).toBe(2000);
    expect(reasonsOf(await tenant.night("2026-03-04T01:00:00Z"))).toEqual([]);
    expect(tenant.asked).toHaveLength(2300);
    expect(new Set(tenant.asked).size).toBe(2300);
  });

  test("need no second night where they are just as many as one run confirms", async () => {
    const tenant = await loseFunctions(2000);
    expect(reasonsOf(await tenant.night(GONE_AT))).toEqual([]);
    expect(tenant.asked).toHaveLength(2000);
  });
});

describe("a last complete snapshot", () => {
  test.each([
    { name: "that lost rows cannot tell what vanished", counted: 15, reasons: ["baselineLost networkFunction"] },
    { name: "that holds what it counted is compared", counted: 1, reasons: [] },
  ])("$name", async ({ counted, reasons }) => {
    const tenant = aTenant();
    tenant.view.rows = [aPublisherRow(), aFunctionRow()];
    await tenant.night(FIRST);
    await tenant.deps.snapshots.updatePart("20260302T010000Z", GRAPH_PART, (part) => ({
      ...part,
      counts: { ...part.counts, networkFunction: counted },
    }));
    const part = await tenant.night(GONE_AT);
    expect(reasonsOf(part)).toEqual(reasons);
    expect(part.complete).toBe(reasons.length === 0);
  });
});
