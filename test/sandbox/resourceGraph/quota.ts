import type { Clock } from "../contracts.ts";

/** What is left of a caller's queries in the current window. */
export interface QuotaState {
  readonly exceeded: boolean;
  readonly remaining: number;
  readonly resetsAfterMs: number;
}

export interface Quota {
  /** Counts one query of this caller. */
  take(caller: string): QuotaState;
  lift(): void;
}

/** `limit` queries per caller and window. */
export function createQuota(clock: Clock, { limit, windowMs }: { limit: number; windowMs: number }): Quota {
  const windows = new Map<string, { startedAt: number; used: number }>();
  let max = limit;
  return {
    take(caller) {
      const now = clock.now();
      const known = windows.get(caller);
      const window = known && now - known.startedAt < windowMs ? known : { startedAt: now, used: 0 };
      windows.set(caller, window);
      const exceeded = window.used >= max;
      if (!exceeded) window.used += 1;
      const left = Math.max(0, max - window.used);
      const remaining = Number.isFinite(left) ? left : limit;
      return { exceeded, remaining, resetsAfterMs: window.startedAt + windowMs - now };
    },
    lift() {
      max = Infinity;
    },
  };
}

/** The headers by which Resource Graph tells a caller its quota; the time is `hh:mm:ss`. */
export function toQuotaHeaders({ remaining, resetsAfterMs }: QuotaState): Record<string, string> {
  const seconds = Math.ceil(resetsAfterMs / 1_000);
  return {
    "x-ms-user-quota-remaining": String(remaining),
    "x-ms-user-quota-resets-after": new Date(seconds * 1_000).toISOString().slice(11, 19),
  };
}
