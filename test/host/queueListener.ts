import { setTimeout as wait } from "node:timers/promises";
import { RestError } from "@azure/storage-queue";
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { Activity } from "./activity.ts";
import type { QueueSettings } from "./hostConfig.ts";
import type { QueueFunction } from "./inventory.ts";
import type { LogLine } from "./messages.ts";
import { LEASE_MS, type ProcessMessage } from "./queueMessage.ts";

const SHORTEST_POLL_MS = 5;
const LONGEST_POLL_MS = 20;
const AFTER_ERROR_MS = 1000;
/** The service shows no more in one peek. */
const MOST_PEEKED = 32;

export interface QueueListenerOptions {
  readonly trigger: QueueFunction;
  readonly settings: QueueSettings;
  readonly queue: QueueClient;
  readonly activity: Activity;
  readonly process: ProcessMessage;
  readonly onLog: (line: LogLine) => void;
}

/** Polls one trigger's queue and has its messages processed in parallel, a batch at a time. A queue that does not exist is waited for. */
export class QueueListener {
  readonly #options: QueueListenerOptions;
  readonly #stopping = new AbortController();
  #kick = Promise.withResolvers<void>();
  #gate: Promise<unknown> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();
  readonly #processing = new Set<Promise<void>>();

  constructor(options: QueueListenerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Stops polling and waits for what is being processed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.kick();
    await this.#loop;
    await Promise.all(this.#processing);
  }

  /** Polls at once: something may have been sent. */
  kick(): void {
    this.#kick.resolve();
  }

  /** Runs `work` while no message can pass from "in the queue" to "being processed". */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#gate.then(work, work);
    this.#gate = run.catch(() => undefined);
    return run;
  }

  async count(): Promise<{ readonly visible: number; readonly hidden: number }> {
    const { queue } = this.#options;
    try {
      const [properties, peeked] = await Promise.all([
        queue.getProperties(),
        queue.peekMessages({ numberOfMessages: MOST_PEEKED }),
      ]);
      const visible = peeked.peekedMessageItems.length;
      return { visible, hidden: Math.max(0, (properties.approximateMessagesCount ?? 0) - visible) };
    } catch (error) {
      if (isNotFound(error)) return { visible: 0, hidden: 0 };
      throw error;
    }
  }

  async #poll(): Promise<void> {
    let pauseMs = SHORTEST_POLL_MS;
    while (!this.#stopping.signal.aborted) {
      const received = await this.#receiveOrReport();
      const longestMs = Math.min(LONGEST_POLL_MS, this.#options.settings.maxPollingIntervalMs);
      pauseMs = received === "nothing" ? Math.min(pauseMs * 2, longestMs) : SHORTEST_POLL_MS;
      if (received === "error") await this.#pause(AFTER_ERROR_MS);
      else if (received === "nothing") await this.#pause(pauseMs);
      else await this.#belowThreshold();
    }
  }

  async #receiveOrReport(): Promise<"messages" | "nothing" | "error"> {
    try {
      return (await this.exclusively(() => this.#receive())) > 0 ? "messages" : "nothing";
    } catch (error) {
      if (this.#stopping.signal.aborted) return "nothing";
      const { name, queue } = this.#options.trigger;
      const message = `Cannot poll the queue ${queue}: ${error instanceof Error ? error.message : String(error)}`;
      const line = { function: name, invocationId: undefined, category: "host", level: "error", message } as const;
      this.#options.onLog({ ...line, time: new Date().toISOString() });
      return "error";
    }
  }

  async #receive(): Promise<number> {
    const { queue, settings } = this.#options;
    const abortSignal = this.#stopping.signal;
    try {
      const options = { numberOfMessages: settings.batchSize, visibilityTimeout: LEASE_MS / 1000, abortSignal };
      const { receivedMessageItems } = await queue.receiveMessages(options);
      for (const message of receivedMessageItems) this.#begin(message);
      return receivedMessageItems.length;
    } catch (error) {
      if (isNotFound(error)) return 0;
      throw error;
    }
  }

  #begin(message: DequeuedMessageItem): void {
    const { activity, trigger, process } = this.#options;
    const done = activity.run(trigger.name, () => process(message)).finally(() => this.#processing.delete(done));
    this.#processing.add(done);
  }

  async #belowThreshold(): Promise<void> {
    const { newBatchThreshold } = this.#options.settings;
    while (this.#processing.size > newBatchThreshold) await Promise.race(this.#processing);
  }

  async #pause(pauseMs: number): Promise<void> {
    const timeout = new AbortController();
    const elapsed = wait(pauseMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([elapsed, this.#kick.promise]);
    timeout.abort();
    this.#kick = Promise.withResolvers<void>();
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404;
}
