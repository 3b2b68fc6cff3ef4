import type { QueueName, Queues } from "../../lib/ports.ts";

const VISIBILITY_MS = 60_000;
/** `maxDequeueCount` of host.json. */
const MAX_DEQUEUE_COUNT = 5;

export interface Message {
  readonly queue: QueueName;
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly dequeueCount: number;
}

/** The queues of a world, with delivery in the hands of the test: what is due first comes first. */
export class MessageBox implements Queues {
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

  /** A message that could not be worked on comes back, a few times. */
  giveBack(message: Message): void {
    const dequeueCount = message.dequeueCount + 1;
    const back = { ...message, dequeueCount, dueAt: this.#now() + VISIBILITY_MS };
    if (dequeueCount >= MAX_DEQUEUE_COUNT) this.poison.push(back);
    else this.#messages.push(back);
  }
}
