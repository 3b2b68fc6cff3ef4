import { AsyncLocalStorage } from "node:async_hooks";
import type { TokenCredential } from "@azure/core-auth";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { AzureMonitorExporterOptions } from "@azure/monitor-opentelemetry-exporter";
import {
  AzureMonitorLogExporter,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from "@azure/monitor-opentelemetry-exporter";
import type { Attributes, Context, Counter, Gauge, Link, Meter, Span, Tracer } from "@opentelemetry/api";
import { createContextKey, metrics, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Logger } from "@opentelemetry/api-logs";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { parseTraceParent } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type {
  EndedRun,
  EventFields,
  EventName,
  InvocationMonitor,
  LineLevel,
  MetricAttributes,
  MetricName,
  SpanAttributes,
  SpanName,
  Telemetry,
} from "../telemetry.ts";
import { METRICS } from "../telemetry.ts";
import { FlushQueue, Patience } from "./flushQueue.ts";
import { RunIds, toRunContext } from "./runTrace.ts";

/** Name of the app and of its instruments: `cloud_RoleName` in Azure Monitor. */
const NAME = "aosm-publisher-cleanup";

/** Makes a log record a custom event of this name: a convention of Azure Monitor's exporter. */
const EVENT_NAME = "microsoft.custom_event.name";

/** Room for events that nobody has taken yet; it is emptied before it is full. */
const MAX_QUEUED = 2048;
const MAX_UNSENT = 1024;

/** Longer than this, nobody is waited for: the tables hold what was told. */
const FLUSH_TIMEOUT_MS = 15_000;

/** In a context: the id of the run whose spans these are. */
const RUN = createContextKey("run");
const METRIC_INTERVAL_MS = 60_000;

export interface MonitorOptions {
  readonly connectionString: string;
  /** Undefined where the component takes telemetry from whoever knows its connection string. */
  readonly credential: TokenCredential | undefined;
}

const SEVERITIES: Readonly<Record<LineLevel, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  information: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  critical: SeverityNumber.FATAL,
};

/**
 * Telemetry to one component of Azure Monitor, over OpenTelemetry and the SDK's exporters. Nothing is sampled: what alerts rest on
 * must arrive, and a night is a few thousand records.
 */
export class AzureMonitor implements Telemetry, InvocationMonitor {
  private readonly logs: LoggerProvider;
  private readonly spans: BasicTracerProvider;
  private readonly meters: MeterProvider;
  private readonly logger: Logger;
  private readonly tracer: Tracer;
  private readonly meter: Meter;
  private readonly ids = new RunIds();
  private readonly instruments = new Map<MetricName, Counter | Gauge>();
  private readonly active = new AsyncLocalStorage<Context>();
  private readonly events: FlushQueue;
  private readonly everything: FlushQueue;

