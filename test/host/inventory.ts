import type { Binding, FunctionMetadata } from "./coreApi.ts";
import { resolveSettings, type Settings } from "./settings.ts";

export type AuthLevel = "anonymous" | "function" | "admin";

interface TriggeredFunction {
  readonly name: string;
  /** The trigger binding's name, under which the function's input is passed. */
  readonly binding: string;
}

export interface HttpFunction extends TriggeredFunction {
  readonly route: string;
  /** Upper case. */
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
}

export interface TimerFunction extends TriggeredFunction {
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
}

export interface QueueFunction extends TriggeredFunction {
  readonly queue: string;
  /** The prefix of the settings that say where the queue is. */
  readonly connection: string;
}

export interface Inventory {
  readonly http: readonly HttpFunction[];
  readonly timers: readonly TimerFunction[];
  readonly queues: readonly QueueFunction[];
}

/** Sorts the registered functions by trigger, `%settings%` resolved; throws at the first thing that this host does not support. */
export function toInventory(functions: Iterable<FunctionMetadata>, settings: Settings): Inventory {
  const http: HttpFunction[] = [];
  const timers: TimerFunction[] = [];
  const queues: QueueFunction[] = [];
  for (const metadata of functions) {
    const [binding, trigger] = findTrigger(metadata);
    const of = { name: metadata.name, binding };
    const read = (key: string) => readText(trigger, key, settings);
    if (trigger.type === "httpTrigger") http.push({ ...of, ...toHttp(trigger, read("route") ?? metadata.name) });
    else if (trigger.type === "timerTrigger") timers.push({ ...of, ...toTimer(trigger, required(of.name, read)) });
    else if (trigger.type === "queueTrigger") queues.push({ ...of, ...toQueue(required(of.name, read), read) });
    else throw unsupported(metadata.name, `trigger type ${trigger.type}`);
  }
  return { http, timers, queues };
}

function findTrigger(metadata: FunctionMetadata): [string, Binding] {
  if (metadata.retryOptions !== undefined) throw unsupported(metadata.name, "a retry policy");
  const bindings = Object.entries(metadata.bindings);
  const trigger = bindings.find(([, binding]) => /trigger$/i.test(binding.type));
  if (trigger === undefined) throw new Error(`The function ${metadata.name} has no trigger`);
  for (const entry of bindings) if (entry !== trigger) refuseOtherBinding(metadata.name, entry[1]);
  if (trigger[1]["sdkBinding"] === true) throw unsupported(metadata.name, "an SDK-type binding");
  return trigger;
}

function refuseOtherBinding(name: string, binding: Binding): void {
  if (binding.direction === "out" && binding.type === "http") return;
  throw unsupported(name, `an ${binding.direction === "out" ? "output" : "input"} binding of type ${binding.type}`);
}

function toHttp(trigger: Binding, route: string): Omit<HttpFunction, keyof TriggeredFunction> {
  const methods = Array.isArray(trigger["methods"]) ? trigger["methods"] : [];
  const { authLevel } = trigger;
  if (authLevel !== "anonymous" && authLevel !== "function" && authLevel !== "admin")
    throw new Error(`Unknown authLevel ${String(authLevel)} of the route ${route}`);
  return { route, methods: methods.map((method) => String(method).toUpperCase()), authLevel };
}

type Read = (key: string) => string | undefined;

function toTimer(trigger: Binding, read: (key: string) => string): Omit<TimerFunction, keyof TriggeredFunction> {
  return {
    schedule: read("schedule"),
    runOnStartup: trigger["runOnStartup"] === true,
    useMonitor: trigger["useMonitor"] !== false,
  };
}

function toQueue(read: (key: string) => string, find: Read): Omit<QueueFunction, keyof TriggeredFunction> {
  return { queue: read("queueName"), connection: find("connection") ?? "AzureWebJobsStorage" };
}

function readText(trigger: Binding, key: string, settings: Settings): string | undefined {
  const value = trigger[key];
  return typeof value === "string" && value !== "" ? resolveSettings(value, settings) : undefined;
}

function required(name: string, read: Read): (key: string) => string {
  return (key) => {
    const value = read(key);
    if (value === undefined) throw new Error(`The function ${name} has no ${key}`);
    return value;
  };
}

function unsupported(name: string, what: string): Error {
  return new Error(`The local host does not support ${what} (function ${name})`);
}
