import { z } from "zod";
import { Duration, Json, Schedule, toCron } from "./configSchemas.ts";
import { DAY_MS, toIso } from "./core/duration.ts";

/** A time in which nothing is deleted: from one instant to another, or again and again from each firing of a schedule in UTC. */
export type FreezeWindow =
  | { readonly of: "once"; readonly fromMs: number; readonly toMs: number; readonly reason: string }
  | { readonly of: "recurring"; readonly cron: string; readonly durationMs: number; readonly reason: string };

/** A longer one is no window: there is the pause, and the mode `report`. */
const MAX_ONCE_MS = 400 * DAY_MS;
/** What leaves no time within a year and a month leaves none. */
const HORIZON_MS = 400 * DAY_MS;
const HORIZON_START = Date.parse("2026-01-01T00:00:00Z");
const MAX_WINDOWS = 100;

const Reason = z.string().trim().min(1, "is empty").max(500);
const Instant = z.iso
  .datetime({ offset: true, error: "is not an instant with its offset such as 2026-12-20T00:00:00Z" })
  .transform((text) => Date.parse(text));

const Once = z
  .strictObject({ from: Instant, to: Instant, reason: Reason })
  .refine(({ from, to }) => !(from >= to), { error: "can never be: it ends before it begins" })
  .refine(({ from, to }) => !(to - from > MAX_ONCE_MS), { error: "is longer than 400 days: pause instead" })
  .transform(({ from, to, reason }): FreezeWindow => ({ of: "once", fromMs: from, toMs: to, reason }));

const Recurring = z
  .strictObject({
    // At most once an hour: what is covered can then be told by looking at every firing.
    cron: Schedule.refine((text) => /^\s*\d+\s+\d+\s/.test(text), {
      error: "must begin with a number each for second and minute such as 0 30 6 * * mon-fri",
    }),
    duration: Duration({ min: "1m", max: "31d" }),
    reason: Reason,
  })
  .transform(({ cron, duration, reason }): FreezeWindow => ({ of: "recurring", cron, durationMs: duration, reason }));

/** By its fields, so that what is wrong with an entry is said of the form that was meant. */
const Entry = z.unknown().transform((value, context): FreezeWindow => {
  const recurring = typeof value === "object" && value !== null && ("cron" in value || "duration" in value);
  const parsed = (recurring ? Recurring : Once).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) context.addIssue([...path, message].join(" "));
  return z.NEVER;
});

const Entries = z
  .array(Entry)
  .max(MAX_WINDOWS)
  .refine(leavesTime, { error: "cover everything: nothing could ever go" });

/** `FREEZE_WINDOWS`: a JSON list, refused as a whole if anything in it is wrong or unknown. */
export const FreezeWindows = Json.transform((value, context): readonly FreezeWindow[] => {
  const parsed = Entries.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) context.addIssue([...path, message].join(" "));
  return z.NEVER;
});

/** Looks for an instant that no recurring window covers. One-off windows end. */
function leavesTime(windows: readonly FreezeWindow[]): boolean {
  const ends = windows.filter(({ of }) => of === "recurring").map(createEndOf);
  for (let at = HORIZON_START; at < HORIZON_START + HORIZON_MS;) {
    const end = Math.max(...ends.map((endOf) => endOf(at) ?? at), at);
    if (end === at) return true;
    at = end;
  }
  return false;
}

/** When the window that is open at an instant ends; undefined where none is. A window is open from its first instant to before its last. */
function createEndOf(window: FreezeWindow): (at: number) => number | undefined {
  if (window.of === "once") return (at) => (window.fromMs <= at && at < window.toMs ? window.toMs : undefined);
  const cron = toCron(window.cron);
  return (at) => {
    // Of several firings that are still open, the last one ends last. The look back leaves out its own instant.
    const [last] = cron.previousRuns(1, new Date(at + 1));
    const end = last === undefined ? at : last.getTime() + window.durationMs;
    return end > at ? end : undefined;
  };
}

/** A window that is open: why, which one it is in words, and until when. */
export interface OpenWindow {
  readonly why: string;
  readonly window: string;
  readonly until: string;
}

/** The one of the windows open at `now` that ends last; undefined where none is. */
export function findOpenWindow(windows: readonly FreezeWindow[], now: Date): OpenWindow | undefined {
  let latest: { readonly window: FreezeWindow; readonly end: number } | undefined;
  for (const window of windows) {
    const end = createEndOf(window)(now.getTime());
    if (end !== undefined && end > (latest?.end ?? 0)) latest = { window, end };
  }
  return latest && { why: latest.window.reason, window: describeWindow(latest.window), until: toIso(latest.end) };
}

function describeWindow(window: FreezeWindow): string {
  return window.of === "once"
    ? `from ${toIso(window.fromMs)} to ${toIso(window.toMs)}`
    : `from each ${window.cron} (UTC) for ${window.durationMs / 60_000} minutes`;
}
