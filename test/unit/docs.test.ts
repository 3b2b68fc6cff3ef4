import { describe, expect, it } from "@jest/globals";
import { INCOMPLETE_REASONS } from "../../lib/core/completeness.ts";
import { FINDING_KINDS } from "../../lib/core/findings.ts";
import { KEEP_REASONS } from "../../lib/core/keepReasons.ts";
import { blockOf, find, listBody, listFirst, read, unquote } from "./docs/markdown.ts";

describe("README: commands", () => {
  it("names the test folders that jest knows, and no others", () => {
    const listed = /--selectProjects (\w+).*the others: ([\w -]+)/.exec(read("README.md"));
    const names = [listed?.[1] ?? "", ...(listed?.[2]?.split(" ") ?? [])];
    expect(names.sort()).toEqual(find(read("jest.config.js"), /project\("([\w-]+)"/g));
  });
});

describe("rules.md", () => {
  it("lists every keep reason, and whether it is seen", () => {
    const listed = listBody("docs/rules.md", "Keep reasons").map(([code, seen]) => [unquote(code), seen === "yes"]);
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(Object.entries(KEEP_REASONS).map(([code, { seen }]) => [code, seen])),
    );
  });

  it("lists every finding kind with its severity", () => {
    const listed = listBody("docs/rules.md", "Findings").map(([kind, severity]) => [unquote(kind), severity]);
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(Object.entries(FINDING_KINDS).map(([kind, { severity }]) => [kind, severity])),
    );
  });

  it("lists every reason why a snapshot is incomplete", () => {
    expect(listFirst("docs/rules.md", "Completeness")).toEqual(Object.keys(INCOMPLETE_REASONS).sort());
  });

  it("lists every reason why a mark waits", () => {
    const union = blockOf("lib/core/planPurge.ts", "export type WaitingReason =", ";");
    expect(listFirst("docs/rules.md", "Due")).toEqual(find(union, /"(\w+)"/g));
  });
});

describe("errors.md", () => {
  it("lists every error code", () => {
    expect(listFirst("docs/errors.md", "Errors")).toEqual(find(read("lib/errors.ts"), /readonly code = "(\w+)"/g));
  });

  it("lists every service that an UpstreamError names", () => {
    const union = /readonly service: (".*);/.exec(read("lib/errors.ts"))?.[1] ?? "";
    expect(listFirst("docs/errors.md", "Services of an UpstreamError")).toEqual(find(union, /"(\w+)"/g));
  });
});

/** `METHOD /route authLevel` of every HTTP function, from the source. */
function listRoutes(): string[] {
  const registrations = read("functions/main.ts").split("app.http(").slice(1);
  return registrations.map((options) =>
    [/methods: \["(\w+)"\]/, /route: "([^"]+)"/, /authLevel: "(\w+)"/]
      .map((pattern) => pattern.exec(options)?.[1] ?? "?")
      .join(" "),
  );
}

describe("api.md", () => {
  it("asks for an app role on every route that takes a key, and on no other", () => {
    const registrations = read("functions/main.ts").split("app.http(").slice(1);
    const keyed = registrations.filter((options) => options.includes('authLevel: "function"'));
    expect(keyed.length).toBeGreaterThan(20);
    expect(registrations.filter((options) => options.includes("handler: signedIn("))).toEqual(keyed);
  });

  it("lists every route with its methods and authorisation, and no others", () => {
    const listed = listBody("docs/api.md", "HTTP API").map((cells) => cells.slice(0, 3).map(unquote).join(" "));
    expect(listed.map((route) => route.replace("/", "")).sort()).toEqual(listRoutes().sort());
  });
});
