import { z } from "zod";
import { descendingTimeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { maybe, parseBody, toBody } from "./rows.ts";

/** A person's "delete nothing anywhere": who, why and since when. */
export interface Pause {
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

/** What a person once said: that everything pauses, or that it may go on. */
export interface PauseWord {
  readonly what: "paused" | "lifted";
  readonly by: string;
  readonly why: string | undefined;
  readonly at: string;
}

const PauseSchema = z.object({ by: z.string(), why: z.string(), at: z.string() }) satisfies z.ZodType<Pause>;

const PauseWordSchema = z.object({
  what: z.enum(["paused", "lifted"]),
  by: z.string(),
  why: maybe(z.string()),
  at: z.string(),
}) satisfies z.ZodType<PauseWord>;

const CURRENT = { partitionKey: "pause", rowKey: "current" } as const;

/** The one switch that stops every delete, and what people said with it. */
export class PauseStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("pauses");
  }

  /** The pause in force. A row that cannot be read throws: then nobody knows that nothing is paused. */
  async find(): Promise<Pause | undefined> {
    const row = await this.table.find(CURRENT.partitionKey, CURRENT.rowKey);
    return row && parseBody(PauseSchema, row);
  }

  /** In force from now on; the newest word replaces the one before. The switch comes first: the record may be lost, not the pause. */
  async pause(pause: Pause): Promise<void> {
    await this.table.put({ ...CURRENT, body: toBody(pause) });
    await this.record({ what: "paused", ...pause });
  }

  /** `pausedAnew`: someone paused meanwhile, and that word stands. No pause ends without a record. */
  async lift(word: Omit<PauseWord, "what">): Promise<"lifted" | "notPaused" | "pausedAnew"> {
    const { partitionKey, rowKey } = CURRENT;
    const row = await this.table.find(partitionKey, rowKey);
    if (!row) return "notPaused";
    await this.record({ what: "lifted", ...word });
    return (await this.table.remove(partitionKey, rowKey, row.etag)) ? "lifted" : "pausedAnew";
  }

  /** Newest first. */
  async *listWords(): AsyncGenerator<PauseWord> {
    for await (const row of this.table.list({ partitionKey: "word" })) yield parseBody(PauseWordSchema, row);
  }

  private async record(word: PauseWord): Promise<void> {
    const at = Date.parse(word.at);
    const withinSecond = String(999 - (at % 1000)).padStart(3, "0");
    const rowKey = `${descendingTimeKey(at)}|${withinSecond}|${word.what}`;
    await this.table.put({ partitionKey: "word", rowKey, body: toBody(word) });
  }
}
