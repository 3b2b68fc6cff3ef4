import { publisherOf, segment } from "./naiveJson.ts";

/** What a consumer may run on: versions that were seen, and all that whole publishers have. */
export interface Meant {
  readonly versions: readonly string[];
  /** Ids of publishers, names of publishers, or `*` for every one. */
  readonly publishers: readonly string[];
}

export const EVERYTHING: Meant = { versions: [], publishers: ["*"] };
export const NOTHING: Meant = { versions: [], publishers: [] };

export const joinMeant = (parts: readonly Meant[]): Meant => ({
  versions: parts.flatMap(({ versions }) => versions),
  publishers: parts.flatMap(({ publishers }) => publishers),
});

/** Names of a version; an undefined one fits everything. */
export interface Wanted {
  readonly publisher: string | undefined;
  readonly group: string | undefined;
  readonly version: string | undefined;
}

/** Names do not tell a function definition from a service design. */
export const fits = (id: string, wanted: Wanted): boolean =>
  (wanted.publisher === undefined || segment(id, 8) === wanted.publisher) &&
  (wanted.group === undefined || segment(id, 10) === wanted.group) &&
  (wanted.version === undefined || segment(id, 12) === wanted.version);

/** A version that nobody ever saw could have needed anything of its publisher; of one that nobody has, that is nothing. */
export function idMeans(id: string, seen: readonly string[]): Meant {
  return seen.includes(id) ? { versions: [id], publishers: [] } : { versions: [], publishers: [publisherOf(id)] };
}
