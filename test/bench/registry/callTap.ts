import type { EmulatedRegistry } from "../../sandbox/registry/createRegistry.ts";
import type { CallFigures } from "./figures.ts";

/** One answer to a DELETE of a registry manifest. */
export interface DeleteAnswer {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly status: number;
}

/** Counts what a registry of the sandbox was asked. Its log is emptied on the way: a million calls need not be kept. */
export class CallTap {
  readonly #registry: EmulatedRegistry;
  #counts = new Map<string, CallFigures>();
  #deletes: DeleteAnswer[] = [];
  #total = 0;

  constructor(registry: EmulatedRegistry) {
    this.#registry = registry;
  }

  /** Since the last `take`. */
  get total(): number {
    this.#drain();
    return this.#total;
  }

  /** What was asked since the last call, by kind and status, sorted; and each DELETE of a registry manifest in order. */
  take(): { readonly calls: readonly CallFigures[]; readonly deletes: readonly DeleteAnswer[] } {
    this.#drain();
    const calls = [...this.#counts.values()].sort((a, b) => (a.kind < b.kind ? -1 : Number(a.kind > b.kind)));
    const deletes = this.#deletes;
    [this.#counts, this.#deletes, this.#total] = [new Map(), [], 0];
    return { calls, deletes };
  }

  #drain(): void {
    for (const { kind, status, at } of this.#registry.calls) {
      const key = `${kind} ${status}`;
      this.#counts.set(key, { kind, status, count: (this.#counts.get(key)?.count ?? 0) + 1 });
      if (kind === "deleteManifest") this.#deletes.push({ at, status });
      this.#total += 1;
    }
    this.#registry.clearCalls();
  }
}
