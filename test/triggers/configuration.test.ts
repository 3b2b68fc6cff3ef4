import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { startHost } from "../host/functionsHost.ts";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";

const appDirectory = fileURLToPath(new URL("../..", import.meta.url));
const STORE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridNetwork/publishers/p/artifactStores/store";

const GOOD = {
  SNAPSHOT_SCHEDULE: "0 0 1 * * *",
  MARK_SCHEDULE: "0 0 3 * * *",
  PURGE_SCHEDULE: "0 0 4 * * *",
  AzureWebJobsStorage__tableServiceUri: "https://127.0.0.1:1/account",
  AzureWebJobsStorage__queueServiceUri: "https://127.0.0.1:1/account",
  AzureWebJobsStorage__blobServiceUri: "https://127.0.0.1:1/account",
  AzureWebJobsStorage__credential: "managedidentity",
};

/** What the host says when it refuses to start. */
async function refusal(settings: Readonly<Record<string, string>>): Promise<string> {
  const clock = new VirtualClock();
  return startHost({ appDirectory, env: { ...GOOD, ...settings }, clock }).then(
    async (host) => {
      await host.stop();
      return "it started";
    },
    (error: unknown) => String(error),
  );
}

describe("the host", () => {
  it("refuses to start with bad settings, and names every one of them at once", async () => {
    const message = await refusal({
      SNAPSHOT_SCHEDULE: "0 1 * * *",
      MARK_SCHEDULE: "",
      MODE: "delete",
      GRACE: "23h",
      STORES: JSON.stringify({ stores: [{ store: STORE, grace: "soon" }, { store: "not an id" }] }),
      ARM_ENDPOINT: "http://management.azure.com",
      BREAKER_PERCENT: "101",
      TIME_BUDGET: "a while",
    });
    expect(message).toContain("The configuration cannot be used");
    const named = ["SNAPSHOT_SCHEDULE", "MARK_SCHEDULE", "MODE", "GRACE", "ARM_ENDPOINT", "BREAKER_PERCENT"];
    for (const setting of [...named, "TIME_BUDGET", "stores.0.grace", "stores.1.store"])
      expect(message).toContain(setting);
  });

  it.each([
    {
      name: "enforcing every store at once",
      settings: { MODE: "enforce", STORES: '{"stores":[{"store":"*"}]}' },
      says: "* may not be enforced",
    },
    {
      name: "a store that is listed twice",
      settings: { STORES: JSON.stringify({ stores: [{ store: STORE }, { store: STORE.toUpperCase() }] }) },
      says: "is listed twice",
    },
    {
      name: "a misspelt store setting",
      settings: { STORES: JSON.stringify({ stores: [{ store: STORE, purgeSuperceded: true }] }) },
      says: "purgeSuperceded",
    },
    { name: "no storage", settings: { AzureWebJobsStorage__tableServiceUri: "" }, says: "tableServiceUri" },
  ])("refuses $name", async ({ settings, says }) => {
    expect(await refusal(settings)).toContain(says);
  });
});
