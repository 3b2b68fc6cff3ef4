import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { TypedData } from "./coreApi.ts";
import type { QueueSettings } from "./hostConfig.ts";
import type { QueueFunction } from "./inventory.ts";
import type { Invoke } from "./invoker.ts";
import type { LogLine } from "./messages.ts";

/** How long the host hides a message that it works on. Fixed, as in Azure: host.json's visibilityTimeout is for failed tries. */
export const LEASE_MS = 600_000;
const RENEW_AFTER_MS = LEASE_MS / 2;
const RENEW_CHECK_MS = 1000;

/** Never rejects; a message whose outcome could not be stored comes back when its lease ends. */
export type ProcessMessage = (message: DequeuedMessageItem) => Promise<void>;

export interface ProcessorOptions {
  readonly trigger: QueueFunction;
  readonly settings: QueueSettings;
  readonly queue: QueueClient;
  /** Where a message goes after its last try; created when first needed. A poison queue has none of its own. */
  readonly poisonQueue: QueueClient | undefined;
  readonly invoke: Invoke;
  readonly onLog: (line: LogLine) => void;
}

/** The message as held now: each renewal changes its pop receipt. */
interface Held {
  readonly message: DequeuedMessageItem;
  popReceipt: string;
  renewAt: number;
}

/**
 * Deletes a message only after its function succeeded; else shows it again after the visibility timeout, or poisons it. One that
 * failed in a poison queue comes back when its lease ends, and after its last try is shown to the function no more.
 */
export function createMessageProcessor(options: ProcessorOptions): ProcessMessage {
  return async (message) => {
    const held = { message, popReceipt: message.popReceipt, renewAt: Date.now() + RENEW_AFTER_MS };
    try {
      // True after crashes: the last try never got to say that it failed.
      if (message.dequeueCount > options.settings.maxDequeueCount) await poison(options, held);
      else await complete(options, held, await tryMessage(options, held));
    } catch (error) {
      logProblem(options, `Cannot store the outcome of message ${message.messageId}`, error);
    }
  };
}

async function tryMessage(options: ProcessorOptions, held: Held): Promise<"succeeded" | "failed"> {
  const text = decode(held.message.messageText, options.settings.messageEncoding);
  if (text === undefined) {
    logProblem(options, `Message ${held.message.messageId} is not base64`, "messageEncoding of host.json says base64");
    return "failed";
  }
  const renewal = setInterval(() => void renew(options, held), RENEW_CHECK_MS);
  try {
    const { name, binding } = options.trigger;
    await options.invoke(name, { binding, data: { string: text }, triggerMetadata: toMetadata(held.message, text) });
    return "succeeded";
  } catch {
    return "failed";
  } finally {
    clearInterval(renewal);
  }
}

async function complete(options: ProcessorOptions, held: Held, outcome: "succeeded" | "failed"): Promise<void> {
  const { messageId, dequeueCount, messageText } = held.message;
  if (outcome === "succeeded") await options.queue.deleteMessage(messageId, held.popReceipt);
  else if (options.poisonQueue === undefined) return;
  else if (dequeueCount >= options.settings.maxDequeueCount) await poison(options, held);
  else {
    const seconds = Math.round(options.settings.visibilityTimeoutMs / 1000);
    await options.queue.updateMessage(messageId, held.popReceipt, messageText, seconds);
  }
}

/** First stored there, then deleted here: a crash in between leaves two, never none. Without a poison queue it only stays hidden. */
async function poison({ poisonQueue, queue }: ProcessorOptions, { message, popReceipt }: Held): Promise<void> {
  if (poisonQueue === undefined) return;
  await poisonQueue.createIfNotExists();
  await poisonQueue.sendMessage(message.messageText);
  await queue.deleteMessage(message.messageId, popReceipt);
}

async function renew(options: ProcessorOptions, held: Held): Promise<void> {
  if (Date.now() < held.renewAt) return;
  held.renewAt = Date.now() + RENEW_AFTER_MS;
  const { messageId, messageText } = held.message;
  try {
    const renewed = await options.queue.updateMessage(messageId, held.popReceipt, messageText, LEASE_MS / 1000);
    held.popReceipt = renewed.popReceipt ?? held.popReceipt;
  } catch (error) {
    logProblem(options, `Cannot renew the lease of message ${messageId}`, error);
  }
}

function decode(text: string, encoding: QueueSettings["messageEncoding"]): string | undefined {
  if (encoding === "none") return text;
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, "base64").toString() : undefined;
}

function toMetadata(message: DequeuedMessageItem, text: string): Record<string, TypedData> {
  return {
    Id: { string: message.messageId },
    DequeueCount: { json: String(message.dequeueCount) },
    InsertionTime: { json: JSON.stringify(message.insertedOn) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
    PopReceipt: { string: message.popReceipt },
    QueueTrigger: { string: text },
  };
}

function logProblem({ trigger, onLog }: ProcessorOptions, what: string, problem: unknown): void {
  const message = `${what}: ${problem instanceof Error ? problem.message : String(problem)}`;
  const time = new Date().toISOString();
  onLog({ time, function: trigger.name, invocationId: undefined, level: "error", category: "host", message });
}
