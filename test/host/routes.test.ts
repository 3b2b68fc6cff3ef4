import { describe, expect, it } from "@jest/globals";
import type { HttpFunction } from "./inventory.ts";
import { createRoutes, findRoute } from "./routes.ts";

const aFunction = (route: string, name = route): HttpFunction => ({
  name,
  route,
  binding: "request",
  methods: ["GET"],
  authLevel: "anonymous",
});

const find = (templates: readonly string[], path: string, prefix = "") =>
  findRoute(
    createRoutes(
      templates.map((template) => aFunction(template)),
      prefix,
    ),
    "GET",
    path,
  );

describe("route templates", () => {
  it.each([
    { name: "a literal before everything", path: "/a/b", chosen: "a/b" },
    { name: "a constrained parameter before a free one", path: "/a/7", chosen: "a/{n:int}" },
    { name: "a free parameter before a catch-all", path: "/a/x", chosen: "a/{x}" },
    { name: "a catch-all for the rest", path: "/a/x/y", chosen: "a/{*rest}" },
  ])("prefer $name, whatever the order of registration", ({ path, chosen }) => {
    const templates = ["a/{*rest}", "a/{x}", "a/{n:int}", "a/b"];
    expect(find(templates, path)?.function.route).toBe(chosen);
    expect(find(templates.toReversed(), path)?.function.route).toBe(chosen);
  });

  it("take parameters inside a segment, and literal dots", () => {
    expect(find(["files/{name}.{kind}"], "/files/a.json")?.params).toEqual({ name: "a", kind: "json" });
    expect(find(["v1.0/x"], "/v1x0/x")).toBeUndefined();
  });

  it("take a prefix", () => {
    expect(find(["x"], "/api/x", "api")).toBeDefined();
    expect(find(["x"], "/x", "api")).toBeUndefined();
  });

  it.each(["a/{x:range(1,5)}", "a/{x=5}", "a/{x", "a/b{x?}", "a/{*x:int}"])(
    "are refused if unknown: %s",
    (template) => {
      expect(() => createRoutes([aFunction(template)], "")).toThrow("does not support the route template");
    },
  );
});
