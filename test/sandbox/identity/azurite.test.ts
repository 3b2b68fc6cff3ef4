import { TableClient } from "@azure/data-tables";
import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startAzurite, type Azurite } from "../azurite/startAzurite.ts";
import { trustedCertificates } from "../resourceGraph/testSandbox.ts";
import { createIdentity, type SandboxIdentity } from "./identity.ts";

// A file of its own: the credential keeps the first endpoint that it met for as long as the process lives.
describe("Azurite", () => {
  let identity: SandboxIdentity;
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite({ certificates: await trustedCertificates() });
    // Azurite compares the token with real time.
    identity = await createIdentity({ clock: Date, identities: [{ clientId: "observer", roles: [] }] });
    process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
    process.env["IDENTITY_HEADER"] = identity.header;
  });
  afterAll(async () => {
    delete process.env["IDENTITY_ENDPOINT"];
    delete process.env["IDENTITY_HEADER"];
    await Promise.all([azurite.stop(), identity.stop()]);
  });

  it("accepts the tokens, through the real credential and the real table client", async () => {
    const credential = new ManagedIdentityCredential({ clientId: "observer" });
    const client = new TableClient(azurite.tableUrl, "identity", credential);
    await client.createTable();
    await client.createEntity({ partitionKey: "p", rowKey: "r", value: 1 });
    expect(await client.getEntity("p", "r")).toMatchObject({ value: 1 });
  });
});
