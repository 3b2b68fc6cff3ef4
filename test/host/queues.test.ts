import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { startStorageLab, type StorageLab } from "./fixtures/support/storageLab.ts";
import { startHost, type HostHandle } from "./functionsHost.ts";
import type { LogLine } from "./messages.ts";
import { runUntil } from "./nights.ts";

const START = Date.parse("2026-01-01T12:00:00Z");
const HOUR_MS = 3_600_000;
const appDirectory = join(import.meta.dirname, "fixtures/queue");

let clock: VirtualClock;
let lab: StorageLab;
let host: HostHandle;
let queueName = "";
let lines: LogLine[] = [];
let queueCount = 0;

beforeAll(async () => {
  clock = new VirtualClock(START);
  lab = await startStorageLab(clock);
});
afterAll(() => lab.stop());

beforeEach(async () => {
  lines = [];
  queueName = `work-${(queueCount += 1)}`;
  host = await start();
});
afterEach(() => host.stop());

function start(createQueues = true): Promise<HostHandle> {
  const env = { ...lab.settings, WORK_QUEUE: queueName };
  return startHost({ appDirectory, env, clock, createQueues, onLog: (line) => void lines.push(line) });
}

const queue = () => lab.queues.getQueueClient(queueName);
const poison = () => lab.queues.getQueueClient(`${queueName}-poison`);
const send = (message: unknown, delayS = 0) =>
  queue().sendMessage(Buffer.from(JSON.stringify(message)).toString("base64"), { visibilityTimeout: delayS });
const tries = (): { message: unknown; dequeueCount: number; at: number }[] =>
  lines.filter(({ message }) => message.startsWith("try ")).map(({ message }) => JSON.parse(message.slice(4)));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(2);
}

describe("a queue trigger", () => {
  it("gets each message once, by managed identity, and deletes it", async () => {
    await Promise.all([1, 2, 3, 4, 5, 6].map((id) => send({ id })));
    const idle = await host.settled();
    expect(tries().map(({ dequeueCount }) => dequeueCount)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(idle).toMatchObject({ running: 0, visibleMessages: 0, hiddenMessages: 0 });
    expect(lab.tokenResources).toContain("https://storage.azure.com");
  });

  it("tries a failed message again after the visibility timeout, and deletes it when it succeeds", async () => {
    await send({ failures: 1 });
    const idle = await host.settled();
    expect(idle).toMatchObject({ visibleMessages: 0, hiddenMessages: 1 });
    await runUntil({ host, clock }, clock.now() + HOUR_MS);
    const [first, second] = tries();
    expect(tries().map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(host.failures).toHaveLength(1);
    expect((await queue().getProperties()).approximateMessagesCount).toBe(0);
  });

  it("moves a message to the poison queue after the last try", async () => {
    await send({ failures: 99 });
    await runUntil({ host, clock }, clock.now() + HOUR_MS);
    expect(tries().map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
    expect((await queue().getProperties()).approximateMessagesCount).toBe(0);
    const { peekedMessageItems } = await poison().peekMessages();
    expect(Buffer.from(peekedMessageItems[0]?.messageText ?? "", "base64").toString()).toBe('{"failures":99}');
  });

  it("keeps in a poison queue what fails there: it comes back when its lease ends, and not after the last try", async () => {
    await host.stop();
    queueName = `${queueName}-poison`;
    host = await start();
    await send({ failures: 99 });
    await runUntil({ host, clock }, clock.now() + 3 * HOUR_MS);
    expect(tries().map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
    const [first, second] = tries();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(600_000);
    expect((await queue().getProperties()).approximateMessagesCount).toBe(1);
    expect(await poison().exists()).toBe(false);
  });

  it("never shows a message that is not base64 to the function", async () => {
    await queue().sendMessage("{plain}");
    await runUntil({ host, clock }, clock.now() + HOUR_MS);
    expect(tries()).toEqual([]);
    expect((await poison().peekMessages()).peekedMessageItems[0]?.messageText).toBe("{plain}");
  });

  it("gets a delayed message when its virtual time has come, not before", async () => {
    await send({ id: "later" }, 600);
    const sentAt = clock.now();
    await runUntil({ host, clock }, sentAt + 500_000);
    expect(tries()).toEqual([]);
    await runUntil({ host, clock }, sentAt + 700_000);
    expect(tries()).toHaveLength(1);
  });

  it("gets a message again when the host died at work, after the ten-minute lease", async () => {
    await send({ hang: true });
    await until(() => tries().length === 1);
    await host.kill();
    host = await start();
    expect(await host.settled()).toMatchObject({ visibleMessages: 0, hiddenMessages: 1 });
    await runUntil({ host, clock }, clock.now() + HOUR_MS);
    const [first, second] = tries();
    expect(second).toMatchObject({ message: { hang: true }, dequeueCount: 2 });
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(600_000);
    expect((await queue().getProperties()).approximateMessagesCount).toBe(0);
  });

  it("waits for a queue that does not exist yet, as Azure does", async () => {
    await host.stop();
    queueName = "created-later";
    host = await start(false);
    expect(await host.settled()).toMatchObject({ visibleMessages: 0, hiddenMessages: 0 });
    await queue().create();
    await send({ id: 1 });
    await host.settled();
    expect(tries()).toHaveLength(1);
  });

  it("gets messages by connection string too", async () => {
    await host.stop();
    const { NODE_EXTRA_CA_CERTS = "" } = lab.settings;
    const env = { NODE_EXTRA_CA_CERTS, AzureWebJobsStorage: lab.azurite.connectionString, WORK_QUEUE: queueName };
    host = await startHost({ appDirectory, env, clock, onLog: (line) => void lines.push(line) });
    await send({ id: 1 });
    await host.settled();
    expect(tries()).toHaveLength(1);
  });

  it("refuses a credential that it does not have", async () => {
    const env = { ...lab.settings, WORK_QUEUE: queueName, AzureWebJobsStorage__credential: "workloadidentity" };
    await expect(startHost({ appDirectory, env, clock })).rejects.toThrow(
      "AzureWebJobsStorage__credential=managedidentity",
    );
  });

  it("shares its nights with timers: hidden messages do not hold them up", async () => {
    await send({ id: "much later" }, 5 * 86_400);
    await runUntil({ host, clock }, clock.now() + 2 * 24 * HOUR_MS, { stepMs: HOUR_MS });
    expect(lines.filter(({ message }) => message === "night")).toHaveLength(2);
    expect(tries()).toEqual([]);
  });
});
