import type { ReferencePath } from "./referencePaths.ts";
import type { Place } from "./walkPath.ts";
import { walkPath } from "./walkPath.ts";

/** What a path of the table gave. Texts come without the blanks around them. */
export type Reading =
  | { readonly is: "text"; readonly text: string; readonly at: string }
  | { readonly is: "missing"; readonly at: string }
  /** `text` says where, and what stands there. */
  | { readonly is: "unreadable"; readonly text: string };

/** Where to read from: `properties`, or one item of a list in it. */
export interface Scope {
  readonly value: unknown;
  /** The path that leads here from `properties`; empty for themselves. */
  readonly path: string;
  /** The same with indexes. */
  readonly at: string;
}

export type Properties = Readonly<Record<string, unknown>>;

export const toScope = (properties: Properties): Scope => ({ value: properties, path: "", at: "" });

/** One reading for every place that the row leads to; none where a list or map on its way is empty. */
export function readTexts(scope: Scope, row: ReferencePath): readonly Reading[] {
  return walkPath(scope.value, relative(scope, row.path)).map((place) => toReading(scope.at, place, row));
}

/** For a row without a list or map below `scope`. */
export function readText(scope: Scope, row: ReferencePath): Reading {
  return readTexts(scope, row)[0] ?? { is: "missing", at: scope.at };
}

/** Whether the object that the row's last field belongs to is there, readable or not. */
export function hasParent(scope: Scope, row: ReferencePath): boolean {
  const path = relative(scope, row.path);
  return walkPath(scope.value, path.slice(0, path.lastIndexOf("."))).some(({ is }) => is !== "missing");
}

/** The same, unless it is missing: then it is unreadable. */
export const demand = (reading: Reading): Reading =>
  reading.is === "missing" ? { is: "unreadable", text: `${reading.at} is missing` } : reading;

/** A name, version or range. Undefined, which fits everything, where there is none or an expression stands for it. */
export const nameOrAny = (reading: Reading): string | undefined =>
  reading.is === "text" ? toKnownName(reading.text) : undefined;

/** AOSM fills in `{deployParameters.x}` and `{configurationparameters('x').y}` at deployment, ARM `[parameters('x')]`. */
export const toKnownName = (text: string): string | undefined =>
  text.trim() === "" || /[{}]|^\s*\[/.test(text) ? undefined : text.trim();

/** What could not be read, each once. */
export const listUnreadable = (readings: readonly Reading[]): readonly string[] => [
  ...new Set(readings.flatMap((reading) => (reading.is === "unreadable" ? [reading.text] : []))),
];

/** Short enough to be read and stored. */
export const toEvidence = (at: string, value: unknown): string => `${at}: ${JSON.stringify(value)}`.slice(0, 300);

const relative = (scope: Scope, path: string): string => (scope.path === "" ? path : path.slice(scope.path.length + 1));

function toReading(above: string, place: Place, row: ReferencePath): Reading {
  const at = [above, place.at].filter((part) => part !== "").join(".");
  if (place.is === "there" && typeof place.value === "string") return { is: "text", text: place.value.trim(), at };
  if (place.is !== "missing")
    // Of what may be a secret only the place is told.
    return { is: "unreadable", text: mayBeSecret(row) ? `${at} is no text` : toEvidence(at, place.value) };
  const missing: Reading = { is: "missing", at };
  return row.missing === "unreadable" && row.secret === "shown" ? demand(missing) : missing;
}

/** What a resource hides where it is `Secret`, and values of any kind. */
const mayBeSecret = ({ secret, to }: ReferencePath): boolean => secret === "hidden" || to.endsWith("in the values");
