import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Fault } from "../estate.ts";
import { createToken } from "../identity/tokens.ts";
import { trustedCertificates } from "../resourceGraph/testSandbox.ts";
import { createMonitor, type MonitorOptions, type SandboxMonitor } from "./monitor.ts";

// Thursday, 1 January 2026
const NOW = Date.parse("2026-01-01T00:00:00Z");
const AUDIENCE = "https://monitor.azure.com";

const clock = { time: NOW, now: () => clock.time };
const started: SandboxMonitor[] = [];

async function start(options: Partial<MonitorOptions> = {}): Promise<SandboxMonitor> {
  const monitor = await createMonitor({ clock, certificates: await trustedCertificates(), ...options });
  started.push(monitor);
  return monitor;
}

beforeEach(() => {
  clock.time = NOW;
});
afterEach(async () => {
  for (const monitor of started.splice(0)) await monitor.stop();
});

const toKey = (monitor: SandboxMonitor): string =>
  /InstrumentationKey=([^;]+)/.exec(monitor.connectionString)?.[1] ?? "";

function aToken({ aud = AUDIENCE, appid = "observer", exp = NOW / 1_000 + 60 } = {}): string {
  const rights = { readable_subscriptions: "all", writable_subscriptions: [], roles: [] } as const;
  const iat = NOW / 1_000;
  const claims = { aud, appid, exp, iss: "i", iat, nbf: iat, oid: "o", tid: "t" };
  return `Bearer ${createToken({ ...claims, ...rights, writable_subscriptions: [], roles: [] })}`;
}

/** An event as the exporter posts it. */
const anItem = (monitor: SandboxMonitor, change: Record<string, unknown> = {}) => ({
  name: "Microsoft.ApplicationInsights.Event",
  time: new Date(NOW).toISOString(),
  sampleRate: 100,
  iKey: toKey(monitor),
  tags: { "ai.cloud.role": "cleanup" },
  data: { baseType: "EventData", baseData: { ver: 2, name: "findingOpened", properties: { severity: "warning" } } },
  ...change,
});

interface Post {
  readonly token?: string | undefined;
  readonly path?: string;
  readonly method?: string;
}

