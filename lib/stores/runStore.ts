import { z } from "zod";
import { readInstant, toInstantId } from "../core/instantId.ts";
import { descendingTimeKey, encodeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import type { Telemetry } from "../telemetry.ts";
import { changeRow, maybe, parseBody, toBody } from "./rows.ts";

export const STAGES = ["snapshot", "mark", "purge"] as const;
export type Stage = (typeof STAGES)[number];

/** One run: of a single stage, or of `all` in order. */
export interface Run {
  readonly id: string;
  readonly stage: Stage | "all";
  readonly trigger: "timer" | "http";
  /** The scheduled instant, or when the request came. */
  readonly at: string;
  /** As requested; the effective mode is the stricter of this and the setting. */
  readonly mode: "report" | "enforce" | undefined;
  /** Requested: only what this earlier plan holds and is still eligible. */
  readonly boundTo: string | undefined;
  /** Who let it carry out the plan that it is bound to although the breaker tripped, and why; undefined for any other run. */
  readonly override?: { readonly by: string; readonly why: string } | undefined;
  /** The plan that this run made. */
  readonly planId: string | undefined;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly currentStage: Stage;
  readonly stopRequested: boolean;
  readonly finishedAt: string | undefined;
  /** What each stage did, in figures and short texts. */
  readonly results: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly errors: readonly string[];
}

const RunSchema = z.object({
  id: z.string(),
  stage: z.enum([...STAGES, "all"]),
  trigger: z.enum(["timer", "http"]),
  at: z.string(),
  mode: maybe(z.enum(["report", "enforce"])),
  boundTo: maybe(z.string()),
  override: maybe(z.object({ by: z.string(), why: z.string() })),
  planId: maybe(z.string()),
  state: z.enum(["running", "done", "failed", "stopped"]),
  currentStage: z.enum(STAGES),
  stopRequested: z.boolean(),
  finishedAt: maybe(z.string()),
  results: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  errors: z.array(z.string()),
}) satisfies z.ZodType<Run>;

const Active = z.object({ runId: z.string(), until: z.string() });

/**
 * A run that has not been heard of for this long no longer keeps others from starting: no invocation lasts that long, and each
 * says that it is alive. One lost message must not cost the stages of the same night.
 */
const ACTIVE_MS = 45 * 60_000;
const MAX_ERRORS = 20;

/** `running`: the id of another run, which holds the slot. */
type Started = { readonly created: boolean } | { readonly running: string };

/** Runs, and the one slot that keeps two from working at once. */
export class RunStore {
  private readonly table: RowTable;
  private readonly telemetry: Pick<Telemetry, "endRun" | "event">;

  constructor(tables: Tables, telemetry: Pick<Telemetry, "endRun" | "event">) {
    this.table = tables.open("runs");
    this.telemetry = telemetry;
  }

  /**
   * Takes the slot for the run and stores it. Repeating it for a run of the same id is fine, and changes nothing of what is stored:
   * of several callers at once, one is told that it created the run.
   */
  async start(run: Run, now: Date): Promise<Started> {
    const place = placeOf(run.id);
    if (!place) throw new RangeError(`"${run.id}" is not the id of a run`);
    const body = toBody({ runId: run.id, until: new Date(now.getTime() + ACTIVE_MS).toISOString() });
    const slot = { partitionKey: "active", rowKey: "run", body };
    const held = await this.table.find("active", "run");
    if (held) {
      const { runId, until } = parseBody(Active, held);
      if (runId !== run.id && Date.parse(until) > now.getTime()) return { running: runId };
      if (runId !== run.id) await this.displace(runId, now);
      if (!(await this.table.replace(slot, held.etag))) return this.start(run, now);
    } else if (!(await this.table.create(slot))) return this.start(run, now);
    return { created: await this.table.create({ ...place, body: toBody(run) }) };
  }

  async find(id: string): Promise<Run | undefined> {
    const place = placeOf(id);
    const row = place && (await this.table.find(place.partitionKey, place.rowKey));
    return row && parseBody(RunSchema, row);
  }

  /** Newest first. */
  async *list(): AsyncGenerator<Run> {
    for await (const row of this.table.list({ partitionKey: "run" })) yield parseBody(RunSchema, row);
  }

  /** Applies `change` until nobody interferes; undefined where the run does not exist. */
  async update(id: string, change: (run: Run) => Run): Promise<Run | undefined> {
    const place = placeOf(id);
    if (!place) return undefined;
    return changeRow<Run>(this.table, { ...place, schema: RunSchema }, (run) => {
      const changed = change(run);
      return { ...changed, errors: changed.errors.slice(0, MAX_ERRORS) };
    });
  }

  /** Says that the run is alive, for another `ACTIVE_MS`. */
  async beat(id: string, now: Date): Promise<void> {
    const held = await this.table.find("active", "run");
    if (!held || parseBody(Active, held).runId !== id) return;
    const until = new Date(now.getTime() + ACTIVE_MS).toISOString();
    await this.table.replace({ partitionKey: "active", rowKey: "run", body: toBody({ runId: id, until }) }, held.etag);
  }

  /** Ends the run and frees the slot. */
  async finish(id: string, end: { readonly state: Run["state"]; readonly at: Date }): Promise<void> {
    await this.end(id, { ...end, errors: [] });
    const held = await this.table.find("active", "run");
    if (held && parseBody(Active, held).runId === id) await this.table.remove("active", "run", held.etag);
  }

  /** A run that lost its slot is over: its workers must not go on beside the next one. */
  private async displace(id: string, at: Date): Promise<void> {
    await this.end(id, {
      state: "failed",
      at,
      errors: ["it was not heard of for too long, and another run took its place"],
    });
  }

  /** What has ended before stays as it ended. */
  private async end(id: string, { state, at, errors }: End): Promise<void> {
    let wasRunning = false;
    const ended = await this.update(id, (run) => {
      wasRunning = run.state === "running";
      return wasRunning ? { ...run, state, finishedAt: at.toISOString(), errors: [...run.errors, ...errors] } : run;
    });
    if (ended && wasRunning) await this.tell(ended, at);
  }

  private async tell({ id: runId, stage, trigger, state, at, errors }: Run, endedAt: Date): Promise<void> {
    await this.telemetry.event("runEnded", { runId, stage, trigger, state, why: errors.join("; ") });
    this.telemetry.endRun({ attributes: { runId, stage, state }, startedAt: new Date(at), endedAt });
  }
}

interface End {
  readonly state: Run["state"];
  readonly at: Date;
  readonly errors: readonly string[];
}

/** `20260302T010000Z-snapshot`: the instant and the stage, so that a timer that fires twice starts one run. */
export const toRunId = (at: Date, stage: Run["stage"]): string => `${toInstantId(at)}-${stage}`;

interface Place {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** Newest first; undefined for what cannot be a run's id. */
function placeOf(id: string): Place | undefined {
  const at = /^[^-]+-[a-z]+$/.test(id) ? readInstant(id) : undefined;
  return at === undefined
    ? undefined
    : { partitionKey: "run", rowKey: `${descendingTimeKey(Date.parse(at))}|${encodeKey(id)}` };
}
