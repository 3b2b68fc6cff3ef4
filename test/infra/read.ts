import type { Value } from "./bicep/values.ts";
import { isList, isObject } from "./bicep/values.ts";

/** What stands at a path such as `properties.sku.name`; undefined where nothing does. */
export function readPath(value: Value | undefined, path: string): Value | undefined {
  return path.split(".").reduce<Value | undefined>((at, name) => {
    if (at === undefined) return undefined;
    if (isList(at)) return at[Number(name)];
    return isObject(at) ? at[name] : undefined;
  }, value);
}

/** As text, with what only Azure knows between `<` and `>`. */
export const toPlain = (value: Value | undefined): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null).replace(/^"(.*)"$/, "$1");
