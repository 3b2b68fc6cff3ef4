import { describe, expect, it } from "@jest/globals";
import { ConfigError } from "../../lib/errors.ts";
import { read } from "../fakes/settings.ts";

const KEY = "3f6f1f6e-8f0b-4c1e-9a35-0f9c5d1b7a42";
const ENDPOINT = "https://westeurope-5.in.applicationinsights.azure.com/";
const CONNECTION = `InstrumentationKey=${KEY};IngestionEndpoint=${ENDPOINT}`;

const monitorOf = (connection?: string, authentication?: string) =>
  read({
    ...(connection !== undefined && { APPLICATIONINSIGHTS_CONNECTION_STRING: connection }),
    ...(authentication !== undefined && { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication }),
  }).monitor;

const refusalOf = (connection: string, authentication?: string): string => {
  try {
    monitorOf(connection, authentication);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
  return "accepted";
};

describe("where telemetry goes", () => {
  it("is nowhere where no component is named, whatever else is set", () => {
    expect(monitorOf()).toBeUndefined();
    expect(monitorOf(undefined, "Authorization=AAD")).toBeUndefined();
  });

  it.each([
    { name: "as Azure gives it", connection: `${CONNECTION};LiveEndpoint=https://x.example/;ApplicationId=${KEY}` },
    { name: "in another order and case", connection: `ingestionendpoint=${ENDPOINT};INSTRUMENTATIONKEY=${KEY};` },
  ])("is the component of a connection string $name", ({ connection }) => {
    expect(monitorOf(connection)).toEqual({ connectionString: connection, identity: undefined });
  });

  it.each([
    { text: "Authorization=AAD", identity: { clientId: undefined } },
    { text: "ClientId=abc;Authorization=AAD", identity: { clientId: "abc" } },
    { text: "authorization=aad; clientid=abc", identity: { clientId: "abc" } },
  ])("takes an identity as Azure writes it: $text", ({ text, identity }) => {
    expect(monitorOf(CONNECTION, text)?.identity).toEqual(identity);
  });

  it.each([
    { name: "without a key", connection: `IngestionEndpoint=${ENDPOINT}` },
    { name: "with a key that is none", connection: `InstrumentationKey=secret;IngestionEndpoint=${ENDPOINT}` },
    { name: "without an endpoint, which would be the SDK's own", connection: `InstrumentationKey=${KEY}` },
    { name: "with an endpoint without TLS", connection: CONNECTION.replace("https:", "http:") },
    { name: "with a part that has no name", connection: `${CONNECTION};=x` },
    { name: "that is something else", connection: "UseDevelopmentStorage=true" },
  ])("is refused $name, and the text is not repeated", ({ connection }) => {
    const refusal = refusalOf(connection);
    expect(refusal).toContain("APPLICATIONINSIGHTS_CONNECTION_STRING: is not a connection string");
    expect(refusal).not.toContain(KEY);
  });

  it.each(["AAD", "Authorization=Basic", "Authorization=AAD;Secret=x"])("refuses the identity %j", (text) => {
    expect(refusalOf(CONNECTION, text)).toContain("APPLICATIONINSIGHTS_AUTHENTICATION_STRING");
  });
});
