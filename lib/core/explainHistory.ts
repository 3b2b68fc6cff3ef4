import type { FieldChange, ResourceChange, ResourceHistory } from "./history.ts";

/** When something was last there, and when it was found gone; `undefined` parts are not known. */
export interface Vanishing {
  readonly vanishedAt: string;
  readonly vanishedIn: string;
  /** The complete snapshot before, which still showed it. */
  readonly lastSeenAt: string;
  readonly snapshotId: string;
}

/** The last time that the resource disappeared; undefined where the history does not tell, also where it came back since. */
export function findDisappearance(history: ResourceHistory | undefined): Vanishing | undefined {
  const last = history?.changes.findLast(({ change }) => change !== "changed");
  return last?.change === "disappeared" ? toVanishing(last) : undefined;
}

/** The last time that a field of the resource lost a text that contains `needle`; undefined where it has been added again since. */
export function findRemoval(history: ResourceHistory | undefined, needle: string): Vanishing | undefined {
  const wanted = needle.toLowerCase();
  const mentions = (texts: readonly string[]): boolean => texts.some((text) => isNamedIn(text.toLowerCase(), wanted));
  const last = history?.changes.findLast(({ fields }) =>
    fields.some(({ removed, added }) => mentions(removed) || mentions(added)),
  );
  if (!last || last.fields.some(({ added }) => mentions(added))) return undefined;
  return toVanishing(last);
}

/** Whole names only: `…/cnf` does not stand in `…/cnf2`. */
function isNamedIn(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!isNameChar(text[at - 1]) && !isNameChar(text[at + wanted.length])) return true;
  }
  return false;
}

const isNameChar = (char: string | undefined): boolean => char !== undefined && /[\w./-]/.test(char);

const toVanishing = ({ at, snapshotId, beforeAt, beforeSnapshotId }: ResourceChange): Vanishing => ({
  vanishedAt: at,
  vanishedIn: snapshotId,
  lastSeenAt: beforeAt,
  snapshotId: beforeSnapshotId,
});

/** One line for each change, as a person reads it. */
export function describeChange({ at, snapshotId, change, fields }: ResourceChange): string {
  const what = fields.map(describeField).filter(Boolean).join("; ");
  return `${at} (snapshot ${snapshotId}): ${change}${what === "" ? "" : `: ${what}`}`;
}

function describeField({ field, removed, added }: FieldChange): string {
  const parts = [
    removed.length === 0 ? "" : `no longer ${removed.join(", ")}`,
    added.length === 0 ? "" : `now ${added.join(", ")}`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : `${field} ${parts.join(", ")}`;
}
