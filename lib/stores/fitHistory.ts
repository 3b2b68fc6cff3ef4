import type { FieldChange, ResourceChange, ResourceHistory } from "../core/history.ts";
import { fitsRow, toBody } from "./rows.ts";

const MAX_CHANGES = 100;
const MAX_TEXTS = 40;
const MAX_TEXT_CHARS = 300;

/**
 * What a row can hold of a history: the first change and the newest ones, at most `MAX_CHANGES` and as many as fit. Long lists and
 * texts are cut, and say so.
 */
export function fitHistory(history: ResourceHistory): ResourceHistory {
  const changes = history.changes.map(shorten);
  const [first, ...later] = changes;
  if (!first) return history;
  let newest = later.slice(-(MAX_CHANGES - 1));
  while (newest.length > 1 && !fits({ ...history, changes: [first, ...newest] })) newest = newest.slice(1);
  const both = { ...history, changes: [first, ...newest] };
  return fits(both) ? both : { ...history, changes: changes.slice(-1) };
}

const fits = (history: ResourceHistory): boolean => fitsRow(toBody(history));

const shorten = (change: ResourceChange): ResourceChange => ({ ...change, fields: change.fields.map(shortenField) });

const shortenField = ({ field, removed, added }: FieldChange): FieldChange => ({
  field,
  removed: shortenTexts(removed),
  added: shortenTexts(added),
});

function shortenTexts(texts: readonly string[]): readonly string[] {
  const cut = texts.map((text) => (text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS - 1)}…` : text));
  if (cut.length <= MAX_TEXTS) return cut;
  return [...cut.slice(0, MAX_TEXTS - 1), `… and ${cut.length - MAX_TEXTS + 1} more`];
}
