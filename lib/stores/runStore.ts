import { z } from "zod";
import { descendingTimeKey, encodeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";

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

/** Runs, and the one slot that keeps two from working at once. */
export class RunStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("runs");
  }

  /** Undefined where the run may go on; otherwise the id of the run that is under way. Repeating it for the same run is fine. */
  async start(run: Run, now: Date): Promise<string | undefined> {
    const body = toBody({ runId: run.id, until: new Date(now.getTime() + ACTIVE_MS).toISOString() });
    const slot = { partitionKey: "active", rowKey: "run", body };
    const held = await this.table.find("active", "run");
    if (held) {
      const { runId, until } = parseBody(Active, held);
      if (runId !== run.id && Date.parse(until) > now.getTime()) return runId;
      if (runId !== run.id) await this.displace(runId, now);
      if (!(await this.table.replace(slot, held.etag))) return this.start(run, now);
    } else if (!(await this.table.create(slot))) return this.start(run, now);
    await this.table.create({ ...keysOf(run.id, run.at), body: toBody(run) });
    return undefined;
  }

  async find(id: string): Promise<Run | undefined> {
    return (await this.findRow(id))?.run;
  }

  /** Newest first. */
  async *list(): AsyncGenerator<Run> {
    for await (const row of this.table.list({ partitionKey: "run" })) yield parseBody(RunSchema, row);
  }

  /** Applies `change` until nobody interferes; undefined where the run does not exist. */
  async update(id: string, change: (run: Run) => Run): Promise<Run | undefined> {
    for (;;) {
      const stored = await this.findRow(id);
      if (!stored) return undefined;
      const changed = change(stored.run);
      const body = toBody({ ...changed, errors: changed.errors.slice(0, MAX_ERRORS) });
      if (await this.table.replace({ ...keysOf(id, changed.at), body }, stored.etag)) return changed;
    }
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
    await this.update(id, (run) =>
      run.state === "running" ? { ...run, state: end.state, finishedAt: end.at.toISOString() } : run,
    );
    const held = await this.table.find("active", "run");
    if (held && parseBody(Active, held).runId === id) await this.table.remove("active", "run", held.etag);
  }

  /** A run that lost its slot is over: its workers must not go on beside the next one. */
  private async displace(id: string, now: Date): Promise<void> {
    const errors = ["it was not heard of for too long, and another run took its place"];
    await this.update(id, (run) =>
      run.state === "running"
        ? { ...run, state: "failed", finishedAt: now.toISOString(), errors: [...run.errors, ...errors] }
        : run,
    );
  }

  private async findRow(id: string): Promise<{ run: Run; etag: string } | undefined> {
    const at = toInstant(id);
    if (at === undefined) return undefined;
    const { partitionKey, rowKey } = keysOf(id, at);
    const row = await this.table.find(partitionKey, rowKey);
    return row && { run: parseBody(RunSchema, row), etag: row.etag };
  }
}

/** `20260302T010000Z-snapshot`: the instant and the stage, so that a timer that fires twice starts one run. */
export function toRunId(at: Date, stage: Run["stage"]): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${stage}`;
}

function toInstant(id: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[a-z]+$/.exec(id);
  return match ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z` : undefined;
}

const keysOf = (id: string, at: string): { partitionKey: string; rowKey: string } => ({
  partitionKey: "run",
  rowKey: `${descendingTimeKey(Date.parse(at))}|${encodeKey(id)}`,
});
