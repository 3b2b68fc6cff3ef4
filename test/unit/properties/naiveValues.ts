import type { Meant } from "./naiveMeant.ts";
import { fits, idMeans, joinMeant } from "./naiveMeant.ts";
import { clean, isVersionId, nameIn, publisherOf, segment } from "./naiveJson.ts";
import type { Json } from "./raw.ts";

/** One thing in a configuration value. */
interface Spot {
  readonly value: Json;
  /** Under which it stands, itself or the list that it is in. */
  readonly key: string;
  /** The objects around it, innermost first. */
  readonly above: readonly Json[];
  /** A text that begins like JSON and is none. */
  readonly broken: boolean;
}

const VERSION_KEYS = [
  "nfdvname",
  "nfdversion",
  "networkfunctiondefinitionversion",
  "networkfunctiondefinitionversionname",
];
const GROUP_KEYS = ["nfdgname", "networkfunctiondefinitiongroup", "networkfunctiondefinitiongroupname"];

/** What readable configuration values may mean. `publisher` is the id of the schema's publisher, where it is known. */
export function valuesMean(value: Json, publisher: string | undefined, seen: readonly string[]): Meant {
  const spots = listSpots({ value, key: "", above: [], broken: false });
  const ids = spots.map((spot) => clean(spot.value)).filter((text) => text.startsWith("/subscriptions/"));
  const keyed = spots.filter(isVersionSpot);
  return joinMeant([
    ...ids.filter(isVersionId).map((id) => idMeans(id, seen)),
    ...keyed.map((spot) => keyedMeans(spot, publisher, seen)),
    { versions: mentioned(listTexts(spots, ids), publisher, seen), publishers: [] },
    { versions: [], publishers: spots.some(({ broken }) => broken) ? ["*"] : [] },
  ]);
}

/** Every value at every depth, also inside of texts that are JSON. */
function listSpots(spot: Spot): readonly Spot[] {
  const { value, above } = spot;
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return [...(items.length === 0 ? [spot] : []), ...items.flatMap((item) => listSpots({ ...spot, value: item }))];
  }
  if (typeof value === "object" && value !== null)
    return [
      spot,
      ...Object.entries(value).flatMap(([name, item]) =>
        listSpots({ ...spot, value: item, key: name, above: [value, ...above] }),
      ),
    ];
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return [spot];
  try {
    const nested: Json = JSON.parse(value);
    // What is inside of the text has no key of its own until it is in an object again.
    return [spot, ...listSpots({ value: nested, key: "", above, broken: false })];
  } catch {
    const begins = /^\s*(\{\s*("|$)|\[\s*("|\{|$))/.test(value);
    return [{ ...spot, broken: begins }];
  }
}

const isVersionSpot = ({ key }: Spot): boolean => VERSION_KEYS.includes(key.toLowerCase());

/** The name under one of `keys` in the nearest object that has one; undefined where it is not told or two differ. */
function nearest(spot: Spot, keys: readonly string[]): { readonly name: string | undefined } | undefined {
  for (const object of spot.above) {
    const given = Object.entries(object ?? {}).filter(([key]) => keys.includes(key.toLowerCase()));
    if (given.length === 0) continue;
    const names = new Set(given.map(([, value]) => nameIn(value)));
    return { name: names.size === 1 ? [...names][0] : undefined };
  }
  return undefined;
}

const groupOf = (spot: Spot): string | undefined => nearest(spot, GROUP_KEYS)?.name;

/** A version named by its key: seen ones that fit anywhere, or all of the publisher where none does. */
function keyedMeans(spot: Spot, schemaPublisher: string | undefined, seen: readonly string[]): Meant {
  const own = schemaPublisher === undefined ? undefined : segment(schemaPublisher, 8);
  const given = nearest(spot, ["publishername"]);
  const publisher = given ? given.name : own;
  const wanted = { publisher, group: groupOf(spot), version: nameIn(spot.value) };
  const versions = seen.filter((id) => fits(id, wanted));
  return { versions, publishers: versions.length > 0 ? [] : [publisher ?? "*"] };
}

/** Texts that may name a version freely: all but those that a key and a group pin down. */
function listTexts(spots: readonly Spot[], ids: readonly string[]): readonly string[] {
  const free = spots.filter((spot) => !isVersionSpot(spot) || groupOf(spot) === undefined);
  const texts = free.map(({ value }) => (typeof value === "object" ? "" : String(value).trim().toLowerCase()));
  return [...texts, ...ids.map((id) => segment(id, 8))].filter((text) => text !== "");
}

/** Of the schema's publisher, or of one that a text names too; of any where the schema's publisher is not known. */
function mentioned(
  texts: readonly string[],
  publisher: string | undefined,
  seen: readonly string[],
): readonly string[] {
  return seen.filter((id) => {
    const isOwn = publisher === undefined || publisherOf(id) === publisher || texts.includes(segment(id, 8));
    return isOwn && texts.includes(segment(id, 12));
  });
}
