import fc from "fast-check";
import type { Json } from "./raw.ts";
import { partOf } from "./raw.ts";

/** Mostly `usual`; one time in `rarity` what else may stand there. */
export const seldom = <T, U>(rarity: number, usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: rarity - 1, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** An id as people and services spell it: in any casing, with blanks around segments. */
export function spelled(id: string): fc.Arbitrary<string> {
  const last = partOf(id, id.split("/").length - 1);
  const odd = fc.constantFrom(
    id.toLowerCase(),
    id.toUpperCase(),
    id.replace("/resourceGroups/", "/resourcegroups/"),
    `${id} `,
    `${id.slice(0, -last.length)} ${last} `,
  );
  return seldom(3, fc.constant(id), odd);
}

/** One of the ids, in some spelling. */
export const anyOf = (ids: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...ids).chain(spelled);

const WRONG_TYPES: readonly Json[] = [7, true, [], {}, ["1.0.0"]];

/** Something that is no text at all. */
export const wrongType: fc.Arbitrary<Json> = fc.constantFrom(...WRONG_TYPES);

/** A name or version: rarely in another casing, missing, blank, an expression, or no text at all. */
export function named(names: readonly string[]): fc.Arbitrary<Json | undefined> {
  const name = fc.constantFrom(...names);
  const other = fc.oneof(
    name.map((text) => text.toUpperCase()),
    name.map((text) => ` ${text} `),
    fc.constantFrom(undefined, null, " ", "{deployParameters.x}", "[parameters('x')]"),
  );
  return seldom(60, seldom(8, name, other), wrongType);
}
