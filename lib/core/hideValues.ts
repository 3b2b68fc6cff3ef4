import type { FieldChange, ResourceHistory } from "./history.ts";

/**
 * The history without any text of a configuration or deployment value. None is stored any more, but a row that an earlier version
 * wrote may hold some.
 */
export const hideValues = (history: ResourceHistory): ResourceHistory => ({
  ...history,
  changes: history.changes.map((change) => ({ ...change, fields: change.fields.flatMap(hideInField) })),
});

function hideInField({ field, removed, added }: FieldChange): readonly FieldChange[] {
  const isShown = SHOWN.get(field);
  if (!isShown) return [{ field, removed, added }];
  const shown = { field, removed: removed.filter(isShown), added: added.filter(isShown) };
  return shown.removed.length + shown.added.length > 0 ? [shown] : [];
}

/** Of fields that values may have got into: what is shown is known, and the rest is not. */
const SHOWN: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["digests", (text: string) => /^names \d+ digests?$/.test(text)],
  ["versions", (text: string) => isOfNoValue(text)],
]);

/** Ids of versions, counts, and the names that stand in fields of the resource itself. */
const isOfNoValue = (text: string): boolean =>
  text.startsWith("/") ||
  text.startsWith("unreadable, of ") ||
  /^… and \d+ more$/.test(text) ||
  text === "a version by its names (configuration value)" ||
  /^mentions \d+ texts? that may name versions of /.test(text) ||
  (text.startsWith("publisher ") && /\((desired|last) state\)$/.test(text));
