import type { Reply } from "./http.ts";
import { badRequest, RegistryError } from "./registryError.ts";
import type { Route, RoutedRequest } from "./route.ts";
import type { Credentials, TokenService } from "./tokenService.ts";

const RATE_HEADERS = { "x-ms-ratelimit-remaining-calls-per-second": "166.65" };

/** `/oauth2/exchange` and `/oauth2/token`. */
export function createTokenRoutes(tokens: TokenService): readonly Route[] {
  const base = { query: [], needs: "anonymous" } as const;
  return [
    {
      ...base,
      kind: "exchange",
      method: "POST",
      path: /^\/oauth2\/exchange$/,
      handle: (request) => exchange(tokens, readForm(request, tokens.service)),
    },
    {
      ...base,
      kind: "token",
      method: "POST",
      path: /^\/oauth2\/token$/,
      handle: (request) => redeem(tokens, readForm(request, tokens.service)),
    },
    {
      ...base,
      kind: "token",
      method: "GET",
      path: /^\/oauth2\/token$/,
      query: ["service", "scope", "account", "client_id", "offline_token"],
      handle: (request) => logIn(tokens, request),
    },
  ];
}

function exchange(tokens: TokenService, form: URLSearchParams): Reply {
  requireGrant(form, ["access_token"]);
  return {
    status: 200,
    headers: RATE_HEADERS,
    json: { refresh_token: tokens.exchange(form.get("access_token") ?? "") },
  };
}

function redeem(tokens: TokenService, form: URLSearchParams): Reply {
  requireGrant(form, ["refresh_token", "password"]);
  const scopes = readScopes(form);
  const token =
    form.get("grant_type") === "password"
      ? tokens.logIn({ username: form.get("username") ?? "", password: form.get("password") ?? "" }, scopes)
      : tokens.redeem(form.get("refresh_token") ?? "", scopes);
  return tokenReply(token);
}

function logIn(tokens: TokenService, request: RoutedRequest): Reply {
  requireService(request.query, tokens.service);
  const credentials = readBasic(request.headers.authorization);
  if (credentials === undefined)
    throw new RegistryError(
      { status: 401, code: "UNAUTHORIZED" },
      "authentication required: send user name and password",
    );
  return tokenReply(tokens.logIn(credentials, readScopes(request.query)));
}

function tokenReply(token: string): Reply {
  return { status: 200, headers: RATE_HEADERS, json: { access_token: token } };
}

function readForm(request: RoutedRequest, service: string): URLSearchParams {
  const form = new URLSearchParams(request.body.toString());
  requireService(form, service);
  return form;
}

function requireService(parameters: URLSearchParams, service: string): void {
  if (parameters.get("service") !== service)
    throw badRequest("UNSUPPORTED", `The service is ${service}, not ${parameters.get("service") ?? "absent"}`);
}

function requireGrant(form: URLSearchParams, allowed: readonly string[]): void {
  const grant = form.get("grant_type") ?? "absent";
  if (!allowed.includes(grant))
    throw badRequest("UNSUPPORTED", `The grant_type is ${grant}, not ${allowed.join(" or ")}`);
}

/** `scope` may be repeated, and each may hold several separated by spaces. */
function readScopes(parameters: URLSearchParams): readonly string[] {
  return parameters.getAll("scope").flatMap((scope) => scope.split(" ").filter((part) => part !== ""));
}

function readBasic(header: string | undefined): Credentials | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const [username = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
  return { username, password: password.join(":") };
}
