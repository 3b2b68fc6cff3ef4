import { existsSync, readdirSync } from "node:fs";
import { BlobServiceClient } from "@azure/storage-blob";
import { AzureNamedKeyCredential, TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createCertificates } from "../certificates.ts";
import { VirtualClock } from "../clock/virtualClock.ts";
import type { Certificates } from "../contracts.ts";
import { AZURITE_ACCOUNT, AZURITE_KEY, startAzurite, type Azurite } from "./startAzurite.ts";
import { trustCa } from "./trustCa.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

let certificates: Certificates;
let clock: VirtualClock;
let azurite: Azurite;
let distrustCa: () => void;

beforeAll(async () => {
  certificates = await createCertificates();
  distrustCa = trustCa(certificates.caPem);
  clock = new VirtualClock(START);
  azurite = await startAzurite({ certificates, clock });
});
afterAll(async () => {
  distrustCa();
  await azurite.stop();
});

const queues = () => QueueServiceClient.fromConnectionString(azurite.connectionString);
const blobs = () => BlobServiceClient.fromConnectionString(azurite.connectionString);

/** A token as Azurite wants it; it does not check signatures. */
function tokenCredential(audience: string) {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    getToken: async () => {
      const now = Math.floor(clock.now() / 1000);
      const claims = { aud: audience, iss: "https://sts.windows.net/t/", iat: now, nbf: now, exp: now + 3600 };
      return {
        token: `${encode({ alg: "RS256" })}.${encode(claims)}.c2ln`,
        expiresOnTimestamp: Date.now() + 3_600_000,
      };
    },
  };
}

describe("Azurite", () => {
  it("serves queues, blobs and tables by key over https", async () => {
    await queues().createQueue("by-key");
    await blobs().createContainer("by-key");
    const key = new AzureNamedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY);
    const table = new TableClient(azurite.tableUrl, "bykey", key);
    await table.createTable();
    await table.createEntity({ partitionKey: "p", rowKey: "r", text: "x" });
    expect((await table.getEntity("p", "r"))["text"]).toBe("x");
    expect(await blobs().getContainerClient("by-key").exists()).toBe(true);
  });

  it("takes tokens that are valid at virtual time, and checks their audience", async () => {
    const create = (audience: string) => new QueueServiceClient(azurite.queueUrl, tokenCredential(audience));
    await create("https://storage.azure.com/").createQueue("by-token");
    await expect(create("https://example.com").createQueue("refused")).rejects.toMatchObject({ statusCode: 403 });
  });

  it("releases a lease and shows a hidden message when its clock has jumped past them", async () => {
    const container = blobs().getContainerClient("leases");
    await container.create();
    const blob = container.getBlockBlobClient("one");
    await blob.upload("x", 1);
    await blob.getBlobLeaseClient().acquireLease(60);
    const queue = queues().getQueueClient("hidden");
    await queue.create();
    await queue.sendMessage("later", { visibilityTimeout: 600 });
    await expect(blob.getBlobLeaseClient().acquireLease(60)).rejects.toMatchObject({ statusCode: 409 });
    expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(0);

    await clock.advanceTo(clock.now() + DAY_MS);

    expect((await blob.getBlobLeaseClient().acquireLease(60)).leaseId).toBeDefined();
    expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(1);
  });

  it("leaves neither its process nor its key behind when stopped", async () => {
    const other = await startAzurite({ certificates });
    expect(readdirSync(other.directory)).toEqual([]);
    await other.stop();
    expect(existsSync(other.directory)).toBe(false);
    expect(() => process.kill(other.pid, 0)).toThrow("ESRCH");
  });

  it("fails with Azurite's own words when it cannot start", async () => {
    const broken = { ...certificates, keyPem: "not a key" };
    await expect(startAzurite({ certificates: broken })).rejects.toThrow(
      /^Azurite ended at start.*exit code 1[\s\S]*DECODER/,
    );
  });
});
