import { z } from "zod";

/** What the host's process and the process that started it say to each other, over Node's IPC channel. */

export type Level = "trace" | "debug" | "information" | "warning" | "error" | "critical";

/** `user` lines come from a function's context, `system` from the Functions library, `host` from this host, `console` from stdout and stderr. */
export type Category = "user" | "system" | "host" | "console";

export interface LogLine {
  /** ISO 8601, by the host's (virtual) clock. */
  readonly time: string;
  readonly function: string | undefined;
  readonly invocationId: string | undefined;
  readonly level: Level;
  readonly category: Category;
  readonly message: string;
}

/** An invocation that threw. */
export interface Failure {
  readonly time: string;
  readonly function: string;
  readonly invocationId: string;
  readonly error: string;
}

export type FunctionDescription =
  | { readonly name: string; readonly trigger: "http"; readonly route: string; readonly methods: readonly string[] }
  | { readonly name: string; readonly trigger: "timer"; readonly schedule: string }
  | { readonly name: string; readonly trigger: "queue"; readonly queue: string };

const IdleSchema = z.object({
  running: z.int().describe("Invocations, and queue messages whose outcome is not stored yet"),
  runningFunctions: z.array(z.string()),
  visibleMessages: z.int().describe("Counted up to 32 per queue: a peek shows no more"),
  hiddenMessages: z.int(),
  nextTimerAt: z
    .int()
    .optional()
    .describe("Milliseconds since the epoch; absent with no timer, or while each one runs"),
});

const MemorySchema = z.object({ rss: z.int(), heapUsed: z.int() }).describe("Bytes");

/** The answer of each method that the parent can call. */
export const ANSWERS = { idle: IdleSchema, settled: IdleSchema, fireTimer: z.undefined(), memory: MemorySchema };

/** What runs and waits; messages are those of the queues that functions are triggered by, poison queues not included. */
export type Idle = Readonly<z.infer<typeof IdleSchema>>;
export type Memory = Readonly<z.infer<typeof MemorySchema>>;
export type Method = keyof typeof ANSWERS;

export interface CallMessage {
  readonly type: "call";
  readonly id: number;
  readonly method: Method;
  readonly argument?: string;
}

export interface Ready {
  readonly type: "ready";
  readonly url: string;
  readonly functions: readonly FunctionDescription[];
}

export type HostMessage =
  | Ready
  | { readonly type: "setupFailed"; readonly message: string }
  | { readonly type: "log"; readonly line: LogLine }
  | { readonly type: "failure"; readonly failure: Failure }
  | { readonly type: "result"; readonly id: number; readonly value: unknown }
  | { readonly type: "callFailed"; readonly id: number; readonly message: string };

/** The host's start options: the first program argument, as JSON. */
export interface MainOptions {
  readonly appDirectory: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly functionKey: string;
  readonly adminKey: string;
  readonly createQueues: boolean;
}

const HOST_MESSAGE_TYPES = new Set(["ready", "setupFailed", "log", "failure", "result", "callFailed"]);

export function isHostMessage(message: unknown): message is HostMessage {
  return hasType(message) && HOST_MESSAGE_TYPES.has(message.type);
}

export function isCallMessage(message: unknown): message is CallMessage {
  return hasType(message) && message.type === "call";
}

function hasType(message: unknown): message is { type: string } {
  return typeof message === "object" && message !== null && "type" in message && typeof message.type === "string";
}
