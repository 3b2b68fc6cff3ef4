import type { Clock } from "../contracts.ts";
import { errorReply, type Reply } from "./http.ts";
import { tooManyRequests } from "./registryError.ts";

const WINDOW_MS = 60_000;

/**
 * How many DELETE requests a registry takes a minute, counted in fixed windows: the whole minutes of the sandbox's clock. What is
 * beyond is refused until the window ends, with the seconds until then. `perMinute` undefined is no limit.
 */
export class DeleteLimit {
  readonly #perMinute: number;
  readonly #clock: Clock;
  #window = -1;
  #taken = 0;

  constructor(perMinute: number | undefined, clock: Clock) {
    this.#perMinute = perMinute ?? Infinity;
    this.#clock = clock;
  }

  /** The refusal, or undefined for a request that the limit lets pass; one that passes is counted, whatever its answer will be. */
  refuse(method: string): Reply | undefined {
    if (method !== "DELETE") return undefined;
    const now = this.#clock.now();
    const window = Math.floor(now / WINDOW_MS);
    if (window !== this.#window) [this.#window, this.#taken] = [window, 0];
    if (this.#taken >= this.#perMinute)
      return errorReply(tooManyRequests(Math.ceil(((window + 1) * WINDOW_MS - now) / 1_000)));
    this.#taken += 1;
    return undefined;
  }
}
