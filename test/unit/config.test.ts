import { describe, expect, it } from "@jest/globals";
import { findStoreSettings, readConfig } from "../../lib/config.ts";
import { DAY_MS, HOUR_MS } from "../../lib/core/duration.ts";
import { ConfigError } from "../../lib/errors.ts";
import { STORE } from "../fakes/builders.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The settings that have no default. */
const REQUIRED = {
  SNAPSHOT_SCHEDULE: "0 0 1 * * *",
  MARK_SCHEDULE: "0 0 3 * * *",
  PURGE_SCHEDULE: "0 0 5 * * *",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
} satisfies Env;

const read = (env: Env = {}) => readConfig({ ...REQUIRED, ...env });

/** What `readConfig` complains of; empty where it does not. */
function problemsOf(env: Env): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const storesOf = (...stores: readonly object[]): string => JSON.stringify({ stores });

describe("the configuration", () => {
  it("has a default for everything but schedules and storage", () => {
    expect(read()).toEqual({
      schedules: { snapshot: "0 0 1 * * *", mark: "0 0 3 * * *", purge: "0 0 5 * * *" },
      mode: "report",
      stores: [],
      scope: { subscriptions: [], managementGroups: [] },
      credential: { kind: "managedIdentity", observerClientId: undefined, purgerClientId: undefined },
      cloud: {
        armEndpoint: "https://management.azure.com",
        armAudience: "https://management.azure.com",
        registryAudience: "https://containerregistry.azure.net",
        registryHostSuffixes: ["azurecr.io"],
      },
      storage: { kind: "development" },
      snapshot: { retentionMs: 45 * DAY_MS, maxAgeMs: 36 * HOUR_MS, maxFallShare: 0.3 },
      breaker: { deletions: 500, share: 0.25 },
      deletesPerMinute: 100,
      timeBudgetMs: 240_000,
    });
  });

  it("takes an empty setting as one that is not set", () => {
    const empty = { MODE: "", GRACE: "", STORES: "", BREAKER_DELETIONS: "", OBSERVER_CLIENT_ID: "", ARM_ENDPOINT: "" };
    expect(read(empty)).toEqual(read());
  });

  it("ignores settings that are not its own", () => {
    expect(read({ PATH: "/bin", FUNCTIONS_WORKER_RUNTIME: "node" })).toEqual(read());
  });

  it.each([
    { name: "mode", env: { MODE: "enforce" }, part: { mode: "enforce" } },
    {
      name: "subscriptions, in lower case and without blanks",
      env: { SUBSCRIPTIONS: " AAA, bbb ,," },
      part: { scope: { subscriptions: ["aaa", "bbb"], managementGroups: [] } },
    },
    {
      name: "management groups",
      env: { MANAGEMENT_GROUPS: "Root" },
      part: { scope: { subscriptions: [], managementGroups: ["root"] } },
    },
    {
      name: "credential",
      env: { CREDENTIAL: "azureCli", OBSERVER_CLIENT_ID: "o", PURGER_CLIENT_ID: "p" },
      part: { credential: { kind: "azureCli", observerClientId: "o", purgerClientId: "p" } },
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
      env: { BREAKER_DELETIONS: "50", BREAKER_PERCENT: "5" },
      part: { breaker: { deletions: 50, share: 0.05 } },
    },
    {
      name: "rate and time budget",
      env: { DELETES_PER_MINUTE: "10", TIME_BUDGET: "9m" },
      part: { deletesPerMinute: 10, timeBudgetMs: 540_000 },
    },
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
    { name: "GRACE", good: ["24h", "14d", "2w", "P14D", "3650d"], bad: ["23h", "P1M", "3651d", "0d", "14", "soon"] },
    { name: "SNAPSHOT_RETENTION", good: ["1d", "P90D"], bad: ["0d", "forever", "4000d"] },
    { name: "SNAPSHOT_MAX_AGE", good: ["1h", "36h"], bad: ["-1h", "36"] },
    { name: "TIME_BUDGET", good: ["1m"], bad: ["0m", "60s"] },
    { name: "MAX_FALL_PERCENT", good: ["1", "90"], bad: ["0", "91", "1.5", "x"] },
    { name: "BREAKER_DELETIONS", good: ["1", "100000"], bad: ["0", "100001", "-1", "1.5", "many", "Infinity"] },
    { name: "BREAKER_PERCENT", good: ["1", "90"], bad: ["0", "91", "25 %"] },
    { name: "DELETES_PER_MINUTE", good: ["1", "2000"], bad: ["0", "2001"] },
    { name: "MODE", good: ["report", "enforce"], bad: ["Enforce", "true", "delete"] },
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

describe("the artifact stores", () => {
  it("have defaults, and their ids are normalised", () => {
    const upper = STORE.toUpperCase();
    expect(read({ GRACE: "30d", STORES: storesOf({ store: ` ${upper} ` }) }).stores).toEqual([
      {
        store: STORE,
        mode: "report",
        graceMs: 30 * DAY_MS,
        uploadedSince: Date.parse("2025-03-30"),
        purgeSuperseded: false,
      },
    ]);
  });

  it("have settings of their own", () => {
    const store = { store: STORE, mode: "enforce", grace: "7d", uploadedSince: "2026-01-01", purgeSuperseded: true };
    expect(read({ MODE: "enforce", STORES: storesOf(store) }).stores).toEqual([
      {
        store: STORE,
        mode: "enforce",
        graceMs: 7 * DAY_MS,
        uploadedSince: Date.parse("2026-01-01"),
        purgeSuperseded: true,
      },
    ]);
  });

  it.each([
    { service: "report", own: undefined, mode: "report" },
    { service: "report", own: "enforce", mode: "report" },
    { service: "enforce", own: "report", mode: "report" },
    { service: "enforce", own: "enforce", mode: "enforce" },
    { service: "enforce", own: undefined, mode: "enforce" },
  ])("are in the stricter of two modes: service $service, store $own", ({ service, own, mode }) => {
    expect(read({ MODE: service, STORES: storesOf({ store: STORE, mode: own }) }).stores).toMatchObject([{ mode }]);
  });

  it.each([
    { name: "not JSON", stores: "{", problem: "is not JSON" },
    { name: "no document", stores: "[]", problem: "the document" },
    { name: "a field that nobody knows", stores: storesOf({ store: STORE, graceDays: 3 }), problem: "graceDays" },
    { name: "no id", stores: storesOf({}), problem: "stores.0.store" },
    {
      name: "the id of a publisher",
      stores: storesOf({ store: STORE.replace("/artifactstores/store", "") }),
      problem: "stores.0.store",
    },
    { name: "a pattern", stores: storesOf({ store: `${STORE}*/x` }), problem: "stores.0.store" },
    {
      name: "too short a grace window",
      stores: storesOf({ store: STORE }, { store: "*", grace: "1h" }),
      problem: "stores.1.grace",
    },
    {
      name: "a date that is none",
      stores: storesOf({ store: STORE, uploadedSince: "30.03.2025" }),
      problem: "uploadedSince",
    },
    {
      name: "a text for a choice",
      stores: storesOf({ store: STORE, purgeSuperseded: "yes" }),
      problem: "purgeSuperseded",
    },
    { name: "a mode that nobody knows", stores: storesOf({ store: STORE, mode: "on" }), problem: "stores.0.mode" },
    {
      name: "one store twice",
      stores: storesOf({ store: STORE }, { store: STORE.toUpperCase() }),
      problem: "is listed twice",
    },
  ])("are refused with $name", ({ stores, problem }) => {
    const problems = problemsOf({ ...REQUIRED, STORES: stores });
    expect(problems).toEqual([expect.stringMatching(/^STORES: /)]);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    { name: "enforced by the service", env: { MODE: "enforce", STORES: storesOf({ store: "*" }) }, refused: true },
    {
      name: "enforced by itself",
      env: { MODE: "enforce", STORES: storesOf({ store: "*", mode: "enforce" }) },
      refused: true,
    },
    {
      name: "in report mode",
      env: { MODE: "enforce", STORES: storesOf({ store: "*", mode: "report" }) },
      refused: false,
    },
    {
      name: "under a service in report mode",
      env: { STORES: storesOf({ store: "*", mode: "enforce" }) },
      refused: false,
    },
  ])("may be all (*), but never enforced: $name", ({ env, refused }) => {
    expect(problemsOf({ ...REQUIRED, ...env })).toHaveLength(refused ? 1 : 0);
  });

  it("are enrolled by their own entry, else by that for all, else not", () => {
    const all = read({ STORES: storesOf({ store: "*", grace: "30d" }, { store: STORE, grace: "7d" }) });
    expect(findStoreSettings(all, STORE)?.graceMs).toBe(7 * DAY_MS);
    expect(findStoreSettings(all, `${STORE}2`)?.graceMs).toBe(30 * DAY_MS);
    expect(findStoreSettings(read({ STORES: storesOf({ store: STORE }) }), `${STORE}2`)).toBeUndefined();
  });
});
