import type { QueueName, Queues } from "../../lib/ports.ts";

const VISIBILITY_MS = 60_000;
/** What failed in a poison queue is only let go when its lease ends. */
const LEASE_MS = 600_000;
/** `maxDequeueCount` of host.json. */
export const MAX_DEQUEUE_COUNT = 5;

/** The host's name for where it puts what failed too often; a poison queue has none. */
const POISON_QUEUES: Readonly<Record<QueueName, QueueName | undefined>> = {
  "inventory-registry": "inventory-registry-poison",
  "purge-registry": "purge-registry-poison",
  "run-stage": "run-stage-poison",
  "inventory-registry-poison": undefined,
  "purge-registry-poison": undefined,
  "run-stage-poison": undefined,
};

export interface Message {
  readonly queue: QueueName;
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly dequeueCount: number;
}

/** The queues of a world, with delivery in the hands of the test: what is due first comes first. */
export class MessageBox implements Queues {
  /** All that failed too often, as it was then. */
  readonly poison: Message[] = [];
  #messages: Message[] = [];
  readonly #now: () => number;

  constructor(now: () => number, messages: readonly Message[] = []) {
    this.#now = now;
    this.#messages = [...messages];
  }

  get waiting(): readonly Message[] {
    return this.#messages;
  }

  async send(queue: QueueName, message: unknown, delayMs = 0): Promise<void> {
    const body: unknown = JSON.parse(JSON.stringify(message));
    this.#messages.push({ queue, body, dueAt: this.#now() + delayMs, dequeueCount: 0 });
  }

  /** The message that is due first, taken out. */
  take(): Message | undefined {
    const [first] = this.#messages.toSorted((a, b) => a.dueAt - b.dueAt);
    this.#messages = this.#messages.filter((message) => message !== first);
    return first;
  }

  /** A message that could not be worked on comes back, a few times; then it goes to the poison queue. */
  giveBack(message: Message): void {
    const poisonQueue = POISON_QUEUES[message.queue];
    const dequeueCount = message.dequeueCount + 1;
    const isLast = dequeueCount >= MAX_DEQUEUE_COUNT;
    const dueAt = this.#now() + (poisonQueue === undefined ? LEASE_MS : VISIBILITY_MS);
    if (isLast) this.poison.push({ ...message, dequeueCount, dueAt });
    else this.#messages.push({ ...message, dequeueCount, dueAt });
    if (isLast && poisonQueue !== undefined)
      this.#messages.push({ queue: poisonQueue, body: message.body, dueAt: this.#now(), dequeueCount: 0 });
  }
}
