import { dirname } from "node:path";
import { evaluate } from "./bicep/expressions.ts";
import { SUBSCRIPTION } from "./bicep/scope.ts";
import { parseBicep } from "./bicep/syntax.ts";
import type { ObjectValue, Value } from "./bicep/values.ts";

/** The parameters that a `.bicepparam` file gives, in an environment. */
export function evaluateParameterFile(path: string, env: Readonly<Record<string, string>>): ObjectValue {
  const place = { folder: dirname(path), scope: SUBSCRIPTION, env };
  const find = (name: string): Value => {
    throw new Error(`${path}: there is no ${name}`);
  };
  const given = [...parseBicep(path).declarations.values()].map(({ name, value }): readonly [string, Value] => {
    if (!value) throw new Error(`${path}: ${name} has no value`);
    return [name, evaluate(value, { place, find })];
  });
  return Object.fromEntries(given);
}
