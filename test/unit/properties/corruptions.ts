import fc from "fast-check";
import type { Json, Look, Raw } from "./raw.ts";

/** What may happen to one value of a resource on its way here. */
export type Harm =
  "drop" | "number" | "null" | "list" | "object" | "blank" | "truncate" | "parent" | "unheard" | "casing" | "blanks";

export interface Corruption {
  /** Which resource of the look. */
  readonly index: number;
  readonly path: readonly string[];
  readonly harm: Harm;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly look: Look;
}

const HARMS: readonly Harm[] = [
  "drop",
  "number",
  "null",
  "list",
  "object",
  "blank",
  "truncate",
  "truncate",
  "parent",
  "unheard",
  "casing",
  "blanks",
];

/** Fields that say one word of a few. */
const ENUMS = new Set([
  "idType",
  "configurationType",
  "artifactType",
  "templateType",
  "type",
  "versionState",
  "artifactManifestState",
  "provisioningState",
  "storeType",
]);

/** On its own id hangs all that a resource says: it is spoilt more often than one place among many would be. */
const OFTEN: readonly (readonly string[])[] = Array.from({ length: 4 }, () => ["id"]);

/** One resource of the look, spoilt at one place. */
export function corrupted(look: Look): fc.Arbitrary<Corruption> {
  const places = look.flatMap((raw, index) => [...OFTEN, ...listPaths(raw)].map((path) => ({ index, path })));
  const harm = fc.record({
    place: fc.constantFrom(...places),
    harm: fc.constantFrom(...HARMS),
    cut: fc.integer({ min: 1, max: 30 }),
  });
  return harm
    .map(({ place, harm: kind, cut }) => spoil(look, { ...place, harm: kind, cut }))
    .filter((corruption) => JSON.stringify(corruption.before) !== JSON.stringify(corruption.after));
}

function listPaths(value: Json | undefined, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return above.length === 0 ? [] : [above];
  const below = Object.entries(value).flatMap(([key, item]) => listPaths(item, [...above, key]));
  return above.length === 0 ? below : [above, ...below];
}

interface Place {
  readonly index: number;
  readonly path: readonly string[];
  readonly harm: Harm;
  readonly cut: number;
}

function spoil(look: Look, { index, path, harm, cut }: Place): Corruption {
  const raw: Raw = look[index] ?? {};
  const before = path.reduce<Json | undefined>((value, key) => childOf(value, key), raw);
  const after = hurt(before, { harm, key: path.at(-1) ?? "", cut });
  const spoilt = look.map((other, at): Raw => (at === index ? replaceIn(raw, path, after) : other));
  return { index, path, harm, before, after, look: spoilt };
}

const childOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(key) : undefined;

function hurt(
  value: Json | undefined,
  { harm, key, cut }: { readonly harm: Harm; readonly key: string; readonly cut: number },
) {
  const text = typeof value === "string" ? value : undefined;
  switch (harm) {
    case "drop":
      return undefined;
    case "number":
      return 7;
    case "null":
      return null;
    case "list":
      return [];
    case "object":
      return {};
    case "blank":
      return "";
    case "truncate":
      return text?.slice(0, Math.max(0, text.length - cut)) ?? value;
    case "parent":
      // An id that breaks off just where it is a whole one again.
      return text !== undefined && text.split("/").length > 9 ? text.split("/").slice(0, -2).join("/") : value;
    case "unheard":
      return ENUMS.has(key) ? "Unheard" : value;
    case "casing":
      return text?.replaceAll(/[a-z]/gi, (letter) => swapCase(letter)) ?? value;
    case "blanks":
      return text === undefined ? value : ` ${text}  `;
    default:
      return harm satisfies never;
  }
}

const swapCase = (letter: string): string =>
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();

function replaceIn(raw: Raw, path: readonly string[], value: Json | undefined): Raw {
  const replaced = replaceValue(raw, path, value);
  return typeof replaced === "object" && replaced !== null && !isList(replaced) ? replaced : {};
}

function replaceValue(here: Json | undefined, path: readonly string[], value: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof here !== "object" || here === null) return here;
  const entries = Object.entries(here).flatMap(([name, item]: [string, Json]): [string, Json][] => {
    const next = name === key ? replaceValue(item, rest, value) : item;
    return next === undefined ? [] : [[name, next]];
  });
  return isList(here) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
