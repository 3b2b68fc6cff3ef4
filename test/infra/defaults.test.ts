import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { Cron } from "croner";
import { readConfig } from "../../lib/config.ts";
import { Schedule } from "../../lib/configSchemas.ts";
import { DAY_MS } from "../../lib/core/duration.ts";
import { deployFile } from "./bicep/deploy.ts";
import { parseBicep } from "./bicep/syntax.ts";
import { SUBSCRIPTION } from "./bicep/scope.ts";
import { evaluateParameterFile } from "./parameterFile.ts";
import { EVERYTHING, INFRA, listBicepFiles, ofType, readInfra, STORE } from "./infra.ts";
import { readPath, toPlain } from "./read.ts";
import { readAppSettings } from "./settings.ts";

const MAIN = join(INFRA, "main.bicep");
const infra = readInfra();

/** As Azure fills in what only it knows. */
const inAzure = (settings: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...settings].map(([name, value]) => [
      name,
      value
        .replaceAll(
          /<[^>]*ConnectionString>/g,
          "InstrumentationKey=0b54a3c2-7c5f-4a39-9d0e-1f7a3f4c9d22;IngestionEndpoint=https://westeurope.in.example/",
        )
        .replaceAll(/<[^>]*primaryEndpoints\.(\w+)>/g, "https://st.$1.core.windows.net/")
        .replaceAll(/<[^>]*id-(\w+)-[^>]*clientId>/g, "$1"),
    ]),
  );

const [plain, everything] = infra.azd.map((deployment) => inAzure(readAppSettings(deployment)));

test("the app accepts what azd up sets by default: report mode, no store, its own storage by identity", () => {
  const config = readConfig(plain ?? {});
  expect(config).toMatchObject({
    mode: "report",
    stores: [],
    graphScope: { of: "tenant" },
    appRegion: "westeurope",
    credential: {
      kind: "managedIdentity",
      observerClientId: "observer",
      purgerClientId: "purger",
      restorerClientId: undefined,
    },
    storage: { kind: "identity", tableUrl: "https://st.table.core.windows.net", clientId: "observer" },
    monitor: { identity: { clientId: "observer" } },
  });
});

test("the app accepts every parameter that the template takes, as it was given", () => {
  const config = readConfig(everything ?? {});
  expect(config).toMatchObject({
    mode: "enforce",
    stores: [{ store: STORE.toLowerCase(), mode: "enforce", graceMs: 30 * DAY_MS }],
    freezeWindows: [{ of: "recurring", reason: "deployments" }],
    graphScope: { of: "managementGroups", names: ["core", "edge"] },
    expectedSubscriptions: ["b"],
    credential: { restorerClientId: "restorer" },
    breaker: { deletions: 200 },
  });
});

test("the worker is started as infra/worker.json says", () => {
  expect(plain).toMatchObject({
    languageWorkers__node__arguments: expect.stringContaining("--max-old-space-size="),
    MALLOC_ARENA_MAX: "2",
  });
});

test.each(["SNAPSHOT_SCHEDULE", "MARK_SCHEDULE", "PURGE_SCHEDULE"])(
  "%s is valid NCRONTAB, once a day, in the order of the stages",
  (name) => {
    expect(Schedule.safeParse(plain?.[name])).toMatchObject({ success: true });
    const runs = new Cron(plain?.[name] ?? "", { mode: "6-part", timezone: "UTC" }).nextRuns(
      2,
      new Date("2026-03-01T00:00:00Z"),
    );
    expect(Number(runs[1]) - Number(runs[0])).toBe(DAY_MS);
  },
);

test("snapshot, mark and purge come in this order each night", () => {
  const hours = ["SNAPSHOT_SCHEDULE", "MARK_SCHEDULE", "PURGE_SCHEDULE"].map((name) =>
    new Cron(plain?.[name] ?? "", { mode: "6-part", timezone: "UTC" })
      .nextRun(new Date("2026-03-01T00:00:00Z"))
      ?.getUTCHours(),
  );
  expect(hours).toEqual(hours.toSorted((a, b) => Number(a) - Number(b)));
});

test("azd up twice comes to the same", () => {
  const deploy = (): string => JSON.stringify(deployFile(MAIN, { scope: SUBSCRIPTION, params: EVERYTHING }));
  expect(deploy()).toBe(deploy());
});

test("two environments of one subscription share no resource", () => {
  const idsOf = (environmentName: string): string[] =>
    deployFile(MAIN, { scope: SUBSCRIPTION, params: { environmentName, location: "westeurope" } }).resources.map(
      ({ id }) => id,
    );
  const first = new Set(idsOf("first"));
  expect(idsOf("second").filter((id) => first.has(id))).toEqual([]);
});

test("everything that can be tagged has the tag by which azd knows its own", () => {
  const untagged = infra.azd
    .flatMap(({ resources }) => resources)
    .filter(({ body, type }) => {
      const isChild = type.split("/").length > 2 && type !== "Microsoft.Network/privateDnsZones/virtualNetworkLinks";
      return !isChild && !type.endsWith("/roleAssignments") && toPlain(readPath(body, "tags.azd-env-name")) !== "test";
    });
  expect(untagged.map(({ id }) => id)).toEqual([]);
});

test("with private networking the storage account is closed to the public, and the app is in the network", () => {
  const [, all] = infra.azd;
  const deployments = all ? [all] : [];
  expect(
    ofType(deployments, "Microsoft.Storage/storageAccounts").map(({ body }) =>
      readPath(body, "properties.publicNetworkAccess"),
    ),
  ).toEqual(["Disabled"]);
  expect(ofType(deployments, "Microsoft.Network/privateEndpoints")).toHaveLength(4);
  expect(
    ofType(deployments, "Microsoft.Web/sites").map(({ body }) =>
      toPlain(readPath(body, "properties.virtualNetworkSubnetId")),
    ),
  ).toEqual([expect.stringMatching(/\/subnets\/app$/)]);
});

test("the purger's condition in ABAC mode names all six data actions and each prefix, and nothing limits it without prefixes", () => {
  const conditions = infra.access
    .flatMap(({ resources }) => resources)
    .filter(({ body }) => toPlain(readPath(body, "properties.principalId")) === "purger")
    .map(({ body }) => toPlain(readPath(body, "properties.condition")));
  const [limited = ""] = conditions.filter((condition) => condition.includes("ActionMatches"));
  expect(
    limited.match(
      /ActionMatches\{'Microsoft\.ContainerRegistry\/registries\/repositories\/(content|metadata)\/(read|write|delete)'\}/g,
    ),
  ).toHaveLength(6);
  expect(conditions.filter((condition) => condition !== limited)).toEqual(["null", "null"]);
  expect(limited).toContain("StringStartsWithIgnoreCase 'amf-' OR ");
  expect(limited).toContain("StringStartsWithIgnoreCase 'smf-')");
});

test("azd's parameter file sets what the template takes, from azd's environment, and nothing else", () => {
  const params = evaluateParameterFile(join(INFRA, "main.bicepparam"), {
    AZURE_ENV_NAME: "prod",
    AZURE_LOCATION: "northeurope",
  });
  expect(params).toEqual({ environmentName: "prod", location: "northeurope", alertWebhook: "" });
  expect(deployFile(MAIN, { scope: SUBSCRIPTION, params }).outputs).toMatchObject({ AZURE_RESOURCE_GROUP: "rg-prod" });
});

test.each(listBicepFiles().map((file) => ({ file, name: relative(INFRA, file) })))(
  "$name is Bicep to the grammar",
  ({ file }) => {
    expect(parseBicep(file).declarations.size).toBeGreaterThan(0);
  },
);
