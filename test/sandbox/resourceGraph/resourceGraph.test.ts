import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { ManagedIdentityCredential } from "@azure/identity";
import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import type { ArmOptions } from "../arm/arm.ts";
import {
  aResource,
  createUntagRecorder,
  MANIFEST,
  NFDV,
  nfdvOn,
  NSDV,
  nsdvOn,
  PUBLISHER,
  PUBLISHER_RESOURCES,
  REGISTRY,
  startTestSandbox,
  STORE,
  type Reply,
  type TestSandbox,
} from "./testSandbox.ts";

const PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
const MINUTE_MS = 60_000;

const Page = z.object({ data: z.array(z.object({ id: z.string() })), $skipToken: z.string().optional() });

let sandbox: TestSandbox;
afterEach(async () => sandbox.stop());

async function start(options: Partial<ArmOptions> = {}): Promise<void> {
  sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES, ...options });
}

const ask = (query: string, more: { as?: string; scope?: object; options?: object } = {}): Promise<Reply> =>
  sandbox.call("POST", PATH, { as: more.as ?? "reader", body: { query, options: more.options ?? {}, ...more.scope } });

async function idsOf(query: string, as = "reader"): Promise<unknown[]> {
  const { body } = await ask(`${query} | project id | order by id asc`, { as });
  return Page.parse(body).data.map(({ id }) => id);
}

const manyPublishers = (count: number) =>
  Array.from({ length: count }, (_, index) => aResource(`${PUBLISHER}${index}`));
const refusedAs = (code: string) => ({
  status: 400,
  body: { error: { code: "BadRequest", details: expect.arrayContaining([expect.objectContaining({ code })]) } },
});

describe("the real client", () => {
  it("pages through 2,500 rows in order with a managed identity", async () => {
    await start({ resources: manyPublishers(2_500) });
    process.env["IDENTITY_ENDPOINT"] = sandbox.identity.endpoint;
    process.env["IDENTITY_HEADER"] = sandbox.identity.header;
    try {
      const credential = new ManagedIdentityCredential({ clientId: "reader" });
      const client = new ResourceGraphClient(credential, { endpoint: sandbox.arm.url });
      const ids: string[] = [];
      const counts: number[] = [];
      let skipToken: string | undefined;
      do {
        const query =
          "resources | where type =~ 'Microsoft.HybridNetwork/publishers' | project id, name | order by id asc";
        const page = await client.resources({
          query,
          options: { resultFormat: "objectArray", ...(skipToken ? { skipToken } : {}) },
        });
        expect({ total: page.totalRecords, truncated: page.resultTruncated }).toEqual({
          total: 2_500,
          truncated: "false",
        });
        ids.push(...Page.shape.data.parse(page.data).map(({ id }) => id));
        counts.push(page.count);
        skipToken = page.skipToken;
      } while (skipToken !== undefined);
      expect(counts).toEqual([1_000, 1_000, 500]);
      expect(ids).toEqual(
        manyPublishers(2_500)
          .map(({ id }) => id)
          .sort(),
      );
    } finally {
      delete process.env["IDENTITY_ENDPOINT"];
      delete process.env["IDENTITY_HEADER"];
    }
  });
});

