import { describe, expect, test } from "@jest/globals";
import type { Expectation } from "../../../lib/jobs/checkSubscriptions.ts";
import { checkSubscriptions } from "../../../lib/jobs/checkSubscriptions.ts";
import type { View } from "./aTenant.ts";
import { aTenant } from "./aTenant.ts";

const INSIDE = "sub1";
const OTHER = "0b1f6471-1bf0-4dda-aec3-111122223333";
const NARROW = { GRAPH_SCOPE: "managementGroups", MANAGEMENT_GROUPS: "network" };
const TENANT = {};

interface Case {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly view: Partial<View>;
  readonly expectation?: Partial<Expectation>;
  readonly reasons: readonly string[];
}

async function listReasons({ settings, view, expectation }: Case): Promise<readonly string[]> {
  const tenant = aTenant(settings);
  Object.assign(tenant.view, { visible: [INSIDE], ...view });
  const before: Expectation = { known: [], named: new Set([INSIDE]), accepted: [], ...expectation };
  const { reasons } = await checkSubscriptions(tenant.deps, before);
  return reasons.map(({ code, subject }) => `${code} ${subject}`);
}

const ACCEPTED = {
  by: "ops@contoso.example",
  why: "closed",
  at: "2026-03-01T09:00:00Z",
  reasons: [{ code: "subscriptionNotVisible", subject: OTHER }],
} as const;

const CASES: readonly Case[] = [
  {
    name: "finds one outside a narrow scope whose read right is not proven: it would look empty",
    settings: NARROW,
    view: { alsoListed: [OTHER], unreadable: [OTHER] },
    reasons: [`subscriptionNotReadable ${OTHER}`],
  },
  {
    name: "is content with one outside a narrow scope that can be read and is empty",
    settings: NARROW,
    view: { alsoListed: [OTHER] },
    reasons: [],
  },
  {
    name: "finds one outside a narrow scope that holds resources of AOSM",
    settings: NARROW,
    view: { alsoListed: [OTHER], outside: [{ subscriptionId: OTHER, count: 3 }] },
    reasons: [`subscriptionOutOfScope ${OTHER}`],
  },
  {
    name: "says both of one that can be read in part and shows resources",
    settings: NARROW,
    view: { alsoListed: [OTHER], unreadable: [OTHER], outside: [{ subscriptionId: OTHER, count: 3 }] },
    reasons: [`subscriptionNotReadable ${OTHER}`, `subscriptionOutOfScope ${OTHER}`],
  },
  {
    name: "finds one of the tenant that ARM lists and Resource Graph does not show",
    settings: TENANT,
    view: { alsoListed: [OTHER] },
    reasons: [`subscriptionNotVisible ${OTHER}`],
  },
  {
    name: "is content with one of the tenant that both show",
    settings: TENANT,
    view: { visible: [INSIDE, OTHER], alsoListed: [OTHER] },
    reasons: [],
  },
  {
    name: "does not ask again for one that a person says is gone, though ARM lists it still",
    settings: TENANT,
    view: { alsoListed: [OTHER] },
    expectation: { accepted: [ACCEPTED] },
    reasons: [],
  },
  {
    name: "names one that is expected and not visible once",
    settings: TENANT,
    view: { alsoListed: [OTHER] },
    expectation: { known: [OTHER] },
    reasons: [`subscriptionNotVisible ${OTHER}`],
  },
];

describe("the check of subscriptions", () => {
  test.each(CASES)("$name", async (given) => {
    expect(await listReasons(given)).toEqual(given.reasons);
  });
});