async function post(monitor: SandboxMonitor, body: unknown, { token = aToken(), path, method }: Post = {}) {
  const response = await fetch(`${monitor.url}${path ?? "/v2.1/track"}`, {
    method: method ?? "POST",
    headers: token === "" ? {} : { authorization: token },
    ...(method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, headers: response.headers, answer };
}

const countEvents = (monitor: SandboxMonitor): number => monitor.telemetry.rows("customEvents").length;

describe("who may send", () => {
  const send = async (options: Partial<MonitorOptions>, token: string) => {
    const monitor = await start(options);
    const { status } = await post(monitor, [anItem(monitor)], { token });
    return { status, taken: countEvents(monitor) };
  };

  it.each<{ name: string; options?: Partial<MonitorOptions>; token: string }>([
    { name: "a publisher", options: { publishers: ["observer"] }, token: aToken() },
    { name: "anyone where no publisher is named", token: aToken({ appid: "purger" }) },
    { name: "a token for the audience with a slash", token: aToken({ aud: `${AUDIENCE}/` }) },
    { name: "who knows the key where local auth is on", options: { localAuth: true }, token: "" },
  ])("is $name", async ({ options = {}, token }) => {
    expect(await send(options, token)).toEqual({ status: 200, taken: 1 });
  });

  it.each<{ name: string; options?: Partial<MonitorOptions>; token: string; status: number }>([
    { name: "who knows only the key", token: "", status: 401 },
    { name: "a token for another audience", token: aToken({ aud: "https://management.azure.com" }), status: 401 },
    { name: "a token that has expired", token: aToken({ exp: NOW / 1_000 }), status: 401 },
    { name: "a token that is none", token: "Bearer nonsense", status: 401 },
    {
      name: "a bad token where local auth is on",
      options: { localAuth: true },
      token: "Bearer nonsense",
      status: 401,
    },
    { name: "who is no publisher", options: { publishers: ["observer"] }, token: aToken({ appid: "x" }), status: 403 },
  ])("is not $name", async ({ options = {}, token, status }) => {
    expect(await send(options, token)).toEqual({ status, taken: 0 });
  });
});

describe("a batch", () => {
  it("is taken item by item: what is not understood is named, the rest is kept", async () => {
    const monitor = await start();
    const pageView = { baseType: "PageViewData", baseData: { ver: 2, name: "p" } };
    const items = [anItem(monitor), anItem(monitor, { data: pageView }), anItem(monitor, { iKey: "other" })];
    const { status, answer } = await post(monitor, items);
    expect(status).toBe(206);
    expect(answer).toEqual({
      itemsReceived: 3,
      itemsAccepted: 1,
      errors: [
        { index: 1, statusCode: 400, message: expect.stringContaining("baseType") },
        { index: 2, statusCode: 400, message: "Invalid instrumentation key" },
      ],
    });
    expect(countEvents(monitor)).toBe(1);
  });

  it.each<{ name: string; change: Record<string, unknown> }>([
    { name: "a property that is no text", change: anEventData({ properties: { n: 3 } }) },
    { name: "a property over 8,192 characters", change: anEventData({ properties: { n: "x".repeat(8_193) } }) },
    { name: "an event without a name", change: anEventData({ name: "" }) },
    { name: "a time that is none", change: { time: "yesterday" } },
    { name: "two metrics in one item", change: aMetricData(2) },
  ])("is refused where it is nothing but $name", async ({ change }) => {
    const monitor = await start();
    const { status, answer } = await post(monitor, [anItem(monitor, change)]);
    expect({ status, answer }).toMatchObject({ status: 400, answer: { itemsAccepted: 0 } });
  });

  it("may hold a metric", async () => {
    const monitor = await start();
    expect(await post(monitor, [anItem(monitor, aMetricData(1))])).toMatchObject({ status: 200 });
    expect(monitor.telemetry.rows("customMetrics")).toMatchObject([{ name: "m0", value: 3, valueMin: 3, valueMax: 3 }]);
  });

  it("may hold a metric of several measurements, whose bounds are unknown where it does not tell them", async () => {
    const monitor = await start();
    const metrics = [{ name: "m", value: 6, count: 2 }];
    await post(monitor, [anItem(monitor, { data: { baseType: "MetricData", baseData: { ver: 2, metrics } } })]);
    const [row] = monitor.telemetry.rows("customMetrics");
    expect(row).toMatchObject({ value: 6, valueSum: 6, valueCount: 2, valueMin: null, valueMax: null });
  });

  it.each<{ name: string; body: string; post?: Post; status: number }>([
    { name: "nothing", body: "[]", status: 400 },
    { name: "one item without a list", body: "{}", status: 400 },
    { name: "lines of items", body: "{}\n{}", status: 400 },
    { name: "elsewhere", body: "[{}]", post: { path: "/v3/track" }, status: 404 },
    { name: "a question", body: "", post: { method: "GET" }, status: 405 },
  ])("is refused where it is $name", async ({ body, post: options, status }) => {
    expect((await post(await start(), body, options)).status).toBe(status);
  });

  it("stands for several where it is a sample", async () => {
    const monitor = await start();
    await post(monitor, [anItem(monitor, { sampleRate: 25 })]);
    expect(monitor.telemetry.rows("customEvents")[0]?.["itemCount"]).toBe(4);
  });

  function anEventData(change: Record<string, unknown>): Record<string, unknown> {
    return { data: { baseType: "EventData", baseData: { ver: 2, name: "n", ...change } } };
  }

  function aMetricData(count: number): Record<string, unknown> {
    const metrics = Array.from({ length: count }, (_, index) => ({ name: `m${index}`, value: 3 }));
    return { data: { baseType: "MetricData", baseData: { ver: 2, metrics } } };
  }
});

describe("the time of a row", () => {
  it.each<{ name: string; time: string; timestamp: string }>([
    { name: "its own", time: "2025-12-31T12:00:00Z", timestamp: "2025-12-31T12:00:00Z" },
    { name: "its own up to two days ago", time: "2025-12-30T00:00:00Z", timestamp: "2025-12-30T00:00:00Z" },
    { name: "its arrival where it is older", time: "2025-12-29T23:59:59Z", timestamp: "2026-01-01T00:00:00Z" },
    { name: "its own up to a day ahead", time: "2026-01-02T00:00:00Z", timestamp: "2026-01-02T00:00:00Z" },
    { name: "its arrival where it is further ahead", time: "2026-01-02T00:00:01Z", timestamp: "2026-01-01T00:00:00Z" },
  ])("is $name", async ({ time, timestamp }) => {
    const monitor = await start();
    await post(monitor, [anItem(monitor, { time })]);
    expect(monitor.telemetry.rows("customEvents")[0]?.["timestamp"]).toEqual(new Date(timestamp));
  });

  it("does not show it to a query before the delay of the ingestion is over", async () => {
    const monitor = await start({ ingestionDelayMs: 60_000 });
    await post(monitor, [anItem(monitor)]);
    const query = "customEvents | where customDimensions.severity == 'warning' | project cloud_RoleName";
    clock.time = NOW + 59_999;
    expect(monitor.query(query)).toEqual([]);
    clock.time = NOW + 60_000;
    expect(monitor.query(query)).toEqual([{ cloud_RoleName: "cleanup" }]);
  });
});

describe("faults", () => {
  const fault = (effect: Fault["effect"]): Fault => ({ target: "monitor", skip: 0, times: 1, effect });

  it.each([402, 439, 500])("answer %d once, and nothing is taken", async (status) => {
    const monitor = await start();
    monitor.addFault(fault({ kind: "status", status }));
    expect((await post(monitor, [anItem(monitor)])).status).toBe(status);
    expect(countEvents(monitor)).toBe(0);
    expect((await post(monitor, [anItem(monitor)])).status).toBe(200);
    expect(monitor.calls.map((call) => [call.server, call.kind, call.status])).toEqual([
      ["monitor", "track", status],
      ["monitor", "track", 200],
    ]);
  });

  it("throttle, and say for how long", async () => {
    const monitor = await start();
    monitor.addFault(fault({ kind: "throttle", retryAfterSeconds: 7 }));
    const { status, headers } = await post(monitor, [anItem(monitor)]);
    expect([status, headers.get("retry-after")]).toEqual([429, "7"]);
  });

  it("cut a batch in half", async () => {
    const monitor = await start();
    monitor.addFault(fault({ kind: "truncate" }));
    const { status, answer } = await post(monitor, [anItem(monitor), anItem(monitor), anItem(monitor)]);
    expect(status).toBe(206);
    expect(answer).toMatchObject({
      itemsReceived: 3,
      itemsAccepted: 1,
      errors: [
        { index: 1, statusCode: 500 },
        { index: 2, statusCode: 500 },
      ],
    });
    expect(countEvents(monitor)).toBe(1);
  });

  it("of other servers are refused", async () => {
    const monitor = await start();
    expect(() => monitor.addFault(fault({ kind: "stale" }))).toThrow("stale");
  });
});
