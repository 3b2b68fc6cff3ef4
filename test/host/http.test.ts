import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { startHost, type HostHandle } from "./functionsHost.ts";
import type { LogLine } from "./messages.ts";

const appDirectory = join(import.meta.dirname, "fixtures/http");

let host: HostHandle;
const lines: LogLine[] = [];

beforeAll(async () => {
  const onLog = (line: LogLine) => void lines.push(line);
  host = await startHost({ appDirectory, env: {}, clock: new VirtualClock(Date.parse("2026-03-01T00:00:00Z")), onLog });
});

afterAll(async () => {
  await host.stop();
});

const get = (path: string) => fetch(`${host.url}${path}`);
const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${host.url}${path}`, { method: "POST", headers, body: "text" });

describe("routing", () => {
  it.each([
    { name: "a literal", path: "/api/open", fn: "open", params: {} },
    { name: "a literal in another case", path: "/API/Open", fn: "open", params: {} },
    { name: "a trailing slash", path: "/api/open/", fn: "open", params: {} },
    { name: "a parameter, decoded", path: "/api/items/a%2Fb%20c", fn: "item", params: { id: "a/b c" } },
    { name: "a literal before a parameter", path: "/api/items/newest", fn: "newest", params: {} },
    { name: "a constraint that holds", path: "/api/words/abc", fn: "word", params: { word: "abc" } },
    { name: "an optional parameter", path: "/api/pages/12", fn: "optional", params: { page: "12" } },
    { name: "an optional parameter left out", path: "/api/pages", fn: "optional", params: {} },
    { name: "a catch-all", path: "/api/files/a/b.txt", fn: "rest", params: { path: "a/b.txt" } },
    { name: "a catch-all of nothing", path: "/api/files", fn: "rest", params: {} },
  ])("matches $name", async ({ path, fn, params }) => {
    const response = await get(path);
    expect({ status: response.status, fn: response.headers.get("x-function") }).toEqual({ status: 201, fn });
    expect(await response.json()).toEqual({ params, query: null, body: "" });
  });

  it.each([
    { name: "an unknown path", path: "/api/unknown" },
    { name: "a path without the prefix", path: "/open" },
    { name: "a constraint that does not hold", path: "/api/words/a1" },
    { name: "more segments than a parameter takes", path: "/api/items/a/b" },
    { name: "a method that the route lacks", path: "/api/guarded" },
  ])("answers 404 to $name", async ({ path }) => {
    expect((await get(path)).status).toBe(404);
  });

  it("answers 400 to a parameter that cannot be decoded", async () => {
    expect((await get("/api/items/%zz")).status).toBe(400);
  });

  it("passes the query and the body on", async () => {
    const response = await post("/api/open?q=1");
    expect(await response.json()).toEqual({ params: {}, query: "1", body: "text" });
  });

  it("answers 204 when the function returns nothing", async () => {
    expect((await get("/api/nothing")).status).toBe(204);
  });
});

describe("keys", () => {
  it.each([
    { name: "function route without a key", path: "/api/guarded", status: 401, key: () => undefined },
    { name: "function route with a wrong key", path: "/api/guarded", status: 401, key: () => "wrong" },
    { name: "function route with the function key", path: "/api/guarded", status: 201, key: () => host.functionKey },
    { name: "function route with the admin key", path: "/api/guarded", status: 201, key: () => host.adminKey },
    { name: "admin route with the function key", path: "/api/administer", status: 401, key: () => host.functionKey },
    { name: "admin route with the admin key", path: "/api/administer", status: 201, key: () => host.adminKey },
    { name: "anonymous route without a key", path: "/api/open", status: 201, key: () => undefined },
  ])("$name: $status", async ({ path, key, status }) => {
    const value = key();
    expect((await post(path, value === undefined ? {} : { "x-functions-key": value })).status).toBe(status);
  });

  it("takes the key from the query too", async () => {
    expect((await post(`/api/guarded?code=${host.functionKey}`)).status).toBe(201);
  });
});

describe("a function that throws", () => {
  it("answers 500 without the error, logs it once and reports the failure", async () => {
    const response = await get("/api/throws");
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: "" });
    expect(host.failures.map(({ function: name }) => name)).toEqual(["throws"]);
    expect(host.failures[0]?.error).toContain("broken on purpose");
    const errors = lines.filter(({ level }) => level === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ function: "throws", invocationId: host.failures[0]?.invocationId });
  });
});

describe("the host", () => {
  it("runs invocation and log hooks, and stamps lines with virtual time", async () => {
    await get("/api/open");
    const hooked = lines.filter(({ category, function: name }) => category === "user" && name === "open").at(-1);
    expect(hooked?.message).toBe("[hooked] before open");
    expect(hooked?.time).toMatch(/^2026-03-01T00:0/);
  });

  it("lists its functions with their routes", () => {
    expect(host.functions).toHaveLength(10);
    expect(host.functions[0]).toEqual({ name: "admin", trigger: "http", route: "/api/administer", methods: ["POST"] });
  });

  it("is idle between requests", async () => {
    const idle = await host.idle();
    expect(idle).toEqual({ running: 0, runningFunctions: [], visibleMessages: 0, hiddenMessages: 0 });
  });

  it("tells its memory", async () => {
    const { rss, heapUsed } = await host.memory();
    expect(rss).toBeGreaterThan(heapUsed);
  });
});
