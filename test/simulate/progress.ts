import { SingleBar } from "cli-progress";
import type { Layout } from "./layout.ts";

/** What is shown while nights pass. Text that is printed stays; what is going on is only shown on a terminal. */
export interface Progress {
  print(text: string): void;
  /** A few words about what is going on now. */
  doing(what: string): void;
  nightOver(): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly nights: number;
  readonly stream: NodeJS.WriteStream;
  readonly layout: Layout;
}

export function createProgress(options: ProgressOptions): Progress {
  return options.stream.isTTY ? new TerminalProgress(options) : createPlainProgress(options.stream);
}

function createPlainProgress(stream: NodeJS.WriteStream): Progress {
  return {
    print: (text) => void stream.write(`${text}\n`),
    doing: () => undefined,
    nightOver: () => undefined,
    stop: () => undefined,
  };
}

const BAR_SIZE = 20;

class TerminalProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #bar: SingleBar;
  #startedAt: number | undefined;
  #nights = 0;
  #doing = "starting the sandbox and the service";

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#bar = new SingleBar({
      stream: options.stream,
      format: "{bar} {text}",
      barsize: BAR_SIZE,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      clearOnComplete: true,
      // After Ctrl+C nobody would give the cursor and the wrapping back; and its own handler would swallow the first one.
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
    });
    this.#resume();
  }

  print(text: string): void {
    this.#bar.stop();
    this.#options.stream.write(`${text}\n`);
    this.#resume();
  }

  doing(what: string): void {
    // The nights alone, without the start: it says nothing about how long they take.
    this.#startedAt ??= performance.now();
    this.#doing = what;
    this.#show();
  }

  nightOver(): void {
    this.#nights += 1;
    this.#doing = "";
    this.#show();
  }

  stop(): void {
    this.#bar.stop();
  }

  #show(): void {
    this.#bar.update(this.#nights, this.#payload());
  }

  #resume(): void {
    if (this.#nights < this.#options.nights) this.#bar.start(this.#options.nights, this.#nights, this.#payload());
  }

  #payload(): { text: string } {
    const { nights, layout } = this.#options;
    const parts = [`night ${Math.min(this.#nights + 1, nights)} of ${nights}`, this.#left(), this.#doing];
    const text = parts.filter((part) => part !== "").join(" · ");
    return { text: text.slice(0, layout.columns - BAR_SIZE - 2) };
  }

  #left(): string {
    if (this.#nights === 0 || this.#startedAt === undefined) return "";
    const perNightMs = (performance.now() - this.#startedAt) / this.#nights;
    return `about ${Math.ceil((perNightMs * (this.#options.nights - this.#nights)) / 1000)} s left`;
  }
}
