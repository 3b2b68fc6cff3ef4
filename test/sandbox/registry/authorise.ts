import { findMissing, type Grant, type Need } from "./access.ts";
import type { RegistryRequest } from "./http.ts";
import { RegistryError } from "./registryError.ts";
import type { TokenService } from "./tokenService.ts";

const MESSAGE = "authentication required, visit https://aka.ms/acr/authorization for more information.";

/** Throws the 401 that tells a client which token to fetch, unless the one it sent grants every need. Returns the grants. */
export function authorise(request: RegistryRequest, needs: readonly Need[], tokens: TokenService): readonly Grant[] {
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const grants = token === undefined ? undefined : tokens.readGrants(token);
  if (grants !== undefined && findMissing(needs, grants).length === 0) return grants;
  throw challenge(tokens.service, needs, token !== undefined);
}

/** `hadToken`: a token came, of another scope, expired or forged. */
function challenge(service: string, needs: readonly Need[], hadToken: boolean): RegistryError {
  const parts = [`realm="https://${service}/oauth2/token"`, `service="${service}"`];
  const [first] = needs;
  if (first !== undefined)
    parts.push(`scope="${first.type}:${first.name}:${needs.map((need) => need.action).join(",")}"`);
  if (hadToken) parts.push('error="invalid_token"');
  const detail = needs.map(({ type, name, action }) => ({ Type: type, Name: name, Action: action }));
  return new RegistryError(
    { status: 401, code: "UNAUTHORIZED", headers: { "WWW-Authenticate": `Bearer ${parts.join(",")}` } },
    MESSAGE,
    detail.length === 0 ? undefined : detail,
  );
}
