import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock } from "../contracts.ts";

const PRELOAD = fileURLToPath(new URL("./preload.cjs", import.meta.url));

/**
 * Real time plus an offset, the same in this object and in every attached child process. It flows at real speed and can
 * jump ahead. This process's own `Date` is left alone: certificates are made here, and OpenSSL checks them by real time.
 */
export class VirtualClock implements Clock {
  #offsetMs: number;
  readonly #children = new Set<ChildProcess>();

  constructor(startsAtEpochMs: number = Date.now()) {
    this.#offsetMs = Math.round(startsAtEpochMs - Date.now());
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** What `fork` and `spawn` need so that a child starts with this clock; it also needs an IPC channel and `attach`. */
  get childOptions(): { readonly execArgv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
    return { execArgv: ["--require", PRELOAD], env: { CLOCK_OFFSET_MS: String(this.#offsetMs) } };
  }

  /** Call it in the same turn as the spawn: a jump in between would be lost on the child. */
  attach(child: ChildProcess): void {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
  }

  /** Jumps to `epochMs` in this process and every attached child, and waits for their answers; never goes back. */
  async advanceTo(epochMs: number): Promise<void> {
    const offsetMs = Math.round(epochMs - Date.now());
    if (offsetMs <= this.#offsetMs) return;
    this.#offsetMs = offsetMs;
    await Promise.all([...this.#children].map((child) => shift(child, offsetMs)));
  }
}

/** Resolves when the child has the new offset, or has ended. */
function shift(child: ChildProcess, offsetMs: number): Promise<void> {
  if (!child.connected) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const onMessage = (message: unknown) => {
    if (isAck(message, offsetMs)) resolve();
  };
  child.on("message", onMessage);
  child.once("exit", resolve);
  // A failed send means that the child is ending: its exit resolves.
  child.send({ type: "clock", offsetMs }, () => undefined);
  return promise.finally(() => {
    child.off("message", onMessage);
    child.off("exit", resolve);
  });
}

function isAck(message: unknown, offsetMs: number): boolean {
  if (typeof message !== "object" || message === null) return false;
  return "type" in message && message.type === "clockAck" && "offsetMs" in message && message.offsetMs === offsetMs;
}
