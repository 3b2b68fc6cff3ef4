/** The keys and indexes that lead to a part of a JSON value. */
export type Pointer = readonly (string | number)[];

/** Every part of `value`, itself first. */
export function listPointers(value: unknown, at: Pointer = []): readonly Pointer[] {
  if (typeof value !== "object" || value === null) return [at];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [at, ...entries.flatMap(([step, item]) => listPointers(item, [...at, step]))];
}

/** As the table of reference paths writes it; the examples call every key of a map `main`. */
export const toTablePath = (pointer: Pointer): string =>
  pointer
    .map((step) => (typeof step === "number" ? "[]" : `.${step === "main" ? "<name>" : step}`))
    .join("")
    .slice(1);

export function valueAt(value: unknown, pointer: Pointer): unknown {
  return pointer.reduce<unknown>(
    (part, step) => (typeof part === "object" && part !== null ? Reflect.get(part, step) : undefined),
    value,
  );
}

/** A copy in which `next` stands at the pointer. Undefined takes a field away, and leaves null in place of a list's item. */
export function replaceAt(value: unknown, [step, ...rest]: Pointer, next: unknown): unknown {
  if (step === undefined) return next;
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? (replaceAt(item, rest, next) ?? null) : item));
  const fields = typeof value === "object" ? value : {};
  return { ...fields, [step]: replaceAt(valueAt(value, [step]), rest, next) };
}

/** Everything that may stand where `value` should: nothing, another type, a text that breaks off, or an unheard-of one. */
export function listCorruptions(value: unknown): readonly unknown[] {
  const others = [7, true, [], {}, "text"].filter((other) => typeNameOf(other) !== typeNameOf(value));
  if (typeof value !== "string") return [undefined, null, ...others];
  return [undefined, null, ...others, "Quarantined", ...Array.from(value, (_, length) => value.slice(0, length))];
}

const typeNameOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);
