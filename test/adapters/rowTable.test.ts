import type { TokenCredential } from "@azure/core-auth";
import { TableServiceClient } from "@azure/data-tables";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createTables } from "../../lib/azure/rowTable.ts";
import { createStorageClients } from "../../lib/azure/storageClients.ts";
import { describeRowTable } from "../contract/rowTable.ts";
import { startAzurite, type Azurite } from "../sandbox/azurite/startAzurite.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { createCertificates } from "../sandbox/certificates.ts";

const HOUR_S = 3600;

/** An unsigned token: Azurite checks its claims only. */
const credential: TokenCredential = {
  getToken: async () => {
    const now = Math.floor(Date.now() / 1000);
    const about = { aud: "https://storage.azure.com/", iss: "https://sts.windows.net/tenant/" };
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { ...about, iat: now, nbf: now, exp: now + HOUR_S };
    return {
      token: `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.${encode("signature")}`,
      expiresOnTimestamp: (now + HOUR_S) * 1000,
    };
  },
};

let azurite: Azurite;
let distrustCa: () => void;

beforeAll(async () => {
  const certificates = await createCertificates();
  distrustCa = trustCa(certificates.caPem);
  azurite = await startAzurite({ certificates });
});
afterAll(async () => {
  distrustCa();
  await azurite.stop();
});

const open = () => {
  const { tableUrl, queueUrl, blobUrl } = azurite;
  const settings = { kind: "identity", tableUrl, queueUrl, blobUrl, clientId: undefined } as const;
  return createTables(createStorageClients(settings, credential));
};

describeRowTable("Azure Tables, as Azurite serves them", open);

describe("a listing of many pages", () => {
  it.each([
    { name: "small", chars: 10, count: 1_250 },
    { name: "large", chars: 40_000, count: 230 },
  ])("gives every $name row once, in order, whatever the pages", async ({ name, chars, count }) => {
    const partitionKey = "part|0";
    const keys = Array.from({ length: count }, (_, index) => String(index).padStart(5, "0"));
    const text = "x".repeat(chars);
    await open()
      .open(`pages${name}`)
      .putAll(keys.map((rowKey) => ({ partitionKey, rowKey, body: { text } })));
    const tables = open();
    for (const pass of ["while sizes are not known", "when they are"]) {
      const rows = await Array.fromAsync(tables.open(`pages${name}`).list({ partitionKey }));
      expect([pass, rows.map(({ rowKey }) => rowKey)]).toEqual([pass, keys]);
      expect(rows.every(({ body }) => JSON.stringify(body) === JSON.stringify({ text }))).toBe(true);
    }
  });
});

describe("a table that does not exist", () => {
  const listNames = async (): Promise<(string | undefined)[]> => {
    const service = new TableServiceClient(azurite.tableUrl, credential);
    return (await Array.fromAsync(service.listTables())).map(({ name }) => name);
  };

  it("reads as empty, and reading does not create it", async () => {
    const table = open().open("neverwritten");
    expect(await table.find("p", "r")).toBeUndefined();
    expect(await Array.fromAsync(table.list({ partitionKey: "p" }))).toEqual([]);
    expect(await listNames()).not.toContain("neverwritten");
  });

  it("is created by the first write", async () => {
    await open().open("written").put({ partitionKey: "p", rowKey: "r", body: {} });
    expect(await listNames()).toContain("written");
  });
});
