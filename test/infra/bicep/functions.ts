import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "./values.ts";
import { asLambda, asList, asObject, asText, isList, isObject, Runtime, toText } from "./values.ts";
import type { Scope } from "./scope.ts";
import { toScopeId } from "./scope.ts";

/** Where a function is called. */
export interface Place {
  readonly folder: string;
  readonly scope: Scope;
  readonly env: Readonly<Record<string, string>>;
}

type Call = (args: readonly Value[], place: Place) => Value;

const hashOf = (args: readonly Value[]): string =>
  createHash("sha256").update(args.map(toText).join("\n")).digest("hex");

const toGuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");

/** Deterministic, as in Azure, though not with the same results. A function that is not here is one that infra/ does not use yet. */
const FUNCTIONS: Readonly<Record<string, Call>> = {
  any: ([value]) => value ?? null,
  cidrSubnet: ([prefix, length, index]) => `${asText(prefix)}[${toText(length ?? null)}.${toText(index ?? null)}]`,
  empty: ([value]) => isEmpty(value ?? null),
  environment: () => ({
    authentication: { loginEndpoint: "https://login.microsoftonline.com/" },
    suffixes: { acrLoginServer: ".azurecr.io", storage: "core.windows.net" },
  }),
  guid: (args) => toGuid(hashOf(args)),
  int: ([value]) => Number(value),
  items: ([value]) =>
    Object.entries(asObject(value))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => ({ key, value: item })),
  join: ([list, separator]) => asList(list).map(toText).join(asText(separator)),
  json: ([text]): Value => JSON.parse(asText(text)),
  last: ([list]) => asList(list).at(-1) ?? null,
  loadJsonContent: ([path], { folder }): Value => JSON.parse(readFileSync(join(folder, asText(path)), "utf8")),
  loadTextContent: ([path], { folder }) => readFileSync(join(folder, asText(path)), "utf8"),
  managementGroup: (_, { scope }) => ({ id: toScopeId(scope) }),
  map: ([list, by]) => asList(list).map((item) => asLambda(by)(item)),
  readEnvironmentVariable: ([name, otherwise], { env }) => env[asText(name)] ?? otherwise ?? missing(asText(name)),
  resourceGroup: (_, { scope }) => ({ id: toScopeId(scope) }),
  resourceId: ([type, name], { scope }) => `${toScopeId(scope)}/providers/${asText(type)}/${asText(name)}`,
  split: ([text, separator]) => asText(text).split(asText(separator)),
  startsWith: ([text, start]) => asText(text).startsWith(asText(start)),
  string: ([value]) => (typeof value === "string" ? value : JSON.stringify(value)),
  subscription: (_, { scope }) => ({
    id: `/subscriptions/${scope.subscriptionId}`,
    subscriptionId: scope.subscriptionId,
  }),
  subscriptionResourceId: ([type, name], { scope }) =>
    `/subscriptions/${scope.subscriptionId}/providers/${asText(type)}/${asText(name)}`,
  take: ([text, count]) => asText(text).slice(0, Number(count)),
  tenant: () => ({ tenantId: "11111111-2222-3333-4444-555555555555" }),
  tenantResourceId: ([type, name]) => `/providers/${asText(type)}/${asText(name)}`,
  toLower: ([text]) => asText(text).toLowerCase(),
  toObject: ([list, key, value]) =>
    Object.fromEntries(asList(list).map((item) => [toText(asLambda(key)(item)), asLambda(value)(item)])),
  union: (args) => Object.assign({}, ...args.map(asObject)),
  uniqueString: (args) => hashOf(args).slice(0, 13),
};

function missing(name: string): never {
  throw new Error(`there is no environment variable ${name}`);
}

function isEmpty(value: Value): boolean {
  if (value instanceof Runtime) throw new Error(`empty(${value.path}): known in Azure only`);
  if (isList(value) || typeof value === "string") return value.length === 0;
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** Throws for a function that Bicep has not, or that is not known here. */
export function callFunction(name: string, args: readonly Value[], place: Place): Value {
  const call = FUNCTIONS[name];
  if (!call) throw new Error(`there is no function ${name}`);
  return call(args, place);
}
