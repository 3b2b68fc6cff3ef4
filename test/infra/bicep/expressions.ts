import type { Node } from "./tree.ts";
import type { Place } from "./functions.ts";
import { callFunction } from "./functions.ts";
import { childrenOf, namedOf } from "./syntax.ts";
import { decodeString } from "./text.ts";
import type { ObjectValue, Value } from "./values.ts";
import { asList, holdsRuntime, isList, isObject, ModuleRef, ResourceRef, Runtime, toText } from "./values.ts";

/** What names mean where an expression stands. */
export interface Env {
  readonly place: Place;
  readonly find: (name: string) => Value;
}

type Evaluate = (node: Node, env: Env) => Value;

const EVALUATE: Readonly<Record<string, Evaluate>> = {
  array: (node, env) => namedOf(node).map((item) => evaluate(item, env)),
  binary_expression: evaluateBinary,
  boolean: (node) => node.text === "true",
  call_expression: evaluateCall,
  for_statement: (node, env) => evaluateFor(node, env).map(({ body, env: inner }) => evaluate(body, inner)),
  identifier: (node, env) => env.find(node.text),
  lambda_expression: evaluateLambda,
  member_expression: evaluateMember,
  null: () => null,
  number: (node) => Number(node.text),
  object: evaluateObject,
  parenthesized_expression: (node, env) => evaluate(first(node), env),
  string: (node, env) => decodeString(node, (inner) => toText(evaluate(inner, env))),
  subscript_expression: evaluateSubscript,
  ternary_expression: (node, env) => {
    const [condition, yes, no] = namedOf(node);
    return evaluate(isTrue(evaluate(known(condition), env)) ? known(yes) : known(no), env);
  },
  unary_expression: (node, env) => !isTrue(evaluate(first(node), env)),
};

/** Throws, with the place, for whatever it does not understand: nothing is passed over in silence. */
export function evaluate(node: Node, env: Env): Value {
  const by = EVALUATE[node.type];
  if (!by) throw new Error(`${where(node)}: ${node.type} is not understood`);
  return by(node, env);
}

export const where = (node: Node): string => `line ${node.startPosition.row + 1}: ${node.text.slice(0, 100)}`;

function known(node: Node | undefined): Node {
  if (!node) throw new Error("a part of an expression is missing");
  return node;
}

const first = (node: Node): Node => known(namedOf(node)[0]);

export function isTrue(value: Value): boolean {
  if (typeof value === "boolean") return value;
  throw new Error(`is neither true nor false: ${JSON.stringify(value)}`);
}

function evaluateBinary(node: Node, env: Env): Value {
  const [left, operator, right] = childrenOf(node);
  const start = evaluate(known(left), env);
  const end = (): Value => evaluate(known(right), env);
  switch (operator?.type) {
    case "&&":
      return isTrue(start) && isTrue(end());
    case "||":
      return isTrue(start) || isTrue(end());
    case "==":
      return start === end();
    case "!=":
      return start !== end();
    case ">":
      return Number(start) > Number(end());
    case "??":
      return start ?? end();
    default:
      throw new Error(`${where(node)}: operator ${operator?.type} is not understood`);
  }
}

function evaluateCall(node: Node, env: Env): Value {
  const [name, args] = namedOf(node);
  if (name?.type !== "identifier") throw new Error(`${where(node)}: is not a call of a function`);
  return callFunction(
    name.text,
    namedOf(args).map((arg) => evaluate(arg, env)),
    env.place,
  );
}

function evaluateLambda(node: Node, env: Env): Value {
  const [name, body] = namedOf(node);
  return (value: Value | undefined) => evaluate(known(body), withNames(env, { [known(name).text]: value ?? null }));
}

export function withNames(env: Env, names: ObjectValue): Env {
  return { ...env, find: (name) => (name in names ? (names[name] ?? null) : env.find(name)) };
}

/** The grammar binds `.` weaker than Bicep does; what would mean something else there must have parentheses here. */
const TOO_WIDE = new Set(["ternary_expression", "binary_expression", "lambda_expression", "unary_expression"]);

function evaluateMember(node: Node, env: Env): Value {
  const children = childrenOf(node);
  const object = known(children[0]);
  if (TOO_WIDE.has(object.type)) throw new Error(`${where(node)}: needs parentheses`);
  const property = known(children.at(-1)).text;
  const isSafe = children.some(({ type }) => type === ".?");
  return readMember(evaluate(object, env), property, { isSafe, node });
}

function evaluateSubscript(node: Node, env: Env): Value {
  const [object, index] = namedOf(node);
  if (TOO_WIDE.has(known(object).type)) throw new Error(`${where(node)}: needs parentheses`);
  const list = evaluate(known(object), env);
  const at = evaluate(known(index), env);
  if (typeof at === "number") return asList(list)[at] ?? fail(node, `there is no item ${at}`);
  return readMember(list, toText(at), { isSafe: false, node });
}

function readMember(value: Value, name: string, { isSafe, node }: { isSafe: boolean; node: Node }): Value {
  if (value instanceof Runtime) return new Runtime(`${value.path}.${name}`);
  if (value instanceof ResourceRef) return readResourceMember(value, name, node);
  if (value instanceof ModuleRef) return name === "outputs" ? value.outputs : value.name;
  if (isSafe && (value === null || (isObject(value) && !(name in value)))) return null;
  if (!isObject(value)) return fail(node, "is not an object");
  return name in value ? (value[name] ?? null) : fail(node, `there is no ${name}`);
}

function readResourceMember(resource: ResourceRef, name: string, node: Node): Value {
  if (name === "id" || name === "name" || name === "type") return resource[name];
  if (!resource.isDeployed) return fail(node, "is not deployed");
  return new Runtime(`${resource.id}.${name}`);
}

function fail(node: Node, why: string): never {
  throw new Error(`${where(node)}: ${why}`);
}

function evaluateObject(node: Node, env: Env): Value {
  const entries = namedOf(node).map((property): readonly [string, Value] => {
    const [key, value] = namedOf(property);
    const name = key?.type === "string" ? toText(evaluate(key, env)) : known(key).text;
    return [name, evaluate(known(value), env)];
  });
  if (new Set(entries.map(([name]) => name)).size !== entries.length) fail(node, "names a property twice");
  return Object.fromEntries(entries);
}

/** Each round of a loop: its body, and what its variables mean there. A round whose condition is false has none. */
export function evaluateFor(node: Node, env: Env): { readonly body: Node; readonly env: Env }[] {
  const named = namedOf(node);
  const loop = known(named[0]);
  const names = loop.type === "identifier" ? [loop.text] : namedOf(loop).map(({ text }) => text);
  const list = evaluate(known(named[1]), env);
  if (!isList(list)) return fail(node, "loops over what is not a list");
  if (holdsRuntime(list)) return fail(node, "loops over what is known in Azure only");
  return list.map((item, index) => ({
    body: known(named[2]),
    env: withNames(env, { [names[0] ?? ""]: item, ...(names[1] === undefined ? {} : { [names[1]]: index }) }),
  }));
}
