import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../../lib/config.ts";
import { DAY_MS, HOUR_MS } from "../../lib/core/duration.ts";
import { STORE } from "../fakes/builders.ts";
import { problemsOf, read, REQUIRED } from "../fakes/settings.ts";

const ONE_STORE = JSON.stringify({ stores: [{ store: STORE }] });
/** More digits than a number holds. */
const HUGE = "9".repeat(400);

describe("the configuration", () => {
  it("has a default for everything but schedules and storage", () => {
    expect(read()).toEqual({
      schedules: { snapshot: "0 0 1 * * *", mark: "0 0 3 * * *", purge: "0 0 5 * * *" },
      mode: "report",
      stores: [],
      expectedSubscriptions: [],
      graphScope: { of: "tenant" },
      appRegion: undefined,
      maxClockSkewMs: 300_000,
      credential: {
        kind: "managedIdentity",
        observerClientId: undefined,
        purgerClientId: undefined,
        restorerClientId: undefined,
      },
      cloud: {
        armEndpoint: "https://management.azure.com",
        armAudience: "https://management.azure.com",
        registryAudience: "https://containerregistry.azure.net",
        registryHostSuffixes: ["azurecr.io"],
      },
      storage: { kind: "development" },
      snapshot: { retentionMs: 45 * DAY_MS, maxAgeMs: 36 * HOUR_MS, maxFallShare: 0.3 },
      breaker: { deletions: 500, share: 0.25, lastVersion: false },
      freezeWindows: [],
      deletesPerMinute: 100,
      requireAppRoles: false,
      timeBudgetMs: 240_000,
    });
  });

  it("takes an empty setting as one that is not set", () => {
    const named = {
      MODE: "",
      GRACE: "",
      STORES: "",
      FREEZE_WINDOWS: "",
      BREAKER_DELETIONS: "",
      BREAKER_LAST_VERSION: "",
    };
    expect(read({ ...named, OBSERVER_CLIENT_ID: "", ARM_ENDPOINT: "" })).toEqual(read());
  });

  it("ignores settings that are not its own", () => {
    expect(read({ PATH: "/bin", FUNCTIONS_WORKER_RUNTIME: "node" })).toEqual(read());
  });

  it.each([
    { name: "mode", env: { MODE: "enforce", STORES: ONE_STORE }, part: { mode: "enforce" } },
    {
      name: "subscriptions, in lower case and without blanks",
      env: { SUBSCRIPTIONS: " AAA, bbb ,," },
      part: { expectedSubscriptions: ["aaa", "bbb"] },
    },
    {
      name: "credential",
      env: { CREDENTIAL: "azureCli", OBSERVER_CLIENT_ID: "o", PURGER_CLIENT_ID: "p", RESTORER_CLIENT_ID: "r" },
      part: { credential: { kind: "azureCli", observerClientId: "o", purgerClientId: "p", restorerClientId: "r" } },
    },
    {
      name: "another cloud, without trailing slashes",
      env: {
        ARM_ENDPOINT: "https://management.chinacloudapi.cn/",
        ARM_AUDIENCE: "https://management.core.chinacloudapi.cn//",
        REGISTRY_AUDIENCE: "https://containerregistry.azure.cn",
        REGISTRY_HOST_SUFFIXES: "azurecr.cn,Contoso.example",
      },
      part: {
        cloud: {
          armEndpoint: "https://management.chinacloudapi.cn",
          armAudience: "https://management.core.chinacloudapi.cn",
          registryAudience: "https://containerregistry.azure.cn",
          registryHostSuffixes: ["azurecr.cn", "contoso.example"],
        },
      },
    },
    {
      name: "snapshot limits",
      env: { SNAPSHOT_RETENTION: "P60D", SNAPSHOT_MAX_AGE: "30h", MAX_FALL_PERCENT: "10" },
      part: { snapshot: { retentionMs: 60 * DAY_MS, maxAgeMs: 30 * HOUR_MS, maxFallShare: 0.1 } },
    },
    {
      name: "breaker",
      env: { BREAKER_DELETIONS: "50", BREAKER_PERCENT: "5", BREAKER_LAST_VERSION: "true" },
      part: { breaker: { deletions: 50, share: 0.05, lastVersion: true } },
    },
    {
      name: "rate and time budget",
      env: { DELETES_PER_MINUTE: "10", TIME_BUDGET: "8m" },
      part: { deletesPerMinute: 10, timeBudgetMs: 480_000 },
    },
    { name: "clock skew", env: { MAX_CLOCK_SKEW: "PT10M" }, part: { maxClockSkewMs: 600_000 } },
  ])("takes $name from its settings", ({ env, part }) => {
    expect(read(env)).toMatchObject(part);
  });
});

