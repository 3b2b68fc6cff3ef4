import { describe, expect, it } from "@jest/globals";
import { ROW_KINDS, type RowKind } from "../../fakes/rowKinds.ts";
import { SpoilingTables } from "../../fakes/spoilingTables.ts";

/** A copy of `body` with another value at `path`, which must be there. */
function withValue(body: object, path: string, value: unknown): unknown {
  const copy = structuredClone(body);
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let inner: object = copy;
  for (const step of steps) inner = Object(Reflect.get(inner, step));
  // The repository's own row has no registry manifest in it, and stays as it is.
  if (Reflect.has(inner, last)) Reflect.set(inner, last, value);
  return copy;
}

describe("a stored row", () => {
  async function readSpoiled({ write, read }: RowKind, spoil: (body: object) => unknown): Promise<unknown> {
    const tables = new SpoilingTables(spoil);
    await write(tables);
    return read(tables);
  }

  it.each(ROW_KINDS)("is read where nothing is wrong with it: $name", async (kind) => {
    const read = await readSpoiled(kind, (body) => body);
    expect(Array.isArray(read) ? read : [read]).toEqual([expect.any(Object)]);
  });

  it.each(ROW_KINDS)("is refused where a newer version of the service wrote it: $name", async (kind) => {
    await expect(readSpoiled(kind, (body) => ({ ...body, v: 2 }))).rejects.toThrow(/newer version of the service/);
  });

  it.each(ROW_KINDS)("is refused where it has no version: $name", async (kind) => {
    await expect(readSpoiled(kind, (body) => ({ ...body, v: undefined }))).rejects.toThrow();
  });

  it.each(ROW_KINDS)("is refused, not dropped, where it cannot be understood: $name, $code", async (kind) => {
    const spoil = (body: object): unknown => withValue(body, kind.code, { unheardOf: true });
    await expect(readSpoiled(kind, spoil)).rejects.toThrow(/^row .* cannot be read/);
  });

  it.each(ROW_KINDS.filter(({ codeless }) => !codeless))(
    "is refused where it holds a code that this version does not know: $name, $code",
    async (kind) => {
      const spoil = (body: object): unknown => withValue(body, kind.code, "unheardOf");
      await expect(readSpoiled(kind, spoil)).rejects.toThrow(/^row .* cannot be read/);
    },
  );
});
