import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../../lib/config.ts";
import { STORE } from "../fakes/builders.ts";
import { problemsOf, read, REQUIRED, type Env } from "../fakes/settings.ts";

const BY_GROUP = { GRAPH_SCOPE: "managementGroups", MANAGEMENT_GROUPS: "core" };

describe("the scope of the graph", () => {
  it.each([
    { name: "the tenant, said", env: { GRAPH_SCOPE: "tenant" }, scope: { of: "tenant" }, expected: [] },
    {
      name: "the tenant, with subscriptions that must be seen",
      env: { SUBSCRIPTIONS: "A,b" },
      scope: { of: "tenant" },
      expected: ["a", "b"],
    },
    {
      name: "management groups, as they are written",
      env: { GRAPH_SCOPE: "managementGroups", MANAGEMENT_GROUPS: " Core, edge-1 ,,(x)_y.z" },
      scope: { of: "managementGroups", names: ["Core", "edge-1", "(x)_y.z"] },
      expected: [],
    },
    {
      name: "management groups, with subscriptions that must be seen",
      env: { ...BY_GROUP, SUBSCRIPTIONS: "A" },
      scope: { of: "managementGroups", names: ["core"] },
      expected: ["a"],
    },
    {
      name: "subscriptions, in lower case, which must be seen too",
      env: { GRAPH_SCOPE: "subscriptions", SUBSCRIPTIONS: "A, b" },
      scope: { of: "subscriptions", ids: ["a", "b"] },
      expected: ["a", "b"],
    },
  ])("is $name", ({ env, scope, expected }) => {
    expect(read(env)).toMatchObject({ graphScope: scope, expectedSubscriptions: expected });
  });

  it.each<{ name: string; env: Env; setting: string }>([
    { name: "groups without a name", env: { GRAPH_SCOPE: "managementGroups" }, setting: "MANAGEMENT_GROUPS" },
    { name: "groups of blanks", env: { ...BY_GROUP, MANAGEMENT_GROUPS: " , " }, setting: "MANAGEMENT_GROUPS" },
    {
      name: "groups that are only subscriptions",
      env: { GRAPH_SCOPE: "managementGroups", SUBSCRIPTIONS: "a" },
      setting: "MANAGEMENT_GROUPS",
    },
    { name: "a name for the tenant", env: { MANAGEMENT_GROUPS: "core" }, setting: "MANAGEMENT_GROUPS" },
    {
      name: "a name for subscriptions",
      env: { GRAPH_SCOPE: "subscriptions", SUBSCRIPTIONS: "a", MANAGEMENT_GROUPS: "core" },
      setting: "MANAGEMENT_GROUPS",
    },
    {
      name: "a path for a name",
      env: { ...BY_GROUP, MANAGEMENT_GROUPS: "/providers/Microsoft.Management/managementGroups/core" },
      setting: "MANAGEMENT_GROUPS",
    },
    { name: "too long a name", env: { ...BY_GROUP, MANAGEMENT_GROUPS: "x".repeat(91) }, setting: "MANAGEMENT_GROUPS" },
    { name: "subscriptions without an id", env: { GRAPH_SCOPE: "subscriptions" }, setting: "SUBSCRIPTIONS" },
  ])("is refused with $name", ({ env, setting }) => {
    expect(problemsOf({ ...REQUIRED, ...env })).toEqual([expect.stringMatching(new RegExp(`^${setting}: .`))]);
  });

  it("is refused together with all else that is wrong", () => {
    const problems = problemsOf({ ...REQUIRED, GRAPH_SCOPE: "subscriptions", MANAGEMENT_GROUPS: "core" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["MANAGEMENT_GROUPS", "SUBSCRIPTIONS"]);
  });
});

describe("the region of the app", () => {
  it.each([
    { name: "unknown where nobody says it", env: {}, region: undefined },
    { name: "that of the platform", env: { REGION_NAME: "West Europe" }, region: "westeurope" },
    { name: "the setting", env: { APP_REGION: " North Europe " }, region: "northeurope" },
    {
      name: "the setting before the platform",
      env: { APP_REGION: "eastus", REGION_NAME: "West US" },
      region: "eastus",
    },
    {
      name: "that of the platform before an empty setting",
      env: { APP_REGION: "", REGION_NAME: "West US" },
      region: "westus",
    },
    { name: "unknown where the platform's is blank", env: { REGION_NAME: " " }, region: undefined },
  ])("is $name", ({ env, region }) => {
    expect(readConfig({ ...REQUIRED, ...env }).appRegion).toBe(region);
  });
});

describe("what legacy references protect", () => {
  const storesOf = (fields: object) => JSON.stringify({ stores: [{ store: STORE, ...fields }] });

  it.each([
    { name: "the store, where nothing is said", fields: {}, legacyProtection: "store" },
    { name: "the store", fields: { legacyProtection: "store" }, legacyProtection: "store" },
    { name: "the artifact", fields: { legacyProtection: "artifact" }, legacyProtection: "artifact" },
  ])("is $name", ({ fields, legacyProtection }) => {
    expect(read({ STORES: storesOf(fields) }).stores).toMatchObject([{ legacyProtection }]);
  });

  it.each(["none", "Artifact", "", true, null])("is refused as %p", (legacyProtection) => {
    expect(problemsOf({ ...REQUIRED, STORES: storesOf({ legacyProtection }) })).toEqual([
      expect.stringContaining("stores.0.legacyProtection"),
    ]);
  });
});
