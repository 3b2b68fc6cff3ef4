import { setTimeout as wait } from "node:timers/promises";
import type { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import type { HostHandle } from "./functionsHost.ts";
import type { Idle } from "./messages.ts";

const DEFAULT_STEP_MS = 10_000;
/** A token of 24 h is renewed after half its life: with shorter jumps than the other half, no request under way carries a dead one. */
const MAX_JUMP_MS = 6 * 3_600_000;
const DEFAULT_STUCK_AFTER_MS = 120_000;

/** Something that the parent does at a virtual instant, between the app's own work. */
export interface ParentEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  run(): Promise<void>;
}

export interface NightsOptions {
  /** In any order; those with the same instant run in the order given. */
  readonly events?: readonly ParentEvent[];
  /** Called each time when nothing runs and no message is visible, before time jumps. */
  onIdle?(idle: Idle): Promise<void> | void;
  /** Virtual time per jump while hidden messages wait; 10 s by default. */
  readonly stepMs?: number;
  /** Real time without an idle moment after which it gives up; 120 s by default. */
  readonly stuckAfterMs?: number;
}

/**
 * Lets virtual time pass up to `untilEpochMs`: it jumps only when nothing runs and no message is visible, to the next timer
 * or event, or by a small step while messages are hidden. What is due at the end itself has run when it resolves.
 */
export async function runUntil(
  target: { readonly host: HostHandle; readonly clock: VirtualClock },
  untilEpochMs: number,
  options: NightsOptions = {},
): Promise<void> {
  const { host, clock } = target;
  const events = [...(options.events ?? [])].filter(({ at }) => at <= untilEpochMs).sort((a, b) => a.at - b.at);
  for (;;) {
    const idle = await settle(host, options.stuckAfterMs ?? DEFAULT_STUCK_AFTER_MS);
    await options.onIdle?.(idle);
    if (await runDueEvent(events, clock)) continue;
    const now = clock.now();
    if (isDone(idle, now, untilEpochMs)) return;
    const stepAt = idle.hiddenMessages > 0 ? now + (options.stepMs ?? DEFAULT_STEP_MS) : Infinity;
    const next = Math.min(untilEpochMs, idle.nextTimerAt ?? Infinity, events[0]?.at ?? Infinity, stepAt);
    await clock.advanceTo(Math.min(next, now + MAX_JUMP_MS));
  }
}

function isDone(idle: Idle, now: number, untilEpochMs: number): boolean {
  return now >= untilEpochMs && (idle.nextTimerAt ?? Infinity) > untilEpochMs;
}

async function runDueEvent(events: ParentEvent[], clock: VirtualClock): Promise<boolean> {
  const [next] = events;
  if (next === undefined || next.at > clock.now()) return false;
  events.shift();
  await next.run();
  return true;
}

async function settle(host: HostHandle, stuckAfterMs: number): Promise<Idle> {
  const timeout = new AbortController();
  const stuck = wait(stuckAfterMs, undefined, { signal: timeout.signal }).catch(() => undefined);
  try {
    const idle = await Promise.race([host.settled(), stuck]);
    if (idle !== undefined) return idle;
  } finally {
    timeout.abort();
  }
  const { runningFunctions, visibleMessages } = await host.idle();
  const what = `running: ${runningFunctions.join(", ") || "nothing"}; visible messages: ${visibleMessages}`;
  throw new Error(`The app has not been idle for ${stuckAfterMs} ms (${what})`);
}
