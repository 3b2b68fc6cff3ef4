import { parseJson } from "./parseJson.ts";
import { toKnownName } from "./readText.ts";

/** Keys, lower-case, under which AOSM's own designs name an NFDV: `nfdvName` beside `publisherName` and `nfdgName`. */
const VERSION_KEYS = new Set([
  "nfdvname",
  "nfdversion",
  "networkfunctiondefinitionversion",
  "networkfunctiondefinitionversionname",
]);
const GROUP_KEYS = new Set(["nfdgname", "networkfunctiondefinitiongroup", "networkfunctiondefinitiongroupname"]);
const PUBLISHER_KEYS = new Set(["publishername"]);

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
export function listLeaves(value: unknown, above: Surroundings): readonly Leaf[] {
  const leaves: Leaf[] = [];
  collect(leaves, value, above);
  return leaves;
}

function collect(leaves: Leaf[], value: unknown, above: Surroundings): void {
  if (typeof value === "string") collectText(leaves, value, above);
  else if (Array.isArray(value) && value.length > 0) for (const item of value) collect(leaves, item, above);
  else collectOthers(leaves, value, above);
}

function collectOthers(leaves: Leaf[], value: unknown, above: Surroundings): void {
  if (above.isVersion) leaves.push({ ...above, text: undefined, isBroken: false });
  const around = above.isVersion ? { ...above, isVersion: false } : above;
  if (typeof value === "number" || typeof value === "boolean")
    leaves.push({ ...around, text: String(value), isBroken: false });
  else if (typeof value === "object" && value !== null) collectFields(leaves, Object.entries(value), around);
}

function collectText(leaves: Leaf[], text: string, above: Surroundings): void {
  const nested = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  const isBroken = nested === undefined && BEGINS_LIKE_JSON.test(text);
  const { isVersion, group, publisher } = above;
  leaves.push({ isVersion, group, publisher, text: isVersion ? toKnownName(text) : text.trim(), isBroken });
  if (nested !== undefined) collect(leaves, nested, { isVersion: false, group, publisher });
}

function collectFields(leaves: Leaf[], entries: Entries, above: Surroundings): void {
  const keys = entries.map(([key]) => key.toLowerCase());
  const group = findName(entries, keys, GROUP_KEYS) ?? above;
  const publisher = findName(entries, keys, PUBLISHER_KEYS) ?? above;
  const names = {
    group: "name" in group ? group.name : above.group,
    publisher: "name" in publisher ? publisher.name : above.publisher,
  };
  const plain: Surroundings = { isVersion: false, ...names };
  for (const [index, [, item]] of entries.entries())
    collect(leaves, item, VERSION_KEYS.has(keys[index] ?? "") ? { isVersion: true, ...names } : plain);
}

type Entries = readonly (readonly [string, unknown])[];

/** The one name that stands under such a key, undefined where one of them is no name or two differ; nothing where there is no key. */
function findName(
  entries: Entries,
  keys: readonly string[],
  wanted: ReadonlySet<string>,
): { readonly name: string | undefined } | undefined {
  const given = entries.filter((_, index) => wanted.has(keys[index] ?? "")).map(([, item]) => item);
  if (given.length === 0) return undefined;
  const names = new Set(given.map((item) => (typeof item === "string" ? toKnownName(item) : undefined)));
  return { name: names.size === 1 ? [...names][0] : undefined };
}
