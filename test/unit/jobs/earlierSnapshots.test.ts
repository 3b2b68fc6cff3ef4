import { describe, expect, test } from "@jest/globals";
import { acceptSnapshot } from "../../../lib/jobs/acceptSnapshot.ts";
import { consumerId } from "../../fakes/builders.ts";
import type { AskedTenant, View } from "./aTenant.ts";
import { aTenant, reasonsOf } from "./aTenant.ts";
import { aFunctionRow, aPublisherRow } from "./someRows.ts";

const FIRST = "2026-03-02T01:00:00Z";
const SECOND = "2026-03-03T01:00:00Z";
const THIRD = "2026-03-04T01:00:00Z";
const FOURTH = "2026-03-05T01:00:00Z";
const SECOND_ID = "20260303T010000Z";

/** `sub2` holds nothing but a network function. */
const FUNCTION = consumerId("networkfunctions", "nf");
const ALL = ["sub1", "sub2"];
const WITHOUT = ["sub1"];

function show({ view }: AskedTenant, visible: readonly string[]): void {
  view.visible = visible;
  view.rows = [aPublisherRow(), ...(visible === ALL ? [aFunctionRow()] : [])];
}

describe("a subscription that only an incomplete snapshot saw", () => {
  test.each([
    { name: "is expected by the next one", between: ALL, reasons: ["subscriptionNotVisible sub2"] },
    { name: "would not be, had that one not seen it", between: WITHOUT, reasons: [] },
  ])("$name", async ({ between, reasons }) => {
    const tenant = aTenant();
    show(tenant, WITHOUT);
    expect(reasonsOf(await tenant.night(FIRST))).toEqual([]);
    show(tenant, between);
    tenant.view.failing = "versions";
    expect(reasonsOf(await tenant.night(SECOND))).toEqual(["queryFailed versions"]);
    show(tenant, WITHOUT);
    tenant.view.failing = undefined;
    expect(reasonsOf(await tenant.night(THIRD))).toEqual(reasons);
  });

  test("is expected over several incomplete ones", async () => {
    const tenant = aTenant();
    show(tenant, WITHOUT);
    await tenant.night(FIRST);
    show(tenant, ALL);
    tenant.view.failing = "versions";
    await tenant.night(SECOND);
    show(tenant, WITHOUT);
    await tenant.night(THIRD);
    tenant.view.failing = undefined;
    expect(reasonsOf(await tenant.night(FOURTH))).toEqual(["subscriptionNotVisible sub2"]);
  });
});

interface Loss {
  readonly accepted: boolean;
  /** What ARM still has of it. */
  readonly hidden?: View["hidden"];
}

/** `sub2` is gone on the second night, and a person may say that it is gone for good. */
async function loseSubscription({ accepted, hidden = [] }: Loss): Promise<AskedTenant> {
  const tenant = aTenant();
  show(tenant, ALL);
  await tenant.night(FIRST);
  show(tenant, WITHOUT);
  tenant.view.hidden = hidden;
  expect(reasonsOf(await tenant.night(SECOND))).toContain("subscriptionNotVisible sub2");
  if (accepted) {
    const word = { by: "ops@contoso.example", why: "it was closed", goneSubscriptions: ["sub2"] };
    const answer = await acceptSnapshot(tenant.deps, { id: SECOND_ID, ...word });
    expect(answer.is).toBe("accepted");
  }
  tenant.asked.length = 0;
  return tenant;
}

describe("a subscription that a person says is gone", () => {
  test.each([
    { name: "is not missed any more, also after an incomplete night", accepted: true, reasons: [] },
    { name: "is missed where nobody said so", accepted: false, reasons: ["subscriptionNotVisible sub2"] },
  ])("$name", async ({ accepted, reasons }) => {
    const tenant = await loseSubscription({ accepted });
    tenant.view.failing = "versions";
    expect(reasonsOf(await tenant.night(THIRD))).toEqual(["queryFailed versions", ...reasons]);
    tenant.view.failing = undefined;
    expect(reasonsOf(await tenant.night(FOURTH))).toEqual(reasons);
  });

  test.each([
    { name: "is expected again once an incomplete snapshot saw it", between: ALL, left: 0, missed: true },
    { name: "stays gone where that one did not see it", between: WITHOUT, left: 1, missed: false },
  ])("$name", async ({ between, left, missed }) => {
    const tenant = await loseSubscription({ accepted: true });
    show(tenant, between);
    tenant.view.failing = "versions";
    const { accepted } = await tenant.night(THIRD);
    expect(accepted).toHaveLength(left);
    show(tenant, WITHOUT);
    tenant.view.failing = undefined;
    expect(reasonsOf(await tenant.night(FOURTH))).toEqual(missed ? ["subscriptionNotVisible sub2"] : []);
  });
});

/** ARM answers for it still, or again: only the word of a person ends what hangs on it. */
describe("a resource in a subscription that a person says is gone", () => {
  test.each([
    { name: "is not asked for on the next night", accepted: true, asked: [], reasons: [] },
    {
      name: "is asked for where nobody said so",
      accepted: false,
      asked: [FUNCTION],
      reasons: ["subscriptionNotVisible sub2", "absenceUnconfirmed nf"],
    },
  ])("$name", async ({ accepted, asked, reasons }) => {
    const tenant = await loseSubscription({ accepted, hidden: [aFunctionRow()] });
    expect(reasonsOf(await tenant.night(THIRD))).toEqual(reasons);
    expect(tenant.asked).toEqual(asked);
  });
});
