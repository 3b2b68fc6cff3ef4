import type { Queues } from "../ports.ts";
import { toUpstreamError } from "./clientOptions.ts";
import type { StorageClients } from "./storageClients.ts";

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
        await client.sendMessage(text, { visibilityTimeout: Math.ceil(delayMs / 1000) });
      } catch (error) {
        ready.delete(queue);
        throw toUpstreamError("queues", `send to ${queue}`, error);
      }
    },
  };
}
