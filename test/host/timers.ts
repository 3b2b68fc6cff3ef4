import type { Activity } from "./activity.ts";
import type { TimerFunction } from "./inventory.ts";
import type { Invoke } from "./invoker.ts";
import { createSchedule, type Schedule } from "./schedule.ts";

const CHECK_INTERVAL_MS = 5;
const PAST_DUE_AFTER_MS = 60_000;
/** The host does not keep the status of schedules with a shorter interval. */
const MONITORED_FROM_MS = 60_000;
/** .NET's smallest date: "never yet". */
const NEVER = "0001-01-01T00:00:00";

interface TimerState {
  readonly timer: TimerFunction;
  readonly schedule: Schedule;
  nextAt: number;
  lastAt: number | undefined;
  isRunning: boolean;
}

/** Fires timer functions by `Date`, which may be virtual and jump. One timer never overlaps itself, except when fired by hand. */
export class Timers {
  readonly #states: readonly TimerState[];
  readonly #activity: Activity;
  readonly #invoke: Invoke;
  #interval: NodeJS.Timeout | undefined;

  constructor(timers: readonly TimerFunction[], activity: Activity, invoke: Invoke) {
    this.#states = timers.map(createState);
    this.#activity = activity;
    this.#invoke = invoke;
  }

  start(): void {
    for (const state of this.#states) if (state.timer.runOnStartup) void this.#fireScheduled(state, Date.now());
    this.#interval = setInterval(() => this.fireDue(), CHECK_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#interval);
  }

  /** Starts every timer whose time has come. */
  fireDue(): void {
    const now = Date.now();
    for (const state of this.#states) if (!state.isRunning && state.nextAt <= now) void this.#fireScheduled(state, now);
  }

  /** Milliseconds since the epoch; a timer that runs has no next time yet. */
  get nextAt(): number | undefined {
    const times = this.#states.filter((state) => !state.isRunning).map((state) => state.nextAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Runs a timer function now, whatever its schedule says; rejects with the function's error. */
  async fire(name: string): Promise<void> {
    const state = this.#states.find(({ timer }) => timer.name === name);
    if (state === undefined) throw new Error(`There is no timer function ${name}`);
    await this.#activity.run(name, () => this.#call(state, false));
  }

  async #fireScheduled(state: TimerState, startedAt: number): Promise<void> {
    state.isRunning = true;
    const isPastDue = startedAt - state.nextAt > PAST_DUE_AFTER_MS;
    await this.#activity.run(state.timer.name, async () => {
      try {
        await this.#call(state, isPastDue);
      } catch {
        // Logged and reported by the invoker; a timer is not retried.
      } finally {
        state.lastAt = startedAt;
        // Counted from the start: what came due while it ran is run at once.
        state.nextAt = state.schedule.nextAfter(startedAt);
        state.isRunning = false;
      }
    });
  }

  async #call(state: TimerState, isPastDue: boolean): Promise<void> {
    const { name, binding } = state.timer;
    await this.#invoke(name, { binding, data: { json: JSON.stringify(toTimerInfo(state, isPastDue)) } });
  }
}

function createState(timer: TimerFunction): TimerState {
  const schedule = createSchedule(timer.schedule);
  return { timer, schedule, nextAt: schedule.nextAfter(Date.now()), lastAt: undefined, isRunning: false };
}

/** As the host sends it: while a scheduled run is going on, `Next` is still that run's own scheduled time. */
function toTimerInfo(state: TimerState, isPastDue: boolean): unknown {
  const last = state.lastAt === undefined ? NEVER : toDotNetTime(state.lastAt);
  const isMonitored =
    state.timer.useMonitor && state.schedule.nextAfter(state.nextAt) - state.nextAt >= MONITORED_FROM_MS;
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: isMonitored ? { Last: last, Next: toDotNetTime(state.nextAt), LastUpdated: last } : null,
    IsPastDue: isPastDue,
  };
}

function toDotNetTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+00:00");
}
