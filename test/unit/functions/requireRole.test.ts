import { describe, expect, it } from "@jest/globals";
import type { HttpHandler } from "@azure/functions";
import { requireRole } from "../../../functions/requireRole.ts";
import { call } from "./aService.ts";

const OLD_CLAIM = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
const encode = (text: string): string => Buffer.from(text).toString("base64");
const signedIn = (...roles: readonly string[]): string =>
  encode(JSON.stringify({ auth_typ: "aad", claims: roles.map((val) => ({ typ: "roles", val })) }));

const route = requireRole((() => ({ status: 200, jsonBody: { reached: true } })) satisfies HttpHandler);
type Method = "GET" | "POST" | "PUT" | "DELETE";
const ask = async (method: Method, header?: string): Promise<number> => {
  const headers = header === undefined ? {} : { "x-ms-client-principal": header };
  return (await call(route, { method, headers })).status;
};

describe("a route that asks for an app role", () => {
  it.each([
    { name: "a reader who reads", method: "GET" as const, header: signedIn("Cleanup.Reader") },
    { name: "an operator who reads", method: "GET" as const, header: signedIn("Cleanup.Operator") },
    { name: "an operator who changes something", method: "PUT" as const, header: signedIn("Cleanup.Operator") },
    { name: "one with several roles", method: "DELETE" as const, header: signedIn("Other", "Cleanup.Operator") },
    {
      name: "a role under the name of older tokens",
      method: "POST" as const,
      header: encode(JSON.stringify({ claims: [{ typ: OLD_CLAIM, val: "Cleanup.Operator" }] })),
    },
  ])("lets $name in", async ({ method, header }) => {
    expect(await ask(method, header)).toBe(200);
  });

  it.each(["POST", "PUT", "DELETE"] as const)("refuses a reader who would change something: %s", async (method) => {
    expect(await ask(method, signedIn("Cleanup.Reader"))).toBe(403);
  });

  it.each([
    { name: "another role", header: signedIn("Reader") },
    { name: "no role", header: signedIn() },
    {
      name: "a role in another claim",
      header: encode(JSON.stringify({ claims: [{ typ: "name", val: "Cleanup.Operator" }] })),
    },
    { name: "what is not JSON", header: encode("Cleanup.Operator") },
    { name: "what is not as it is documented", header: encode(JSON.stringify({ claims: "Cleanup.Operator" })) },
    { name: "nothing", header: "" },
  ])("refuses $name", async ({ header }) => {
    expect(await ask("GET", header)).toBe(403);
  });

  it("refuses who is not signed in", async () => {
    expect(await ask("GET")).toBe(401);
  });
});
