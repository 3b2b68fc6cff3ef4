import type { Deletion } from "../../lib/stores/deletionStore.ts";
import { collect } from "../fakes/collect.ts";
import type { Guard } from "./portGate.ts";
import { registryIdOf } from "./smallEstate.ts";
import type { World } from "./world.ts";
import type { JournalEntry } from "./worldView.ts";

/** Outcomes after which a digest is gone. */
const GONE: ReadonlySet<unknown> = new Set(["deleted", "alreadyGone", "goneAfterIntent"]);

/**
 * What is wrong with the records of all deletes, in words: every intent has its outcome, and before every digest that the registry
 * deleted there is an intent, and after it one outcome that says so, in the journal and in the table alike.
 */
export async function listRecordFaults(world: World): Promise<readonly string[]> {
  const journal = await world.readJournal();
  const rows = await listRows(world);
  const saved = journal.length === 0 ? [] : await world.listSavedBytes();
  const faults = [...listOpenEnds(journal)];
  for (const { digest, outcome } of rows) if (outcome === undefined) faults.push(`the row of ${digest} is open`);
  for (const digest of new Set(world.registry().deletions.map((deletion) => deletion.digest))) {
    const lines = journal.filter((entry) => entry.digest === digest);
    const said = lines.filter((entry) => GONE.has(entry["outcome"])).map((entry) => entry["outcome"]);
    const stored = rows.filter((row) => row.digest === digest && GONE.has(row.outcome)).map(({ outcome }) => outcome);
    if (!lines.some(({ what }) => what === "intent")) faults.push(`${digest} has no intent in the journal`);
    if (said.length !== 1) faults.push(`the journal says ${said.length} times that ${digest} is gone`);
    if (stored.join() !== said.join())
      faults.push(`the table says ${stored.join()} of ${digest}, the journal ${said.join()}`);
    if (!saved.includes(digest)) faults.push(`the bytes of ${digest} are not kept`);
  }
  return faults;
}

/** Intent, outcome, intent, outcome: digest by digest, in the file of each run. */
function listOpenEnds(journal: readonly JournalEntry[]): readonly string[] {
  const deletes = journal.filter(({ what }) => what === "intent" || what === "outcome");
  const byIntent = Map.groupBy(deletes, (entry) => `${entry.repository}@${entry.digest} in ${String(entry["runId"])}`);
  return [...byIntent].flatMap(([name, entries]) => {
    const text = entries.map(toLetter).join("");
    return /^(?:iu*o)+$/.test(text) ? [] : [`the journal of ${name} reads ${text}`];
  });
}

function toLetter({ what, ...rest }: JournalEntry): "i" | "u" | "o" {
  if (what === "intent") return "i";
  return rest["outcome"] === "unknown" ? "u" : "o";
}

async function listRows(world: World): Promise<readonly Deletion[]> {
  const registryId = registryIdOf().toLowerCase();
  return collect(world.stores.deletions.listSince(registryId, Date.parse(world.parts.estate.startsAt), world.now()));
}

/** Digests whose delete was asked for before its intent was in the journal. */
export function watchIntents(world: World): readonly string[] {
  const intended = new Set<unknown>();
  const unannounced: string[] = [];
  const guard: Guard = async ({ port, args }, proceed) => {
    const digest = port === "purger" ? args[1] : undefined;
    if (port === "purger" && !intended.has(digest)) unannounced.push(`${String(digest)} was deleted without an intent`);
    const answer = await proceed();
    const record: unknown = port === "journal" ? args[1] : undefined;
    if (isIntent(record)) intended.add(record.digest);
    return answer;
  };
  world.addGuard(guard);
  return unannounced;
}

function isIntent(record: unknown): record is { readonly digest: string } {
  return (
    typeof record === "object" && record !== null && "what" in record && record.what === "intent" && "digest" in record
  );
}
