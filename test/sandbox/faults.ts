import type { Clock } from "./contracts.ts";
import { toMilliseconds, type Fault } from "./estate.ts";

/** A fault in force, with what is left of it. */
interface ActiveFault {
  readonly effect: Fault["effect"];
  readonly method: string | undefined;
  readonly path: RegExp | undefined;
  readonly until: number;
  skipsLeft: number;
  timesLeft: number;
}

/** The faults of one server, in the order in which they were added. Pure bookkeeping: the server carries the effect out. */
export class FaultList {
  readonly #clock: Clock;
  #faults: ActiveFault[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The fault begins now. Throws where `path` is not a regular expression. */
  add(fault: Fault): void {
    this.#faults.push({
      effect: fault.effect,
      method: fault.method?.toUpperCase(),
      path: fault.path === undefined ? undefined : new RegExp(fault.path),
      until: fault.for === undefined ? Infinity : this.#clock.now() + toMilliseconds(fault.for),
      skipsLeft: fault.skip,
      timesLeft: fault.times ?? Infinity,
    });
  }

  /** The effect for this request, using up one of its `times`; of several faults that match, the oldest that does not skip it. */
  take(method: string, pathAndQuery: string): Fault["effect"] | undefined {
    const now = this.#clock.now();
    this.#faults = this.#faults.filter((fault) => fault.timesLeft > 0 && now < fault.until);
    const path = decode(pathAndQuery);
    for (const fault of this.#faults) {
      if (!matches(fault, method, path)) continue;
      if (fault.skipsLeft > 0) {
        fault.skipsLeft -= 1;
        continue;
      }
      fault.timesLeft -= 1;
      return fault.effect;
    }
    return undefined;
  }
}

function matches(fault: ActiveFault, method: string, path: string): boolean {
  return (fault.method === undefined || fault.method === method.toUpperCase()) && (fault.path?.test(path) ?? true);
}

/** A path that is not valid percent-encoding is matched as it stands. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
