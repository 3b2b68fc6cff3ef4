import { describe, expect, it } from "@jest/globals";
import { createQueues } from "../../lib/azure/queues.ts";
import type { QueueName } from "../../lib/ports.ts";
import { useStorageBench } from "./storageBench.ts";

const HOUR_MS = 3_600_000;

const bench = useStorageBench();
const queues = () => createQueues(bench.clients());

/** The texts of the messages that are visible now, as a Functions host would see them; takes them off the queue. */
async function receive(queue: QueueName): Promise<string[]> {
  const client = bench.clients().queue(queue);
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 1 });
  for (const { messageId, popReceipt } of receivedMessageItems) await client.deleteMessage(messageId, popReceipt);
  return receivedMessageItems.map(({ messageText }) => messageText);
}
const decode = (text: string): unknown => JSON.parse(Buffer.from(text, "base64").toString());
const pass = (ms: number) => bench.clock.advanceTo(bench.clock.now() + ms);

describe("sending a message", () => {
  it("creates the queue on first use, also for many senders at once", async () => {
    const shared = queues();
    const senders = [shared, shared, queues(), queues()];
    await Promise.all(senders.map((sender, index) => sender.send("run-stage", `from ${index}`)));
    const texts = (await receive("run-stage")).map(decode).map(String);
    expect(texts.toSorted()).toEqual(["from 0", "from 1", "from 2", "from 3"]);
  });

  it("sends base64 of the JSON, which a Functions host decodes by default", async () => {
    const message = { registryId: "/subscriptions/ü", nested: [null, 1.5, "🙂"] };
    await queues().send("inventory-registry", message);
    const [text = ""] = await receive("inventory-registry");
    expect(text).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(decode(text)).toEqual(message);
  });

  it("keeps queues apart", async () => {
    await queues().send("inventory-registry", "i");
    await queues().send("purge-registry", "p");
    expect((await receive("purge-registry")).map(decode)).toEqual(["p"]);
    expect((await receive("inventory-registry")).map(decode)).toEqual(["i"]);
  });

  it("hides it for as long as was asked, rounded up to whole seconds", async () => {
    await queues().send("purge-registry", "later", 3 * HOUR_MS - 900);
    expect(await receive("purge-registry")).toEqual([]);
    await pass(3 * HOUR_MS - 60_000);
    expect(await receive("purge-registry")).toEqual([]);
    await pass(60_000);
    expect((await receive("purge-registry")).map(decode)).toEqual(["later"]);
  });

  it("shows it at once where the delay lies in the past", async () => {
    await queues().send("purge-registry", "now", -5_000);
    expect((await receive("purge-registry")).map(decode)).toEqual(["now"]);
  });

  it("shows it early rather than never where the delay is longer than the service allows", async () => {
    await queues().send("purge-registry", "month", 30 * 24 * HOUR_MS);
    expect(await receive("purge-registry")).toEqual([]);
    await pass(12 * HOUR_MS + 1_000);
    expect((await receive("purge-registry")).map(decode)).toEqual(["month"]);
  });

  it("fails where the queue was deleted meanwhile, and makes it anew for the next message", async () => {
    const sender = queues();
    await sender.send("run-stage", 1);
    await bench.clients().queue("run-stage").delete();
    const lost = sender.send("run-stage", 2);
    await expect(lost).rejects.toMatchObject({ code: "UpstreamError", service: "queues", status: 404 });
    await sender.send("run-stage", 3);
    expect((await receive("run-stage")).map(decode)).toEqual([3]);
  });

  it("fails where a message is larger than the service takes", async () => {
    const large = queues().send("run-stage", "x".repeat(64 * 1024));
    await expect(large).rejects.toMatchObject({ code: "UpstreamError", service: "queues", status: 413 });
  });
});
