import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { ManagementGroupSchema } from "../estate.ts";
import { TENANT_ID } from "../identity/identity.ts";
import { aResource, PUBLISHER, startTestSandbox, type Reply, type TestSandbox } from "./testSandbox.ts";

const PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
const Page = z.object({ data: z.array(z.object({ subscriptionId: z.string() })) });

/** `all` > `east` > `lab`, and `west` beside them; s5 is in no group but the root. */
const GROUPS = [
  { name: "lab", parent: "East", subscriptions: ["s3"] },
  { name: "all", subscriptions: ["s1"] },
  { name: "east", parent: "all", subscriptions: ["S2"] },
  { name: "west", subscriptions: ["s4"] },
  { name: "empty" },
].map((group) => ManagementGroupSchema.parse(group));

let sandbox: TestSandbox;
afterEach(async () => sandbox.stop());

async function start(managementGroups = GROUPS): Promise<void> {
  const resources = ["s1", "s2", "s3", "s4", "s5"].map((id) => aResource(PUBLISHER.replace("s1", id)));
  sandbox = await startTestSandbox({ resources, managementGroups });
}

const ask = (scope: object, as = "reader"): Promise<Reply> =>
  sandbox.call("POST", PATH, { as, body: { query: "resources | order by id asc", ...scope } });

async function seenIn(scope: object, as = "reader"): Promise<string[]> {
  const { status, body } = await ask(scope, as);
  expect(status).toBe(200);
  return Page.parse(body).data.map(({ subscriptionId }) => subscriptionId);
}

describe("a query of management groups", () => {
  it.each([
    { name: "a group with nothing below it", groups: ["lab"], seen: ["s3"] },
    { name: "a group and those below it", groups: ["all"], seen: ["s1", "s2", "s3"] },
    { name: "a group by its name in another case", groups: ["EAST"], seen: ["s2", "s3"] },
    { name: "several groups, each subscription once", groups: ["west", "lab", "east"], seen: ["s2", "s3", "s4"] },
    { name: "a group without subscriptions", groups: ["empty"], seen: [] },
    { name: "the root group", groups: ["west", TENANT_ID], seen: ["s1", "s2", "s3", "s4", "s5"] },
    { name: "no group", groups: [], seen: ["s1", "s2", "s3", "s4", "s5"] },
  ])("sees the subscriptions of $name", async ({ groups, seen }) => {
    await start();
    expect(await seenIn({ managementGroups: groups })).toEqual(seen);
  });

  it("refuses a group that is not there, known ones beside it or not", async () => {
    await start();
    expect(await ask({ managementGroups: ["all", "none"] })).toMatchObject({
      status: 400,
      body: { error: { details: [{ code: "InvalidManagementGroup", message: expect.stringContaining("'none'") }] } },
    });
    expect((await ask({ managementGroups: ["all"] })).status).toBe(200);
  });

  it("leaves out what the caller cannot read, and refuses a caller who can read nothing in it", async () => {
    await start();
    expect(await seenIn({ managementGroups: ["all"] }, "half")).toEqual(["s1"]);
    expect((await ask({ managementGroups: ["west"] }, "half")).status).toBe(403);
  });

  it("ends where groups stand in a ring", async () => {
    const ring = [
      { name: "a", parent: "b", subscriptions: ["s1"] },
      { name: "b", parent: "a", subscriptions: ["s2"] },
    ];
    await start(ring);
    expect(await seenIn({ managementGroups: ["a"] })).toEqual(["s1", "s2"]);
  });
});

describe("the size of a scope", () => {
  const groups = Array.from({ length: 11 }, (_, index) => ManagementGroupSchema.parse({ name: `g${index}` }));
  const names = groups.map(({ name }) => name);
  const ids = Array.from({ length: 1_001 }, (_, index) => `s${index + 1}`);

  it.each([
    { name: "10 management groups", scope: { managementGroups: names.slice(1) }, status: 200 },
    { name: "11 management groups", scope: { managementGroups: names }, status: 400 },
    { name: "1,000 subscriptions", scope: { subscriptions: ids.slice(1) }, status: 200 },
    { name: "1,001 subscriptions", scope: { subscriptions: ids }, status: 400 },
    {
      name: "groups and subscriptions at once",
      scope: { subscriptions: ["s1"], managementGroups: ["g1"] },
      status: 400,
    },
  ])("answers $status to $name", async ({ scope, status }) => {
    await start(groups);
    expect((await ask(scope)).status).toBe(status);
  });
});
