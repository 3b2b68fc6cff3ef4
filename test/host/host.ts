import type { QueueServiceClient } from "@azure/storage-queue";
import { Activity } from "./activity.ts";
import { installCoreApi, type Registry } from "./coreApi.ts";
import { readHostConfig, type HostConfig } from "./hostConfig.ts";
import { startHttpServer } from "./httpServer.ts";
import { readIdle, waitUntilSettled } from "./idle.ts";
import { toInventory, type Inventory, type QueueFunction } from "./inventory.ts";
import { createInvoker, type Invoke } from "./invoker.ts";
import { loadApp } from "./loadApp.ts";
import type { Failure, FunctionDescription, Idle, LogLine, MainOptions } from "./messages.ts";
import { createQueueServiceClient } from "./queueConnection.ts";
import { QueueListener } from "./queueListener.ts";
import { createMessageProcessor } from "./queueMessage.ts";
import { createRoutes } from "./routes.ts";
import type { Settings } from "./settings.ts";
import { Timers } from "./timers.ts";

export interface HostOptions extends MainOptions {
  readonly settings: Settings;
  readonly onLog: (line: LogLine) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly FunctionDescription[];
  idle(): Promise<Idle>;
  /** As `idle`, once nothing runs and no message is visible. */
  settled(): Promise<Idle>;
  fireTimer(name: string): Promise<void>;
  /** Takes nothing new, waits for what runs, and runs the app's terminate hooks. */
  stop(): Promise<void>;
}

/** Loads the app into this process and starts all its triggers; throws on anything that the app asks for and this host lacks. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { settings, onLog } = options;
  const config = readHostConfig(options.appDirectory);
  const registry = installCoreApi((level, category, message) => {
    onLog({ time: new Date().toISOString(), function: undefined, invocationId: undefined, level, category, message });
  });
  await loadApp(options.appDirectory, registry);
  const inventory = toInventory(
    [...registry.functions.values()].map(({ metadata }) => metadata),
    settings,
  );
  const invoke = createInvoker(registry, { ...options, functionTimeoutMs: config.functionTimeoutMs });
  const listeners: QueueListener[] = [];
  const activity = new Activity(() => {
    // What has just ended may have sent messages.
    for (const listener of listeners) listener.kick();
  });
  const timers = new Timers(inventory.timers, activity, invoke);
  const routes = createRoutes(inventory.http, config.routePrefix);
  listeners.push(...(await createListeners(inventory.queues, { options, config, activity, invoke })));
  const http = await startHttpServer({ activity, invoke, keys: options, onLog }, routes, options.port);
  for (const listener of listeners) listener.start();
  timers.start();
  const parts = { activity, timers, listeners };
  return {
    url: http.url,
    functions: describeFunctions(inventory, config.routePrefix),
    idle: () => readIdle(parts),
    settled: () => waitUntilSettled(parts),
    fireTimer: (name) => timers.fire(name),
    stop: async () => {
      timers.stop();
      await Promise.all(listeners.map((listener) => listener.stop()));
      await activity.drained();
      await http.stop();
      await terminate(registry);
    },
  };
}

interface ListenerParts {
  readonly options: HostOptions;
  readonly config: HostConfig;
  readonly activity: Activity;
  readonly invoke: Invoke;
}

async function createListeners(triggers: readonly QueueFunction[], parts: ListenerParts): Promise<QueueListener[]> {
  const clients = new Map<string, QueueServiceClient>();
  const listeners: QueueListener[] = [];
  for (const trigger of triggers) {
    const { connection } = trigger;
    const client = clients.get(connection) ?? createQueueServiceClient(connection, parts.options.settings);
    clients.set(connection, client);
    if (parts.options.createQueues) await createQueue(client, trigger.queue);
    listeners.push(createListener(trigger, client, parts));
  }
  return listeners;
}

async function createQueue(client: QueueServiceClient, name: string): Promise<void> {
  try {
    await client.getQueueClient(name).createIfNotExists();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The queue ${name} cannot be created: ${reason}`, { cause: error });
  }
}

const POISON = "-poison";

function createListener(trigger: QueueFunction, client: QueueServiceClient, parts: ListenerParts): QueueListener {
  const { config, activity, invoke } = parts;
  const { onLog } = parts.options;
  const queue = client.getQueueClient(trigger.queue);
  const poisonQueue = trigger.queue.endsWith(POISON) ? undefined : client.getQueueClient(`${trigger.queue}${POISON}`);
  const common = { trigger, settings: config.queues, queue, onLog };
  const process = createMessageProcessor({ ...common, poisonQueue, invoke });
  return new QueueListener({ ...common, activity, process });
}

function describeFunctions({ http, timers, queues }: Inventory, prefix: string): FunctionDescription[] {
  const withPrefix = (route: string) => `/${[prefix, route].filter((part) => part !== "").join("/")}`;
  const described: FunctionDescription[] = [
    ...http.map(({ name, route, methods }) => ({ name, trigger: "http" as const, route: withPrefix(route), methods })),
    ...timers.map(({ name, schedule }) => ({ name, trigger: "timer" as const, schedule })),
    ...queues.map(({ name, queue }) => ({ name, trigger: "queue" as const, queue })),
  ];
  return described.sort((a, b) => a.name.localeCompare(b.name));
}

async function terminate({ hooks }: Registry): Promise<void> {
  for (const hook of hooks.appTerminate) await hook({ hookData: {} });
}
