import type { Node } from "./tree.ts";
import { decodeString } from "./text.ts";
import type { BicepFile, Declaration } from "./syntax.ts";
import { namedOf } from "./syntax.ts";
import type { ObjectValue, Value } from "./values.ts";
import { isList, isObject, Runtime } from "./values.ts";

/** Throws for a parameter that is missing, unknown, of another type, or none of those allowed. */
export function checkParams(file: BicepFile, given: ObjectValue): void {
  for (const name of Object.keys(given))
    if (file.declarations.get(name)?.kind !== "param") throw new Error(`${file.file}: there is no parameter ${name}`);
  for (const declaration of file.declarations.values()) {
    if (declaration.kind !== "param") continue;
    const value = given[declaration.name];
    if (value !== undefined) checkParam(declaration, value);
    else if (!declaration.value && !declaration.type.endsWith("?"))
      throw new Error(`${file.file}: parameter ${declaration.name} is not given`);
  }
}

function checkParam({ file, name, type, decorators }: Declaration, value: Value): void {
  if (!isOfType(type, value)) throw new Error(`${file}: parameter ${name} is not ${type}: ${JSON.stringify(value)}`);
  const allowed = namedOf(decorators.get("allowed")?.[0]).map(readLiteral);
  if (allowed.length > 0 && !allowed.includes(value))
    throw new Error(`${file}: parameter ${name} is none of ${JSON.stringify(allowed)}: ${JSON.stringify(value)}`);
}

function isOfType(type: string, value: Value): boolean {
  if (value instanceof Runtime) return true;
  if (type.endsWith("[]")) return isList(value);
  switch (type.replace(/\?$/, "")) {
    case "string":
      return typeof value === "string";
    case "int":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    default:
      return isObject(value);
  }
}

function readLiteral(node: Node): Value {
  if (node.type === "number") return Number(node.text);
  return decodeString(node, () => {
    throw new Error("is not a literal");
  });
}
