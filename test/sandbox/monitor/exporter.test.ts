import { ManagedIdentityCredential } from "@azure/identity";
import {
  AzureMonitorLogExporter,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from "@azure/monitor-opentelemetry-exporter";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { ExportResultCode } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Row } from "../kql/values.ts";
import { createIdentity, type SandboxIdentity } from "../identity/identity.ts";
import { trustedCertificates } from "../resourceGraph/testSandbox.ts";
import { createMonitor, type SandboxMonitor } from "./monitor.ts";

const CLOCK = { now: () => Date.now() };
const IDENTITIES = [
  { clientId: "observer", roles: [] },
  { clientId: "purger", roles: [] },
] as const;
const SETTINGS = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "APPLICATION_INSIGHTS_NO_STATSBEAT"];

describe("the SDK's own exporters", () => {
  let identity: SandboxIdentity;
  let monitor: SandboxMonitor;

  beforeAll(async () => {
    identity = await createIdentity({ clock: CLOCK, identities: IDENTITIES });
    process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
    process.env["IDENTITY_HEADER"] = identity.header;
    process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] = "1";
    const certificates = await trustedCertificates();
    monitor = await createMonitor({ clock: CLOCK, certificates, publishers: ["observer"], ingestionDelayMs: 0 });
    await sendEverything();
  });
  afterAll(async () => {
    for (const name of SETTINGS) delete process.env[name];
    await Promise.all([monitor.stop(), identity.stop()]);
  });

  const toOptions = (clientId: string) => ({
    connectionString: monitor.connectionString,
    credential: new ManagedIdentityCredential({ clientId }),
    disableOfflineStorage: true,
    retryOptions: { maxRetries: 0 },
  });

  async function sendEverything(): Promise<void> {
    const resource = resourceFromAttributes({ "service.name": "cleanup", "service.version": "1.2.3" });
    const options = toOptions("observer");
    const logs = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: new AzureMonitorLogExporter(options) })],
    });
    const spans = new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(options))],
    });
    const exporter = new AzureMonitorMetricExporter(options);
    const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter })] });
    record({ logs, spans, meters });
    await Promise.all([logs.shutdown(), spans.shutdown(), meters.shutdown()]);
  }

  function record(providers: { logs: LoggerProvider; spans: BasicTracerProvider; meters: MeterProvider }): void {
    const tracer = providers.spans.getTracer("test");
    const run = tracer.startSpan("run", { kind: SpanKind.SERVER, attributes: { runId: "r1" } });
    const inRun = trace.setSpan(context.active(), run);
    const stage = tracer.startSpan("stage", { kind: SpanKind.INTERNAL }, inRun);
    stage.setStatus({ code: SpanStatusCode.ERROR });
    const logger = providers.logs.getLogger("test");
    logger.emit({
      context: inRun,
      severityNumber: SeverityNumber.INFO,
      attributes: { "microsoft.custom_event.name": "findingOpened", severity: "warning", parts: 3, complete: true },
    });
    logger.emit({ severityNumber: SeverityNumber.WARN, body: "Slow", attributes: { seconds: 9 } });
    const exception = { "exception.type": "TypeError", "exception.message": "Oh", "exception.stacktrace": "at x" };
    logger.emit({ severityNumber: SeverityNumber.ERROR, body: "Oh", attributes: exception });
    const meter = providers.meters.getMeter("test");
    meter.createCounter("deletions").add(3, { registryId: "/r" });
    const sizes = meter.createHistogram("sizes");
    for (const size of [2, 4]) sizes.record(size);
    stage.end();
    run.end();
  }

  const ask = (query: string): readonly Row[] => monitor.query(query);

  it("send to one path, with a token of the identity, and everything is taken", () => {
    expect(new Set(monitor.calls.map(({ path, status }) => `${path} ${status}`))).toEqual(new Set(["/v2.1/track 200"]));
  });

  it("make an event a row with its attributes as texts, inside its run's operation", () => {
    const rows = ask(
      "customEvents | where name == 'findingOpened' | join kind=inner (requests | project run = name, operation_Id) on operation_Id | project run, customDimensions, itemType, itemCount, cloud_RoleName, application_Version, isRecent = timestamp > ago(1m)",
    );
    expect(rows).toEqual([
      {
        run: "run",
        customDimensions: { severity: "warning", parts: "3", complete: "true" },
        itemType: "customEvent",
        itemCount: 1,
        cloud_RoleName: "cleanup",
        application_Version: "1.2.3",
        isRecent: true,
      },
    ]);
  });

  it.each<{ name: string; query: string; rows: Row[] }>([
    {
      name: "a counter a metric of one value",
      query:
        "customMetrics | where name == 'deletions' | project value, valueSum, valueCount, valueMin, valueMax, registry = tostring(customDimensions.registryId)",
      rows: [{ value: 3, valueSum: 3, valueCount: 1, valueMin: 3, valueMax: 3, registry: "/r" }],
    },
    {
      name: "a histogram a metric of several",
      query: "customMetrics | where name == 'sizes' | project value, valueCount, valueMin, valueMax",
      rows: [{ value: 6, valueCount: 2, valueMin: 2, valueMax: 4 }],
    },
    {
      name: "a line of the log a trace",
      query: "traces | project message, severityLevel, seconds = toint(customDimensions.seconds)",
      rows: [{ message: "Slow", severityLevel: 2, seconds: 9 }],
    },
    {
      name: "an error an exception",
      query: "exceptions | project type, outerMessage, innermostMessage, severityLevel",
      rows: [{ type: "TypeError", outerMessage: "Oh", innermostMessage: "Oh", severityLevel: 3 }],
    },
    {
      name: "a span of a server a request",
      query: "requests | project name, success, run = tostring(customDimensions.runId), isTimed = duration >= 0",
      rows: [{ name: "run", success: "True", run: "r1", isTimed: true }],
    },
    {
      name: "a span within it a dependency, which hangs on it",
      query:
        "dependencies | join kind=inner (requests | project parent = name, operation_ParentId = id) on operation_ParentId | project name, parent, type, success",
      rows: [{ name: "stage", parent: "run", type: "InProc", success: "False" }],
    },
  ])("make $name", ({ query, rows }) => {
    expect(ask(query)).toEqual(rows);
  });

  const send = async (clientId: string): Promise<ExportResultCode> => {
    const exporter = new AzureMonitorLogExporter(toOptions(clientId));
    const { promise, resolve } = Promise.withResolvers<ExportResultCode>();
    const provider = new LoggerProvider({
      processors: [
        {
          onEmit: (logRecord) => void exporter.export([logRecord], ({ code }) => resolve(code)),
          forceFlush: () => Promise.resolve(),
          shutdown: () => exporter.shutdown(),
        },
      ],
    });
    provider.getLogger("test").emit({ body: clientId });
    const code = await promise;
    await provider.shutdown();
    return code;
  };
  const countTraces = (body: string): number => ask(`traces | where message == '${body}'`).length;

  it("are told that all of a batch was taken", async () => {
    expect(await send("observer")).toBe(ExportResultCode.SUCCESS);
    expect(countTraces("observer")).toBe(1);
  });

  it("are told of what is refused for good", async () => {
    const before = countTraces("observer");
    fail(402);
    expect(await send("observer")).toBe(ExportResultCode.FAILED);
    expect(countTraces("observer")).toBe(before);
  });

  // They keep such a batch to send it again, or would: without a place to keep it they drop it and call that a success.
  it.each([401, 403, 429, 439, 500])(
    "call a batch taken that was refused for a while, with %d, and is lost",
    async (status) => {
      const before = countTraces("observer");
      fail(status);
      expect(await send("observer")).toBe(ExportResultCode.SUCCESS);
      expect(monitor.calls.at(-1)?.status).toBe(status);
      expect(countTraces("observer")).toBe(before);
    },
  );

  it("lose what an identity sends that may not publish", async () => {
    await send("purger");
    expect(monitor.calls.at(-1)?.status).toBe(403);
    expect(countTraces("purger")).toBe(0);
  });

  function fail(status: number): void {
    monitor.addFault({ target: "monitor", skip: 0, times: 1, effect: { kind: "status", status } });
  }
});
