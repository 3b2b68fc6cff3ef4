import { z } from "zod";
import type { JournalLine, LastWord } from "../core/openIntents.ts";
import { intentKey, OpenIntents } from "../core/openIntents.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Deps } from "./deps.ts";

/** What one run intended in one registry, in the journal and in the table. */
export interface IntentPlace {
  readonly runId: string;
  readonly registryId: string;
  readonly journalFile: string;
}

export interface Period {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Open in the journal, in the table, or in both: a process may end between the two. */
export interface OpenIntent {
  readonly repository: string;
  readonly digest: string;
  /** Undefined where the process ended before it was stored, and so before the registry was asked. */
  readonly row: Deletion | undefined;
  readonly word: LastWord | undefined;
}

const Line = z.object({
  at: z.string(),
  runId: z.string(),
  registryId: z.string(),
  repository: z.string(),
  digest: z.string(),
});
const JournalLineSchema = z.discriminatedUnion("what", [
  Line.extend({ what: z.literal("intent"), size: z.number() }),
  Line.extend({ what: z.literal("outcome"), outcome: z.string() }),
]) satisfies z.ZodType<JournalLine>;

/** Sorted by repository and digest. */
export async function listOpenIntents(
  deps: Pick<Deps, "deletions" | "journal">,
  place: IntentPlace,
  period: Period,
): Promise<readonly OpenIntent[]> {
  const rows = await listOpenRows(deps, place, period);
  const followed = new OpenIntents(new Set(rows.keys()));
  for await (const record of deps.journal.listRecordsOf(place.journalFile)) {
    const line = JournalLineSchema.safeParse(record);
    if (line.success && line.data.runId === place.runId && line.data.registryId === place.registryId)
      followed.add(line.data);
  }
  const keys = [...new Set([...rows.keys(), ...followed.words.keys()])].sort();
  return keys.flatMap((key) => {
    const [row, word] = [rows.get(key), followed.words.get(key)];
    const of = row ?? word?.intent;
    return of ? [{ repository: of.repository, digest: of.digest, row, word }] : [];
  });
}

async function listOpenRows(
  { deletions }: Pick<Deps, "deletions">,
  { registryId, runId }: IntentPlace,
  { sinceMs, untilMs }: Period,
): Promise<ReadonlyMap<string, Deletion>> {
  const rows = new Map<string, Deletion>();
  for await (const deletion of deletions.listSince(registryId, sinceMs, untilMs))
    if (deletion.runId === runId && deletion.outcome === undefined) rows.set(intentKey(deletion), deletion);
  return rows;
}
