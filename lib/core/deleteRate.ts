import { MINUTE_MS } from "./duration.ts";

/** How fast one registry is asked to delete. Plain data, so that the next invocation goes on with what this one learned. Instants are epoch milliseconds. */
export interface DeleteRate {
  /** Deletes a minute, from 1 to the configured most. */
  readonly perMinute: number;
  /** How many may be asked for at once; below 0 where one order took more than that. */
  readonly tokens: number;
  /** When `tokens` were counted. */
  readonly at: number;
  /** When the registry last refused for being busy. */
  readonly throttledAt: number | undefined;
  /** The registry asked to be left alone until then. */
  readonly pausedUntil: number | undefined;
}

/** What the registry let happen stays this far below: the next refusal is minutes away. */
const BACK_OFF = 0.95;
/** A refusal lowers the rate by a tenth at least and by three quarters at most: what was counted may be the start of a minute. */
const DECREASE = { least: 0.9, most: 0.25 };
/** Of the configured most, for each minute. */
const INCREASE_A_MINUTE = 1 / 200;
/** Of the rate itself, while the last refusal is this recent: what was counted then is still about right. */
const RECENT = { ms: 10 * MINUTE_MS, increaseAMinute: 1 / 100 };
/** A registry that refused not long ago gets a second's worth at once; any other a minute's. */
const CALM_MS = 60 * MINUTE_MS;
/** A registry that says "at once" is still given a moment. */
const MIN_PAUSE_MS = 5_000;
/** For one that does not say how long. */
const DEFAULT_PAUSE_MS = MINUTE_MS;

export interface Moment {
  readonly now: number;
  /** The configured deletes a minute. */
  readonly max: number;
}

/** A registry that nothing is known of; `deleted` went in the last minute. */
export function startRate({ now, max }: Moment, deleted: number): DeleteRate {
  return { perMinute: max, tokens: max - deleted, at: now, throttledAt: undefined, pausedUntil: undefined };
}

/** The rate as it is `now`: tokens for the time that passed, and additive increase. A setting that was lowered holds at once. */
export function refill(rate: DeleteRate, { now, max }: Moment): DeleteRate {
  const minutes = Math.max(0, now - rate.at) / MINUTE_MS;
  const perMinute = Math.min(max, rate.perMinute + increaseOf(rate, { now, max }) * minutes);
  const tokens = Math.min(burstOf({ ...rate, perMinute }, now), rate.tokens + perMinute * minutes);
  return { ...rate, perMinute, tokens, at: now };
}

/** Milliseconds until an order of `cost` deletes may be asked for; 0: now. One that is larger than what may ever gather waits for that. */
export function waitOf(rate: DeleteRate, cost: number, now: number): number {
  const pause = Math.max(0, (rate.pausedUntil ?? now) - now);
  const missing = Math.min(cost, burstOf(rate, now)) - rate.tokens;
  return Math.max(pause, missing <= 0 ? 0 : Math.ceil((missing / rate.perMinute) * MINUTE_MS));
}

export const take = (rate: DeleteRate, cost: number): DeleteRate => ({ ...rate, tokens: rate.tokens - cost });

export interface Refusal extends Moment {
  readonly retryAfterMs: number | undefined;
  /** Deletes that the registry answered in the last minute: about what it lets happen. */
  readonly deleted: number;
}

/** Multiplicative decrease, and a pause as long as the registry asks for. Refusals within one pause count once. */
export function slowDown(rate: DeleteRate, { now, retryAfterMs, deleted }: Refusal): DeleteRate {
  const until = now + Math.max(MIN_PAUSE_MS, retryAfterMs ?? DEFAULT_PAUSE_MS);
  const pausedUntil = Math.max(until, rate.pausedUntil ?? 0);
  const paused = { ...rate, tokens: Math.min(0, rate.tokens), throttledAt: now, pausedUntil };
  if ((rate.pausedUntil ?? 0) > now) return paused;
  const [least, most] = [rate.perMinute * DECREASE.least, rate.perMinute * DECREASE.most];
  return { ...paused, perMinute: Math.max(1, Math.min(least, Math.max(most, deleted * BACK_OFF))) };
}

function increaseOf({ perMinute, throttledAt }: DeleteRate, { now, max }: Moment): number {
  const usual = max * INCREASE_A_MINUTE;
  const recent = throttledAt !== undefined && now - throttledAt < RECENT.ms;
  return recent ? Math.min(usual, perMinute * RECENT.increaseAMinute) : usual;
}

/** How many requests may be under way at once: each of them is refused where the registry becomes busy. */
export const inFlightOf = ({ perMinute }: DeleteRate): number => Math.max(1, Math.min(5, Math.floor(perMinute / 300)));

function burstOf({ perMinute, throttledAt }: DeleteRate, now: number): number {
  const calm = throttledAt === undefined || now - throttledAt >= CALM_MS;
  return Math.max(1, calm ? perMinute : perMinute / 60);
}
