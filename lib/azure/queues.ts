import type { Queues } from "../ports.ts";
import { toUpstreamError } from "./clientOptions.ts";
import type { StorageClients } from "./storageClients.ts";

/** Azure allows up to seven days; whoever asks us to wait longer than this is answered sooner. */
const MAX_DELAY_SECONDS = 12 * 3600;

/** Messages are base64 text, as the Functions host expects by default; a queue is created on first use. */
export function createQueues(clients: StorageClients): Queues {
  const ready = new Map<string, Promise<unknown>>();
  return {
    async send(queue, message, delayMs = 0) {
      const client = clients.queue(queue);
      try {
        if (!ready.has(queue)) ready.set(queue, client.createIfNotExists());
        await ready.get(queue);
        const text = Buffer.from(JSON.stringify(message)).toString("base64");
        await client.sendMessage(text, {
          visibilityTimeout: Math.min(Math.max(Math.ceil(delayMs / 1000), 0), MAX_DELAY_SECONDS),
        });
      } catch (error) {
        ready.delete(queue);
        throw toUpstreamError("queues", `send to ${queue}`, error);
      }
    },
  };
}
