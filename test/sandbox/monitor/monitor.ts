import { randomUUID } from "node:crypto";
import { startJsonServer, toError, type JsonAnswer, type JsonRequest } from "../arm/jsonServer.ts";
import type { Certificates, Clock, SandboxServer } from "../contracts.ts";
import type { Fault } from "../estate.ts";
import { FaultList } from "../faults.ts";
import { readToken } from "../identity/tokens.ts";
import { logAnalyticsDialect } from "../kql/dialects.ts";
import { createKql } from "../kql/kql.ts";
import type { Row } from "../kql/values.ts";
import { ingest } from "./ingest.ts";
import { MONITOR_TABLES } from "./tables.ts";
import { createTelemetryLog, type TelemetryLog } from "./telemetryLog.ts";

/** What a token must be for; the exporter asks for this one unless the connection string names another. */
const AUDIENCE = "https://monitor.azure.com";
const DEFAULT_DELAY_MS = 60_000;
const FAULTS = new Set<Fault["effect"]["kind"]>(["status", "throttle", "reset", "delay", "clockSkew", "truncate"]);

export interface MonitorOptions {
  readonly clock: Clock;
  readonly certificates: Certificates;
  /** Whether the instrumentation key alone is enough; default: no. */
  readonly localAuth?: boolean;
  /** Client ids with the role Monitoring Metrics Publisher; default: every identity. */
  readonly publishers?: readonly string[];
  /** From arrival to being seen by queries; default one minute. The service calls under ten seconds usual and promises nothing. */
  readonly ingestionDelayMs?: number;
}

/** One workspace-based component of Application Insights. */
export interface SandboxMonitor extends SandboxServer {
  readonly connectionString: string;
  readonly telemetry: TelemetryLog;
  /** What the component's logs answer now. Throws a `KqlError` for what they would refuse. */
  query(kql: string): readonly Row[];
}

/** The ingestion endpoint, which takes what the Azure Monitor exporters post. */
export async function createMonitor(options: MonitorOptions): Promise<SandboxMonitor> {
  const { clock, certificates } = options;
  const instrumentationKey = randomUUID();
  const faults = new FaultList(clock);
  const telemetry = createTelemetryLog(options.ingestionDelayMs ?? DEFAULT_DELAY_MS);
  const kql = createKql({ tables: MONITOR_TABLES, dialect: logAnalyticsDialect });
  const server = await startJsonServer({
    clock,
    certificates,
    targetOf: () => ({ server: "monitor", kind: "track" }),
    takeFault: (_target, method, path) => faults.take(method, path),
    answer: (request) =>
      refuse(request, options) ?? ingest(request, { telemetry, instrumentationKey, receivedAt: clock.now() }),
  });
  return {
    ...server,
    connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=${server.url}/`,
    telemetry,
    query: (text) => kql.compile(text, clock.now()).run(telemetry.at(clock.now())),
    addFault(fault) {
      if (!FAULTS.has(fault.effect.kind)) throw new Error(`Azure Monitor has no fault '${fault.effect.kind}'`);
      faults.add(fault);
    },
  };
}

function refuse(request: JsonRequest, options: MonitorOptions): JsonAnswer | undefined {
  const { pathname } = request.url;
  if (pathname !== "/v2.1/track") return toError(404, "NotFound", "Nothing is here.");
  if (request.method !== "POST") return toError(405, "MethodNotAllowed", "Only POST is supported.");
  return refuseCaller(request.header("authorization"), options);
}

/**
 * A token that is sent is checked even where the key would do.
 * https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication
 */
function refuseCaller(authorization: string | undefined, options: MonitorOptions): JsonAnswer | undefined {
  if (authorization === undefined)
    return options.localAuth
      ? undefined
      : toError(401, "Unauthorized", "The resource takes Microsoft Entra tokens only.");
  const claims = readToken(authorization.replace(/^Bearer /, ""));
  const isValid = claims?.aud.replace(/\/$/, "") === AUDIENCE && claims.exp * 1_000 > options.clock.now();
  if (!claims || !isValid)
    return toError(401, "Unauthorized", "The token is malformed, expired or for another audience.");
  if (options.publishers && !options.publishers.includes(claims.appid))
    return toError(403, "Forbidden", "The caller is no Monitoring Metrics Publisher of the resource.");
  return undefined;
}