  constructor({ connectionString, credential }: MonitorOptions) {
    const resource = resourceFromAttributes({ "service.name": NAME });
    const [logs, spans, values] = [new Delivery(), new Delivery(), new Delivery()];
    const optionsOf = ({ policy }: Delivery): AzureMonitorExporterOptions => ({
      connectionString,
      disableOfflineStorage: true,
      additionalPolicies: [{ policy, position: "perCall" }],
      ...(credential && { credential }),
    });
    const logExporter = new AzureMonitorLogExporter(optionsOf(logs));
    this.logs = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: logExporter, maxQueueSize: MAX_QUEUED })],
    });
    this.spans = new BasicTracerProvider({
      resource,
      sampler: new AlwaysOnSampler(),
      idGenerator: this.ids,
      spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(optionsOf(spans)))],
    });
    const exporter = new AzureMonitorMetricExporter(optionsOf(values));
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: METRIC_INTERVAL_MS });
    this.meters = new MeterProvider({ resource, readers: [reader] });
    // The adapters count their calls through the API of OpenTelemetry, which is silent where no provider is set.
    metrics.setGlobalMeterProvider(this.meters);
    this.logger = this.logs.getLogger(NAME);
    this.tracer = this.spans.getTracer(NAME);
    this.meter = this.meters.getMeter(NAME);
    const patience = new Patience();
    this.events = new FlushQueue(() => logs.flush(this.logs), patience, MAX_UNSENT);
    this.everything = new FlushQueue(async () => {
      const others = Promise.all([spans.flush(this.spans), values.flush(this.meters)]);
      // Events by their own queue: of two flushes at once, the SDK lets the second return with nothing sent.
      await this.events.flush();
      return (await others).every(Boolean);
    }, patience);
  }

  async event<Name extends EventName>(name: Name, fields: EventFields<Name>): Promise<void> {
    this.emit(SeverityNumber.INFO, { body: name, attributes: { [EVENT_NAME]: name, ...withoutGaps(fields) } });
    await this.events.push();
  }

  measure<Name extends MetricName>(name: Name, value: number, by: MetricAttributes<Name>): void {
    const instrument = this.instruments.get(name) ?? this.createInstrument(name);
    if ("record" in instrument) instrument.record(value, by);
    else instrument.add(value, by);
  }

  async span<Name extends SpanName, Result>(
    name: Name,
    attributes: SpanAttributes<Name> & { readonly runId: string },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { runId } = attributes;
    const around = this.active.getStore();
    const within = around?.getValue(RUN) === runId ? around : undefined;
    const parent = within ?? toRunContext(runId).setValue(RUN, runId);
    const links = within ? [] : toLinks(around);
    const span = this.tracer.startSpan(name, { attributes, links }, parent);
    try {
      return await this.active.run(trace.setSpan(parent, span), work);
    } catch (error) {
      noteError(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  endRun({ attributes, startedAt, endedAt }: EndedRun): void {
    const span = this.ids.asRootOf(attributes.runId, () =>
      this.tracer.startSpan("run", { root: true, attributes, startTime: startedAt }, ROOT_CONTEXT),
    );
    if (attributes.state === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
  }

  flush(): Promise<void> {
    return this.events.flush();
  }

  writeLine(level: LineLevel, message: string): void {
    this.emit(SEVERITIES[level], { body: message, attributes: {} });
  }

  inInvocation<Result>(traceParent: string | undefined, work: () => Result): Result {
    const caller = readTraceParent(traceParent);
    return caller ? this.active.run(trace.setSpanContext(ROOT_CONTEXT, caller), work) : work();
  }

  flushAll(): Promise<void> {
    return this.everything.flush();
  }

  async shutdown(): Promise<void> {
    await this.flushAll();
    await Promise.all([this.logs, this.spans, this.meters].map((provider) => isInTime(provider.shutdown())));
  }

  private emit(severityNumber: SeverityNumber, { body, attributes }: { body: string; attributes: Attributes }): void {
    this.logger.emit({ severityNumber, body, attributes, context: this.active.getStore() ?? ROOT_CONTEXT });
  }

  private createInstrument(name: MetricName): Counter | Gauge {
    const { is, unit } = METRICS[name];
    const instrument =
      is === "gauge" ? this.meter.createGauge(name, { unit }) : this.meter.createCounter(name, { unit });
    this.instruments.set(name, instrument);
    return instrument;
  }
}

/**
 * Whether the last records were taken: neither a flush of the SDK tells, nor the exporter, which calls a success what it gave up
 * (1.0.0-beta.45, measured with 401, 429 and 500). A part that was refused is not taken either.
 */
class Delivery {
  private wasTaken = true;
  readonly policy: PipelinePolicy = {
    name: "delivery",
    sendRequest: async (request, next) => {
      this.wasTaken = false;
      const response = await next(request);
      this.wasTaken = response.status === 200;
      return response;
    },
  };

  async flush(provider: { forceFlush(): Promise<void> }): Promise<boolean> {
    return (await isInTime(provider.forceFlush())) && this.wasTaken;
  }
}

/** False where it takes too long or fails: then it goes on by itself, or is lost. */
async function isInTime(work: Promise<void>): Promise<boolean> {
  const timeout = AbortSignal.timeout(FLUSH_TIMEOUT_MS);
  return Promise.race([
    work.then(
      () => true,
      () => false,
    ),
    new Promise<false>((resolve) => timeout.addEventListener("abort", () => resolve(false), { once: true })),
  ]);
}

/** Nothing is sent of a field that has no value. */
const withoutGaps = (fields: Readonly<Record<string, string | number | boolean | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function toLinks(around: Context | undefined): Link[] {
  const caller = around && trace.getSpanContext(around);
  return caller ? [{ context: caller }] : [];
}

const readTraceParent = (traceParent: string | undefined) =>
  traceParent === undefined ? undefined : (parseTraceParent(traceParent) ?? undefined);

function noteError(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