describe("storage", () => {
  const { AzureWebJobsStorage: _, ...schedules } = REQUIRED;
  const URIS = {
    AzureWebJobsStorage__tableServiceUri: "https://s.table.core.windows.net/",
    AzureWebJobsStorage__queueServiceUri: "https://s.queue.core.windows.net",
    AzureWebJobsStorage__blobServiceUri: "https://s.blob.core.windows.net",
  };

  it.each([{ clientId: undefined }, { clientId: "1111" }])(
    "is reached by identity, client id $clientId",
    ({ clientId }) => {
      expect(readConfig({ ...schedules, ...URIS, AzureWebJobsStorage__clientId: clientId }).storage).toEqual({
        kind: "identity",
        tableUrl: "https://s.table.core.windows.net",
        queueUrl: "https://s.queue.core.windows.net",
        blobUrl: "https://s.blob.core.windows.net",
        clientId,
      });
    },
  );

  it.each(Object.keys(URIS))("is refused without %s", (missing) => {
    expect(problemsOf({ ...schedules, ...URIS, [missing]: undefined })).toEqual([
      expect.stringMatching(/^AzureWebJobsStorage: set /),
    ]);
  });

  it("is refused with a key", () => {
    const connectionString = "DefaultEndpointsProtocol=https;AccountName=s;AccountKey=secret";
    const problems = problemsOf({ ...REQUIRED, AzureWebJobsStorage: connectionString });
    expect(problems.join("\n")).toContain("AzureWebJobsStorage: may only be UseDevelopmentStorage=true");
    expect(problems.join("\n")).not.toContain("secret");
  });
});

describe("a setting out of bounds", () => {
  it.each([
    {
      name: "GRACE",
      good: ["24h", "14d", "2w", "P14D", "3650d"],
      bad: ["23h", "1439m", "PT23H59M", "P1M", "3651d", "999999999w", `P${HUGE}D`, "0d", "-14d", "14", "1.5d", "soon"],
    },
    { name: "SNAPSHOT_RETENTION", good: ["7d", "P400D"], bad: ["167h", "401d", "forever"] },
    { name: "SNAPSHOT_MAX_AGE", good: ["12h", "P4D"], bad: ["11h", "97h", "-36h", "36"] },
    { name: "MAX_CLOCK_SKEW", good: ["1m", "60m", "PT1H"], bad: ["0m", "61m", "2h", "30s", "-5m", "off"] },
    { name: "GRAPH_SCOPE", good: ["tenant"], bad: ["Tenant", "all", "managementgroups", "subscription"] },
    { name: "APP_REGION", good: ["westeurope", "West Europe"], bad: ["west-europe", " ", "eu/west"] },
    { name: "TIME_BUDGET", good: ["1m", "PT8M"], bad: ["0m", "9m", "60s"] },
    { name: "MAX_FALL_PERCENT", good: ["1", "90"], bad: ["0", "91", "1.5", "1e1", "x", HUGE] },
    {
      name: "BREAKER_DELETIONS",
      good: ["1", "100000"],
      bad: ["0", "100001", "-1", "1.5", "0x10", "many", "Infinity", HUGE],
    },
    { name: "BREAKER_PERCENT", good: ["1", "90"], bad: ["0", "91", "100", "25 %", "-25", HUGE] },
    { name: "BREAKER_LAST_VERSION", good: ["true", "false"], bad: ["True", "1", "yes", "on"] },
    { name: "DELETES_PER_MINUTE", good: ["1", "2000"], bad: ["0", "2001", HUGE] },
    { name: "MODE", good: ["report"], bad: ["Enforce", "true", "delete", " report"] },
    { name: "SUBSCRIPTIONS", good: ["a,b"], bad: ["a,b,A", "a, a"] },
    {
      name: "REGISTRY_HOST_SUFFIXES",
      good: ["azurecr.io", "azurecr.io,azurecr.us", "localhost"],
      bad: ["io", "*.azurecr.io", ".azurecr.io", "*", "azurecr.io,AZURECR.IO", "https://azurecr.io"],
    },
    { name: "CREDENTIAL", good: ["managedIdentity", "azureCli"], bad: ["default", "managedidentity"] },
    {
      name: "ARM_ENDPOINT",
      good: ["https://localhost:8443"],
      bad: ["http://management.azure.com", "management.azure.com"],
    },
    { name: "REGISTRY_AUDIENCE", good: ["https://a.b"], bad: ["http://a.b"] },
    {
      name: "PURGE_SCHEDULE",
      good: ["0 0 5 * * *", "0 */15 1-5 * * mon-fri", "30 0 0 1,15 jan *"],
      bad: [
        "0 5 * * *",
        "@daily",
        "0 0 25 * * *",
        "0 0 5 ? * *",
        "0 0 5 L * *",
        "0 0 5 31 2 *",
        "every night",
        "0 0 5 * * * 2026",
      ],
    },
  ])("is refused by name: $name", ({ name, good, bad }) => {
    for (const value of good) expect(problemsOf({ ...REQUIRED, [name]: value })).toEqual([]);
    for (const value of bad)
      expect({ value, problems: problemsOf({ ...REQUIRED, [name]: value }) }).toEqual({
        value,
        problems: [expect.stringMatching(new RegExp(`^${name}: .`))],
      });
  });
});

describe("several bad settings", () => {
  it("are all named at once, sorted, with what is not set", () => {
    const problems = problemsOf({ MODE: "on", GRACE: "1h", BREAKER_PERCENT: "100", STORES: "{", MARK_SCHEDULE: "x" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "AzureWebJobsStorage",
      "BREAKER_PERCENT",
      "GRACE",
      "MARK_SCHEDULE",
      "MODE",
      "PURGE_SCHEDULE",
      "SNAPSHOT_SCHEDULE",
      "STORES",
    ]);
    expect(problems).toContain("PURGE_SCHEDULE: is not set");
  });

  it("stand in the message", () => {
    expect(() => readConfig({})).toThrow(/cannot be used:\n {2}AzureWebJobsStorage: .*\n {2}MARK_SCHEDULE: is not set/);
  });
});
