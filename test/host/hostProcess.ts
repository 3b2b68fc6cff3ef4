import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { noteOutput } from "../support/secretWatch/secretWatch.ts";
import { isHostMessage, type Failure, type HostMessage, type LogLine, type Method, type Ready } from "./messages.ts";

const DEFAULT_GRACE_MS = 5000;
const KEPT_ERROR_LINES = 20;

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The parent's end of a host process. */
export class HostProcess {
  readonly failures: Failure[] = [];
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  readonly #onLog: (line: LogLine) => void;
  readonly #calls = new Map<number, PendingCall>();
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #errorLines: string[] = [];
  #lastCall = 0;

  constructor(child: ChildProcess, onLog: (line: LogLine) => void = () => undefined) {
    this.#child = child;
    this.#onLog = onLog;
    // `close` comes after the last line of output, `exit` may come before.
    this.exited = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(signal ?? code ?? 0));
    });
    void this.exited.then((how) => this.#failAll(how));
    child.on("message", (message) => {
      if (isHostMessage(message)) this.#receive(message);
    });
    this.#forward(child.stdout, "information");
    this.#forward(child.stderr, "error");
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Rejects when the process has ended without being ready. */
  async ready(): Promise<Ready> {
    try {
      return await this.#ready.promise;
    } catch (error) {
      await this.exited;
      throw error;
    }
  }

  /** Calls a method of the host; `read` checks its answer. Rejects with the method's error, or when the process ends. */
  async call<T>(method: Method, read: (answer: unknown) => T, argument?: string): Promise<T> {
    const id = (this.#lastCall += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(id, { resolve, reject });
    if (this.#child.connected) this.#child.send({ type: "call", id, method, argument }, () => undefined);
    else reject(new Error(`The host process has ended; it cannot answer ${method}`));
    try {
      return read(await promise);
    } finally {
      this.#calls.delete(id);
    }
  }

  async stop(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), graceMs);
    this.#child.kill("SIGTERM");
    await this.exited;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "ready":
        return this.#ready.resolve(message);
      case "setupFailed":
        return this.#ready.reject(new Error(`The app did not start: ${message.message}`));
      case "log":
        noteOutput(message.line.message);
        return this.#onLog(message.line);
      case "failure":
        noteOutput(message.failure.error);
        this.failures.push(message.failure);
        return undefined;
      case "result":
        return this.#calls.get(message.id)?.resolve(message.value);
      case "callFailed":
        return this.#calls.get(message.id)?.reject(new Error(message.message));
      default:
        throw new Error(`Unknown message ${JSON.stringify(message satisfies never)}`);
    }
  }

  #forward(stream: Readable | null, level: LogLine["level"]): void {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (message) => {
      noteOutput(message);
      if (level === "error") this.#errorLines.splice(0, this.#errorLines.push(message) - KEPT_ERROR_LINES);
      const time = new Date().toISOString();
      this.#onLog({ time, function: undefined, invocationId: undefined, level, category: "console", message });
    });
  }

  #failAll(how: number | NodeJS.Signals): void {
    const error = new Error(
      `The host process has ended (${how}). Last lines on stderr:\n${this.#errorLines.join("\n")}`,
    );
    this.#ready.reject(error);
    for (const { reject } of this.#calls.values()) reject(error);
  }
}
