import { isRecord } from "./isRecord.ts";

/** What stands where a path leads. `at` is the path with the indexes and keys that were taken, for people to find it. */
export type Place =
  | { readonly is: "there"; readonly at: string; readonly value: unknown }
  /** Absent or null, on the way or at the end. */
  | { readonly is: "missing"; readonly at: string }
  /** On the way stands something that the path cannot go through. */
  | { readonly is: "wrongType"; readonly at: string; readonly value: unknown };

/**
 * Every place that `path` leads to from `root`: one for each item of a list (`a[]`) and each value of a map (`<name>`). An
 * empty list or map leads nowhere; anything else that does not get to the end says so in a place of its own.
 */
export function walkPath(root: unknown, path: string): readonly Place[] {
  return walk({ is: "there", at: "", value: root }, path === "" ? [] : path.split("."));
}

function walk(place: Place, steps: readonly string[]): readonly Place[] {
  if (place.is !== "there") return [place];
  if (place.value === null || place.value === undefined) return [{ is: "missing", at: place.at }];
  const [step, ...rest] = steps;
  if (step === undefined) return [place];
  return take(place.at, place.value, step).flatMap((next) => walk(next, rest));
}

function take(at: string, value: unknown, step: string): readonly Place[] {
  if (!isRecord(value)) return [{ is: "wrongType", at, value }];
  if (step === "<name>")
    return Object.entries(value).map(([key, item]) => ({ is: "there", at: join(at, key), value: item }));
  const name = step.replace("[]", "");
  const next: Place = { is: "there", at: join(at, name), value: value[name] };
  return step.endsWith("[]") ? listItems(next.at, next.value) : [next];
}

function listItems(at: string, value: unknown): readonly Place[] {
  if (value === null || value === undefined) return [{ is: "missing", at }];
  if (!Array.isArray(value)) return [{ is: "wrongType", at, value }];
  return value.map((item: unknown, index) => ({ is: "there", at: `${at}[${index}]`, value: item }));
}

const join = (at: string, name: string): string => (at === "" ? name : `${at}.${name}`);
