import type { HttpFunction } from "./inventory.ts";

const PARAMETER = /\{([^{}]+)\}/g;
const PARAMETER_TEXT = /^(\*?)([A-Za-z_]\w*)((?::[a-z]+)*)(\??)$/;

const CONSTRAINTS: Readonly<Record<string, string>> = {
  alpha: "[A-Za-z]+",
  int: "-?\\d{1,10}",
  long: "-?\\d{1,19}",
  bool: "true|false",
  guid: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
};

export interface Route {
  readonly function: HttpFunction;
  readonly pattern: RegExp;
  /** Compared segment by segment, lower first: literals before parameters before catch-alls. */
  readonly precedence: string;
}

/** Sorted so that the first match is the one ASP.NET's routing would choose; throws on a template that this host does not understand. */
export function createRoutes(functions: readonly HttpFunction[], prefix: string): readonly Route[] {
  const routes = functions.map((fn) => {
    const template = [prefix, fn.route].filter((part) => part !== "").join("/");
    return { function: fn, pattern: toPattern(template), precedence: toPrecedence(template) };
  });
  return routes.sort((a, b) => (a.precedence < b.precedence ? -1 : Number(a.precedence > b.precedence)));
}

/** The route of this method and path (percent-encoded, no query), with its decoded parameters; a wrong method is no match, as in Azure. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly function: HttpFunction; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    const match = route.function.methods.includes(method) ? route.pattern.exec(path) : null;
    if (match !== null) return { function: route.function, params: decodeGroups(match.groups ?? {}) };
  }
  return undefined;
}

function toPattern(template: string): RegExp {
  const segments = template.split("/").map((segment) => {
    const whole = /^\{[^{}]+\}$/.test(segment);
    const parameter = whole ? parseParameter(segment.slice(1, -1), template) : undefined;
    if (parameter?.isCatchAll === true) return `(?:/(?<${parameter.name}>.*))?`;
    if (parameter?.isOptional === true) return `(?:/${toGroup(parameter)})?`;
    return `/${toSegmentPattern(segment, template)}`;
  });
  return new RegExp(`^${segments.join("")}/?$`, "i");
}

function toSegmentPattern(segment: string, template: string): string {
  let pattern = "";
  let end = 0;
  for (const match of segment.matchAll(PARAMETER)) {
    const parameter = parseParameter(match[1] ?? "", template);
    if (segment !== match[0] && (parameter.isOptional || parameter.isCatchAll)) throw unsupported(template);
    pattern += escape(segment.slice(end, match.index), template) + toGroup(parameter);
    end = match.index + match[0].length;
  }
  return pattern + escape(segment.slice(end), template);
}

interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly constraints: readonly string[];
}

function parseParameter(text: string, template: string): Parameter {
  const [, star, name, constraintText = "", mark] = PARAMETER_TEXT.exec(text) ?? [];
  const constraints = constraintText.split(":").filter((constraint) => constraint !== "");
  if (name === undefined || !constraints.every((constraint) => Object.hasOwn(CONSTRAINTS, constraint)))
    throw unsupported(template);
  if (star === "*" && constraints.length > 0) throw unsupported(template);
  return { name, constraints, isCatchAll: star === "*", isOptional: mark === "?" };
}

function toGroup({ name, constraints }: Parameter): string {
  const allOf = constraints.map((constraint) => `(?=(?:${CONSTRAINTS[constraint]})(?:/|$))`).join("");
  return `${allOf}(?<${name}>[^/]+?)`;
}

function escape(literal: string, template: string): string {
  if (/[{}]/.test(literal)) throw unsupported(template);
  return literal.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
}

function toPrecedence(template: string): string {
  const digits = template.split("/").map((segment) => {
    if (!segment.includes("{")) return "1";
    if (segment.startsWith("{*")) return "5";
    return segment.includes(":") ? "2" : "3";
  });
  return digits.join("");
}

function decodeGroups(groups: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) if (value !== undefined) params[name] = decodeURIComponent(value);
  return params;
}

function unsupported(template: string): Error {
  return new Error(`The local host does not support the route template ${template}`);
}