describe("rows", () => {
  it("have the columns of the service, type and group in lower case, the id as it is", async () => {
    const envelope = { location: "West Europe", tags: { a: "b" }, managedBy: STORE, sku: { name: "Standard" } };
    await start({ resources: [aResource(PUBLISHER, {}, envelope)] });
    const { body } = await ask("resources | project-away properties");
    expect(body).toMatchObject({
      totalRecords: 1,
      count: 1,
      facets: [],
      data: [
        {
          id: PUBLISHER,
          name: "contoso",
          type: "microsoft.hybridnetwork/publishers",
          kind: "",
          location: "westeurope",
          resourceGroup: "rg1",
          subscriptionId: "s1",
          managedBy: STORE,
          sku: { name: "Standard" },
          tags: { a: "b" },
          apiVersion: "2025-03-30",
        },
      ],
    });
  });

  it("include registries, subscriptions and resource groups", async () => {
    await start({ registries: [createUntagRecorder()] });
    expect(await idsOf("resources | where type startswith 'microsoft.containerregistry'")).toEqual([
      REGISTRY,
      `${REGISTRY}/replications/northeurope`,
    ]);
    expect(await idsOf("resourcecontainers | where type == 'microsoft.resources/subscriptions'")).toEqual([
      "/subscriptions/s1",
    ]);
    expect(
      await idsOf(
        "ResourceContainers | where type =~ 'Microsoft.Resources/subscriptions/resourceGroups' | where name == 'mrg1'",
      ),
    ).toHaveLength(1);
  });

  it("answer the two queries that the AOSM clean-up page gives", async () => {
    const other = `${STORE}/artifactManifests/other`;
    await start({
      resources: [
        ...PUBLISHER_RESOURCES,
        aResource(other),
        nfdvOn(NFDV, MANIFEST),
        nsdvOn(NSDV, MANIFEST),
        nfdvOn(`${NFDV}1`, other),
      ],
    });
    const first = [
      "resources",
      '| where type == "microsoft.hybridnetwork/publishers/networkfunctiondefinitiongroups/networkfunctiondefinitionversions" or type == "microsoft.hybridnetwork/publishers/networkservicedesigngroups/networkservicedesignversions"',
      `| where properties contains "${MANIFEST.toLowerCase()}"`,
      "| project id,subscriptionId,resourceGroup",
    ].join("\n");
    const second = first.replace("| project", `| where id == "${NFDV}" or id == "nsdv id"\n| project`);
    const row = (id: string) => ({ id, subscriptionId: "s1", resourceGroup: "rg1" });
    expect((await ask(first)).body).toMatchObject({ data: [row(NFDV), row(NSDV)] });
    expect((await ask(second)).body).toMatchObject({ data: [row(NFDV)] });
  });

  it("of subscriptions that the caller cannot read are left out without a word", async () => {
    await start({ resources: [...PUBLISHER_RESOURCES, aResource(PUBLISHER.replace("s1", "s2"))] });
    const query = "resources | where type =~ 'microsoft.hybridnetwork/publishers'";
    expect(await idsOf(query)).toHaveLength(2);
    expect(await idsOf(query, "half")).toEqual([PUBLISHER]);
    expect((await ask(query, { as: "half" })).body).toMatchObject({ totalRecords: 1, resultTruncated: "false" });
    expect((await ask(query, { scope: { subscriptions: ["S2"] } })).body).toMatchObject({ totalRecords: 1 });
    expect((await ask(query, { as: "half", scope: { subscriptions: ["s2"] } })).status).toBe(403);
    expect((await ask(query, { as: "stranger" })).status).toBe(403);
  });
});

describe("the delay", () => {
  it("shows changes one minute after they happened", async () => {
    await start();
    sandbox.arm.put(aResource(`${PUBLISHER}2`));
    sandbox.arm.remove(MANIFEST, { force: false });
    const query = "resources";
    expect(await idsOf(query)).toEqual([PUBLISHER, STORE, MANIFEST]);
    sandbox.clock.time += MINUTE_MS - 1;
    expect(await idsOf(query)).toEqual([PUBLISHER, STORE, MANIFEST]);
    sandbox.clock.time += 1;
    expect(await idsOf(query)).toEqual([PUBLISHER, STORE, `${PUBLISHER}2`]);
  });

  it("shows the Deleting state, then nothing", async () => {
    await start({ deletionMs: MINUTE_MS, resourceGraph: { delayMs: 1_000 } });
    await sandbox.call("DELETE", MANIFEST, { as: "writer" });
    const query = "resources | where properties.provisioningState == 'Deleting'";
    sandbox.clock.time += 1_000;
    expect(await idsOf(query)).toEqual([MANIFEST]);
    sandbox.clock.time += MINUTE_MS;
    expect(await idsOf("resources | where type endswith 'artifactmanifests'")).toEqual([]);
  });
});

describe("pages", () => {
  const list = "resources | project id, properties";

  it("are limited by $top and continue after $skip", async () => {
    await start({ resources: manyPublishers(5) });
    const { body } = await ask(`${list} | order by id asc`, { options: { $top: 2, $skip: 1 } });
    expect(body).toMatchObject({
      totalRecords: 5,
      count: 2,
      resultTruncated: "false",
      data: [{ id: `${PUBLISHER}1` }, { id: `${PUBLISHER}2` }],
    });
    const { $skipToken } = Page.parse(body);
    const next = await ask(`${list} | order by id asc`, { options: { $top: 3, $skipToken } });
    expect(next.body).toMatchObject({ count: 2, data: [{ id: `${PUBLISHER}3` }, { id: `${PUBLISHER}4` }] });
    expect(next.body).not.toHaveProperty("$skipToken");
    expect(await ask(list, { options: { $skipToken } })).toMatchObject(refusedAs("InvalidSkipToken"));
  });

  it.each([
    { name: "the query limits itself", query: "resources | project id | take 4" },
    { name: "every column is dynamic", query: "resources | project properties" },
  ])("are truncated and have no token where $name", async ({ query }) => {
    await start({ resources: manyPublishers(5) });
    const { body } = await ask(query, { options: { $top: 2 } });
    expect(body).toMatchObject({ count: 2, resultTruncated: "true" });
    expect(body).not.toHaveProperty("$skipToken");
  });

  it("over 16 MiB are refused", async () => {
    const text = "x".repeat(1_000_000);
    await start({ resources: manyPublishers(17).map((item) => ({ ...item, properties: { text } })) });
    expect(await ask(list)).toMatchObject(refusedAs("ResponsePayloadTooLarge"));
    expect((await ask(list, { options: { $top: 16 } })).status).toBe(200);
  });
});

