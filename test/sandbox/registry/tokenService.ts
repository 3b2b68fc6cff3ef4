import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../contracts.ts";
import {
  ALL_PERMISSIONS,
  grantScopes,
  permissionsOf,
  type Grant,
  type Permission,
  type RoleAssignmentMode,
} from "./access.ts";
import { badRequest, RegistryError } from "./registryError.ts";
import { readClaims, TokenSigner, type Claims } from "./signedToken.ts";

const REFRESH_MS = (3 * 60 + 15) * 60_000;
const ACCESS_MS = 75 * 60_000;

const AUDIENCES = ["https://containerregistry.azure.net", "https://management.azure.com"];

const EntraClaims = z.looseObject({
  aud: z.string(),
  exp: z.number(),
  oid: z.string().optional(),
  appid: z.string().optional(),
  roles: z.array(z.string()),
});
const RefreshClaims = z.looseObject({
  grant_type: z.literal("refresh_token"),
  aud: z.string(),
  exp: z.number(),
  sub: z.string(),
  permissions: z.looseObject({ Actions: z.array(z.enum(ALL_PERMISSIONS)) }),
});
const AccessClaims = z.looseObject({
  grant_type: z.literal("access_token"),
  aud: z.string(),
  exp: z.number(),
  access: z.array(z.object({ Type: z.string(), Name: z.string(), Actions: z.array(z.string()) })),
});

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** With this user name, the password is a refresh token: how command-line clients log in with an identity. */
const TOKEN_USERNAME = "00000000-0000-0000-0000-000000000000";

interface Identity {
  readonly subject: string;
  readonly permissions: readonly Permission[];
}

/** Issues and checks the tokens of one registry; all lifetimes are by the sandbox's clock. */
export class TokenService {
  readonly pushCredentials: Credentials;
  readonly signer = new TokenSigner();
  /** The login server: the audience of every token. */
  readonly service: string;
  readonly #mode: RoleAssignmentMode;
  readonly #clock: Clock;

  constructor(service: string, mode: RoleAssignmentMode, clock: Clock) {
    this.service = service;
    this.#mode = mode;
    this.#clock = clock;
    this.pushCredentials = { username: "push", password: this.signer.hash("push") };
  }

  /** A refresh token for an Entra token. Throws 401 where that is no good, 403 where its roles allow nothing here. */
  exchange(entraToken: string): string {
    const claims = EntraClaims.safeParse(readClaims(entraToken)).data;
    if (claims === undefined) throw refused("the access_token is no token with the claims aud, exp and roles");
    if (!AUDIENCES.includes(claims.aud.replace(/\/$/, ""))) throw refused(`the audience ${claims.aud} is not accepted`);
    if (this.#isPast(claims.exp)) throw refused("the access_token has expired");
    const permissions = readRoles(claims.roles, this.#mode);
    if (permissions.length === 0)
      throw new RegistryError({ status: 403, code: "DENIED" }, "retrieving permissions failed");
    const subject = claims.oid ?? claims.appid ?? "";
    return this.#sign(REFRESH_MS, {
      grant_type: "refresh_token",
      sub: subject,
      appid: claims.appid,
      permissions: { Actions: permissions, NotActions: [] },
      roles: [],
      ...(this.#mode === "AbacRepositoryPermissions" ? { aad_identity: subject } : {}),
    });
  }

  /** An access token for what the refresh token allows of the scopes. */
  redeem(refreshToken: string, scopes: readonly string[]): string {
    const claims = RefreshClaims.safeParse(this.signer.verify(refreshToken)).data;
    if (claims === undefined || claims.aud !== this.service || this.#isPast(claims.exp))
      throw refused("the refresh_token is not valid");
    return this.#issue({ subject: claims.sub, permissions: claims.permissions.Actions }, scopes);
  }

  /** An access token for the registry's push user, or for whose refresh token is the password. */
  logIn(credentials: Credentials, scopes: readonly string[]): string {
    if (credentials.username === TOKEN_USERNAME) return this.redeem(credentials.password, scopes);
    const { username, password } = this.pushCredentials;
    if (credentials.username !== username || credentials.password !== password)
      throw refused("the user name or password is wrong; an anonymous pull is not allowed");
    return this.#issue({ subject: username, permissions: ALL_PERMISSIONS }, scopes);
  }

  /** What the access token grants; undefined where it is forged, expired or another registry's. */
  readGrants(accessToken: string): readonly Grant[] | undefined {
    const claims = AccessClaims.safeParse(this.signer.verify(accessToken)).data;
    return claims === undefined || claims.aud !== this.service || this.#isPast(claims.exp) ? undefined : claims.access;
  }

  #issue(identity: Identity, scopes: readonly string[]): string {
    const access = grantScopes(scopes, identity.permissions, this.#mode);
    if (access === undefined) throw badRequest("UNSUPPORTED", `A scope is malformed: ${scopes.join(" ")}`);
    return this.#sign(ACCESS_MS, { grant_type: "access_token", sub: identity.subject, access, roles: [] });
  }

  #sign(lifetimeMs: number, claims: Claims): string {
    const now = Math.floor(this.#clock.now() / 1000);
    return this.signer.sign({
      jti: randomUUID(),
      iss: "Azure Container Registry",
      aud: this.service,
      version: "1.0",
      iat: now,
      nbf: now,
      exp: now + lifetimeMs / 1000,
      ...claims,
    });
  }

  #isPast(seconds: number): boolean {
    return seconds * 1000 <= this.#clock.now();
  }
}

function readRoles(roles: readonly string[], mode: RoleAssignmentMode): readonly Permission[] {
  try {
    return permissionsOf(roles, mode);
  } catch (error) {
    throw badRequest("UNSUPPORTED", error instanceof Error ? error.message : String(error));
  }
}

function refused(reason: string): RegistryError {
  return new RegistryError({ status: 401, code: "UNAUTHORIZED" }, `authentication failed: ${reason}`);
}
