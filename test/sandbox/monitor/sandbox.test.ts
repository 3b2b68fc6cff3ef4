import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { trustCa } from "../azurite/trustCa.ts";
import { VirtualClock } from "../clock/virtualClock.ts";
import { EstateSchema } from "../estate.ts";
import { PURGER_CLIENT_ID, startSandbox, type Sandbox } from "../startSandbox.ts";

const ESTATE = EstateSchema.parse({ title: "Nothing", startsAt: "2026-01-01T00:00:00Z", resources: [] });

describe("the monitor of a whole sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(ESTATE, new VirtualClock());
    trustCa(sandbox.certificates.caPem);
    process.env["IDENTITY_ENDPOINT"] = sandbox.identity.endpoint;
    process.env["IDENTITY_HEADER"] = sandbox.identity.header;
  });
  afterAll(async () => {
    delete process.env["IDENTITY_ENDPOINT"];
    delete process.env["IDENTITY_HEADER"];
    await sandbox.stop();
  });

  const read = (setting: string, name: string): string =>
    new RegExp(`${name}=([^;]+)`).exec(sandbox.monitorSettings[setting] ?? "")?.[1] ?? "";

  /** Sends one event to where the settings say. */
  async function send(clientId: string): Promise<number> {
    const connection = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    const { token } = await new ManagedIdentityCredential({ clientId }).getToken("https://monitor.azure.com/.default");
    const iKey = read(connection, "InstrumentationKey");
    const data = { baseType: "EventData", baseData: { ver: 2, name: "sent" } };
    const response = await fetch(`${read(connection, "IngestionEndpoint")}v2.1/track`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify([{ time: new Date(sandbox.clock.now()).toISOString(), iKey, data }]),
    });
    return response.status;
  }
  const observer = (): string => read("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ClientId");

  it("takes what the identity of the settings sends, and nobody else's", async () => {
    expect(await send(observer())).toBe(200);
    expect(await send(PURGER_CLIENT_ID)).toBe(403);
    expect(sandbox.monitor.telemetry.rows("customEvents")).toHaveLength(1);
  });

  it("has faults under its name", async () => {
    const effect = { kind: "status", status: 503 } as const;
    sandbox.addFault({ target: "monitor", skip: 0, times: 1, effect });
    expect(await send(observer())).toBe(503);
    expect(await send(observer())).toBe(200);
  });
});