describe("the quota", () => {
  it("allows 15 queries in 5 seconds to each caller, and says what is left", async () => {
    await start();
    const quotaOf = ({ status, headers }: Reply) => [
      status,
      headers.get("x-ms-user-quota-remaining"),
      headers.get("x-ms-user-quota-resets-after"),
    ];
    expect(quotaOf(await ask("resources | count"))).toEqual([200, "14", "00:00:05"]);
    for (let left = 13; left >= 0; left -= 1)
      expect(quotaOf(await ask("resources | count"))).toEqual([200, String(left), "00:00:05"]);
    sandbox.clock.time += 2_000;
    const refused = await ask("resources | count");
    expect(quotaOf(refused)).toEqual([429, "0", "00:00:03"]);
    expect(refused.body).toMatchObject({ error: { code: "RateLimiting" } });
    expect(refused.headers.get("retry-after")).toBeNull();
    expect((await ask("resources | count", { as: "half" })).status).toBe(200);
    sandbox.clock.time += 3_000;
    expect((await ask("resources | count")).status).toBe(200);
  });

  it("can be lifted", async () => {
    await start({ resourceGraph: { quota: { limit: 1, windowMs: 5_000 } } });
    sandbox.arm.liftQuota();
    await ask("resources | count");
    expect((await ask("resources | count")).status).toBe(200);
  });
});

describe("refusals", () => {
  it.each([
    { query: "resources | where nope == 1", code: "InvalidQuery" },
    { query: "resources |", code: "ParserFailure" },
    { query: "resources | parse id with a", code: "InvalidQueryLanguage" },
    { query: "let x = 1; resources", code: "InvalidQueryLanguage" },
    { query: "advisorresources", code: "InvalidQuery" },
    { query: "resources | where name matches regex '('", code: "InvalidQuery" },
  ])("answers $code to $query", async ({ query, code }) => {
    await start();
    expect(await ask(query)).toMatchObject(refusedAs(code));
  });

  it("says where the query is wrong", async () => {
    await start();
    expect((await ask("resources\n| where nope == 1")).body).toMatchObject({
      error: { details: [{ code: "InvalidQuery" }, { line: 2, characterPositionInLine: 8, token: "nope" }] },
    });
  });

  it.each([
    { name: "a page of over 1,000 rows", body: { options: { $top: 1_001 } } },
    { name: "the table format", body: { options: { resultFormat: "table" } } },
    { name: "facets", body: { facets: [] } },
    { name: "an unknown management group", body: { managementGroups: ["mg"] } },
  ])("refuses $name", async ({ body }) => {
    await start();
    expect((await sandbox.call("POST", PATH, { body: { query: "resources", ...body } })).status).toBe(400);
  });
});

describe("faults", () => {
  it("drops the same share of rows each time, the total included", async () => {
    await start({ resources: manyPublishers(1_000) });
    sandbox.arm.addFault({ target: "resourceGraph", skip: 0, times: 2, effect: { kind: "dropRows", share: 0.5 } });
    const dropped = await idsOf("resources");
    expect(dropped.length).toBeGreaterThan(400);
    expect(dropped.length).toBeLessThan(600);
    expect((await ask("resources | project id")).body).toMatchObject({
      totalRecords: dropped.length,
      resultTruncated: "false",
    });
    expect(await idsOf("resources")).toHaveLength(1_000);
  });

  it("goes on showing what it showed when it froze", async () => {
    await start();
    sandbox.arm.addFault({ target: "resourceGraph", skip: 0, for: "1h", effect: { kind: "stale" } });
    sandbox.arm.remove(MANIFEST, { force: false });
    sandbox.clock.time += 59 * MINUTE_MS;
    expect(await idsOf("resources")).toEqual([PUBLISHER, STORE, MANIFEST]);
    sandbox.clock.time += MINUTE_MS;
    expect(await idsOf("resources")).toEqual([PUBLISHER, STORE]);
  });

  it("hits Resource Graph alone", async () => {
    await start();
    sandbox.arm.addFault({ target: "resourceGraph", skip: 0, effect: { kind: "status", status: 503 } });
    expect((await ask("resources")).status).toBe(503);
    expect((await sandbox.call("GET", PUBLISHER)).status).toBe(200);
    expect(sandbox.arm.calls.map(({ server, kind }) => `${server} ${kind}`)).toEqual([
      "resourceGraph query",
      "arm readResource",
    ]);
  });
});
