/**
 * What the service tells Azure Monitor: the names and fields that alert rules, workbooks and people's queries rest on. A new name or
 * field is free; one that changes or goes breaks them. docs/telemetry.md says what each one means.
 */

/** Custom events, each with its fields. None is sampled. */
export const EVENTS = {
  snapshotSealed: ["runId", "snapshotId", "complete", "graphComplete", "parts", "incompleteParts"],
  findingOpened: ["findingId", "kind", "severity", "subject", "scope", "registryId", "publisherId"],
  findingResolved: ["findingId", "kind", "severity", "subject", "scope", "registryId", "publisherId"],
  manifestDeleted: ["runId", "planId", "registryId", "repository", "digest", "answer", "bytes"],
  deleteRefused: ["runId", "planId", "registryId", "repository", "digest", "answer", "why"],
  breakerTripped: ["runId", "planId", "registryId", "limits"],
  registryPurged: ["runId", "planId", "registryId", "state", "deleted", "deletedBytes", "why"],
  runEnded: ["runId", "stage", "trigger", "state", "why"],
  messageGivenUp: ["queue", "subject"],
} as const;

export type EventName = keyof typeof EVENTS;
export type EventFields<Name extends EventName> = Readonly<
  Record<(typeof EVENTS)[Name][number], string | number | boolean | undefined>
>;

/**
 * Metrics, each with its unit and the attributes that it is told apart by. A gauge is a state, a counter
 * a sum since it was last told. None is told apart by registry: thousands of series would be cut; events name the registry.
 */
export const METRICS = {
  hoursSinceCompleteSnapshot: { is: "gauge", unit: "h", by: [] },
  openFindings: { is: "gauge", unit: "{finding}", by: ["kind", "severity"] },
  marks: { is: "gauge", unit: "{mark}", by: ["state"] },
  oldestOverdueHours: { is: "gauge", unit: "h", by: [] },
  deletions: { is: "counter", unit: "{registry manifest}", by: [] },
  deletedBytes: { is: "counter", unit: "By", by: [] },
  breakerTrips: { is: "counter", unit: "{trip}", by: [] },
  serviceCalls: { is: "counter", unit: "{call}", by: ["service"] },
  throttles: { is: "counter", unit: "{answer}", by: ["service"] },
} as const;

export type MetricName = keyof typeof METRICS;
export type MetricAttributes<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]["by"][number], string>>;

/** Spans of a run's trace: `run` is the whole, `stage` an invocation of one stage, the others work on one registry. */
export const SPANS = {
  run: ["runId", "stage", "state"],
  stage: ["runId", "stage"],
  inventoryRegistry: ["runId", "registryId"],
  markRegistry: ["runId", "registryId"],
  planRegistry: ["runId", "registryId"],
  purgeRegistry: ["runId", "registryId"],
} as const;

export type SpanName = Exclude<keyof typeof SPANS, "run">;
export type SpanAttributes<Name extends keyof typeof SPANS> = Readonly<Record<(typeof SPANS)[Name][number], string>>;

export interface EndedRun {
  readonly attributes: SpanAttributes<"run">;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** Never throws, and never keeps work from going on for long: where nobody listens, what is told is lost, and the tables still have it. */
export interface Telemetry {
  /** Resolves once there is room for more: however many come, none is dropped for want of room while they are taken. */
  event<Name extends EventName>(name: Name, fields: EventFields<Name>): Promise<void>;
  measure<Name extends MetricName>(name: Name, value: number, by: MetricAttributes<Name>): void;
  /** Does the work inside a span of its run's trace. What it throws is noted there and thrown on. */
  span<Name extends SpanName, Result>(
    name: Name,
    attributes: SpanAttributes<Name> & { readonly runId: string },
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** The span that holds all the others of a run's trace. */
  endRun(run: EndedRun): void;
  /** Sends what was told so far. Resolves once it was taken or given up. */
  flush(): Promise<void>;
}

/** Severity of a line of the log, as the Functions host names it. */
export type LineLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical";

/** What ties telemetry to the invocations of functions. */
export interface InvocationMonitor {
  /** A line of the log, as the invocation wrote it. */
  writeLine(level: LineLevel, message: string): void;
  /** What `work` tells is tied to the request with this W3C `traceparent`: lines of the log as its children, spans by a link. */
  inInvocation<Result>(traceParent: string | undefined, work: () => Result): Result;
  /** Sends everything that was told; like `Telemetry.flush` it never throws, and waits only so long. */
  flushAll(): Promise<void>;
  /** The same, and the end: what is told afterwards is lost. */
  shutdown(): Promise<void>;
}

/** Where no component of Azure Monitor is configured. */
export const SILENCE: Telemetry = {
  event: () => Promise.resolve(),
  measure: () => undefined,
  span: (_name, _attributes, work) => work(),
  endRun: () => undefined,
  flush: () => Promise.resolve(),
};
