import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const TIME_SPAN = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;

const TimeSpan = z.string().regex(TIME_SPAN, "must be a time span such as 00:05:00").transform(timeSpanToMs);

const QueueSettingsSchema = z.strictObject({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  visibilityTimeout: TimeSpan.default(0),
  maxDequeueCount: z.int().min(1).default(5),
  maxPollingInterval: TimeSpan.default(60_000),
  messageEncoding: z.enum(["base64", "none"]).default("base64"),
});

const withoutEffect = z.unknown().optional();

/** Settings outside this list are refused; `withoutEffect` marks those that the app may have for Azure but that change nothing here. */
const HostFileSchema = z.strictObject({
  version: z.literal("2.0"),
  $schema: withoutEffect,
  logging: withoutEffect,
  telemetryMode: withoutEffect,
  extensionBundle: withoutEffect,
  healthMonitor: withoutEffect,
  functionTimeout: z.union([z.literal("-1").transform(() => undefined), TimeSpan]).optional(),
  extensions: z
    .strictObject({
      http: z
        .strictObject({
          routePrefix: z.string().default("api"),
          maxOutstandingRequests: withoutEffect,
          maxConcurrentRequests: withoutEffect,
          dynamicThrottlesEnabled: withoutEffect,
        })
        .optional(),
      queues: QueueSettingsSchema.optional(),
    })
    .optional(),
});

/** Durations in milliseconds. */
export interface QueueSettings {
  readonly batchSize: number;
  /** The next batch is fetched when no more than this many messages are being processed. */
  readonly newBatchThreshold: number;
  /** How long a message stays hidden after a failed try. */
  readonly visibilityTimeoutMs: number;
  readonly maxDequeueCount: number;
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: "base64" | "none";
}

export interface HostConfig {
  readonly routePrefix: string;
  /** `undefined` = no limit. */
  readonly functionTimeoutMs: number | undefined;
  readonly queues: QueueSettings;
}

/** Reads the app's host.json; throws one error that names every setting that is wrong or unknown to this host. */
export function readHostConfig(appDirectory: string): HostConfig {
  const file = join(appDirectory, "host.json");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const result = HostFileSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`);
    throw new Error(`The local host cannot use ${file}:\n${problems.join("\n")}`);
  }
  const { extensions, functionTimeout } = result.data;
  const unlimited = "functionTimeout" in result.data && functionTimeout === undefined;
  return {
    routePrefix: extensions?.http?.routePrefix ?? "api",
    functionTimeoutMs: unlimited ? undefined : (functionTimeout ?? 30 * 60_000),
    queues: toQueueSettings(extensions?.queues ?? QueueSettingsSchema.parse({})),
  };
}

function toQueueSettings(settings: z.infer<typeof QueueSettingsSchema>): QueueSettings {
  return {
    batchSize: settings.batchSize,
    newBatchThreshold: settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2),
    visibilityTimeoutMs: settings.visibilityTimeout,
    maxDequeueCount: settings.maxDequeueCount,
    maxPollingIntervalMs: settings.maxPollingInterval,
    messageEncoding: settings.messageEncoding,
  };
}

function timeSpanToMs(text: string): number {
  const [, days = "0", hours, minutes, seconds, fraction = "0"] = TIME_SPAN.exec(text) ?? [];
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
}
