import { writeFile } from "node:fs/promises";
import { format } from "prettier";
import { z } from "zod";
import { EstateSchema } from "./estate.ts";

/** Run this file to write `estate.schema.json` anew after a change of `estate.ts`. */

const SCHEMA_URL = new URL("estate.schema.json", import.meta.url);

/** The JSON Schema of an estate as an author writes it: what has a default may be left out. */
export function toEstateJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(EstateSchema, { io: "input", override: dropCaseInsensitivePattern });
  return { title: "Estate of the Azure sandbox", ...schema };
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>["override"]>;

/** JSON Schema has no case-insensitive pattern, and a case-sensitive one would refuse ids that ARM accepts. */
const dropCaseInsensitivePattern: Override = ({ zodSchema, jsonSchema }) => {
  const ignoresCase = (zodSchema._zod.def.checks ?? []).some(({ _zod: { def } }) => {
    return "pattern" in def && def.pattern instanceof RegExp && def.pattern.ignoreCase;
  });
  if (ignoresCase) delete jsonSchema.pattern;
};

async function writeEstateSchema(): Promise<void> {
  const text = await format(JSON.stringify(toEstateJsonSchema()), { parser: "json", printWidth: 120 });
  await writeFile(SCHEMA_URL, text);
}

if (import.meta.main) await writeEstateSchema();
