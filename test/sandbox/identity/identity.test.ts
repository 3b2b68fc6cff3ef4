import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createIdentity, TENANT_ID, type SandboxIdentity } from "./identity.ts";
import { readToken } from "./tokens.ts";

// Thursday, 1 January 2026
const NOW = Date.parse("2026-01-01T00:00:00Z");
const CLOCK = { now: () => NOW };
const IDENTITIES = [
  { clientId: "observer", roles: ["AcrPull"], readableSubscriptions: ["s1"] },
  { clientId: "purger", roles: ["AcrDelete"] },
] as const;

describe("the identity endpoint", () => {
  let identity: SandboxIdentity;
  beforeAll(async () => {
    identity = await createIdentity({ clock: CLOCK, identities: IDENTITIES });
    process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
    process.env["IDENTITY_HEADER"] = identity.header;
  });
  afterAll(async () => {
    delete process.env["IDENTITY_ENDPOINT"];
    delete process.env["IDENTITY_HEADER"];
    await identity.stop();
  });

  const ask = async (query: string, header = identity.header): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${identity.endpoint}?${query}`, { headers: { "X-IDENTITY-HEADER": header } });
    return { status: response.status, body: await response.json() };
  };

  it("gives the real credential a token of the identity it names", async () => {
    const credential = new ManagedIdentityCredential({ clientId: "purger" });
    const { token } = await credential.getToken("https://management.azure.com/.default");
    const seconds = NOW / 1_000;
    expect(readToken(token)).toMatchObject({
      aud: "https://management.azure.com",
      iss: `https://sts.windows.net/${TENANT_ID}/`,
      iat: seconds,
      nbf: seconds - 300,
      exp: seconds + 86_400,
      tid: TENANT_ID,
      appid: "purger",
      roles: ["AcrDelete"],
      readable_subscriptions: "all",
      writable_subscriptions: [],
    });
  });

  it("takes the first identity where the request names none", async () => {
    const { status, body } = await ask("api-version=2019-08-01&resource=https://storage.azure.com/");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      client_id: "observer",
      resource: "https://storage.azure.com/",
      expires_on: String(NOW / 1_000 + 86_400),
      token_type: "Bearer",
    });
  });

  it.each([
    { name: "an unknown client", query: "api-version=2019-08-01&resource=r&client_id=nobody", status: 400 },
    { name: "no resource", query: "api-version=2019-08-01", status: 400 },
    { name: "another api-version", query: "api-version=2017-09-01&resource=r", status: 400 },
    { name: "a parameter that is not emulated", query: "api-version=2019-08-01&resource=r&mi_res_id=x", status: 400 },
  ])("refuses $name", async ({ query, status }) => {
    expect((await ask(query)).status).toBe(status);
  });

  it("refuses a request without its secret header", async () => {
    expect((await ask("api-version=2019-08-01&resource=r", "guess")).status).toBe(401);
  });

  it("carries faults out and records every call", async () => {
    identity.clearCalls();
    identity.addFault({ target: "identity", skip: 0, times: 1, effect: { kind: "status", status: 503 } });
    expect((await ask("api-version=2019-08-01&resource=r")).status).toBe(503);
    expect((await ask("api-version=2019-08-01&resource=r")).status).toBe(200);
    expect(identity.calls.map(({ kind, status, at }) => ({ kind, status, at }))).toEqual([
      { kind: "getToken", status: 503, at: NOW },
      { kind: "getToken", status: 200, at: NOW },
    ]);
    expect(() => identity.addFault({ target: "identity", skip: 0, effect: { kind: "stale" } })).toThrow("stale");
  });
});
