import { parseJson } from "./parseJson.ts";
import { toKnownName } from "./readText.ts";

/** Keys under which AOSM's own designs name an NFDV: `nfdvName` beside `publisherName` and `nfdgName`. */
const VERSION_KEY = /^(nfdvname|nfdversion|networkfunctiondefinitionversion(name)?)$/i;
const GROUP_KEY = /^(nfdgname|networkfunctiondefinitiongroup(name)?)$/i;
const PUBLISHER_KEY = /^publishername$/i;

/** JSON as AOSM passes it on, in a text of its own. Plain texts such as `[ERROR]` and `{{ .Values.x }}` do not begin so. */
const BEGINS_LIKE_JSON = /^\s*(\{\s*("|$)|\[\s*("|\{|$))/;

/** What stands beside a leaf or above it. An undefined name fits everything. */
export interface Surroundings {
  /** Its key says that it names a version. */
  readonly isVersion: boolean;
  readonly group: string | undefined;
  readonly publisher: string | undefined;
}

export interface Leaf extends Surroundings {
  /** Undefined under the key of a version: something else than a name stands there, so any version may be meant. */
  readonly text: string | undefined;
  /** JSON that breaks off: what it held is not known. */
  readonly isBroken: boolean;
}

/** Every text, number and boolean in a configuration value, also in JSON texts inside of it. */
export function* listLeaves(value: unknown, above: Surroundings): Generator<Leaf> {
  if (typeof value === "string") yield* listText(value, above);
  else if (Array.isArray(value) && value.length > 0) for (const item of value) yield* listLeaves(item, above);
  else yield* listOthers(value, above);
}

function* listOthers(value: unknown, above: Surroundings): Generator<Leaf> {
  if (above.isVersion) yield { ...above, text: undefined, isBroken: false };
  const around = { ...above, isVersion: false };
  if (typeof value === "number" || typeof value === "boolean")
    yield { ...around, text: String(value), isBroken: false };
  else if (typeof value === "object" && value !== null) yield* listFields(Object.entries(value), around);
}

function* listText(text: string, above: Surroundings): Generator<Leaf> {
  const nested = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  const isBroken = nested === undefined && BEGINS_LIKE_JSON.test(text);
  yield { ...above, text: above.isVersion ? toKnownName(text) : text.trim(), isBroken };
  if (nested !== undefined) yield* listLeaves(nested, { ...above, isVersion: false });
}

function* listFields(entries: readonly (readonly [string, unknown])[], above: Surroundings): Generator<Leaf> {
  const group = findName(entries, GROUP_KEY, above.group);
  const publisher = findName(entries, PUBLISHER_KEY, above.publisher);
  for (const [key, item] of entries) yield* listLeaves(item, { isVersion: VERSION_KEY.test(key), group, publisher });
}

/** The one name that stands under such a key; undefined where one of them is no name or two differ. */
function findName(
  entries: readonly (readonly [string, unknown])[],
  key: RegExp,
  above: string | undefined,
): string | undefined {
  const given = entries.filter(([name]) => key.test(name)).map(([, item]) => item);
  const names = new Set(given.map((item) => (typeof item === "string" ? toKnownName(item) : undefined)));
  return given.length === 0 ? above : names.size === 1 ? [...names][0] : undefined;
}
