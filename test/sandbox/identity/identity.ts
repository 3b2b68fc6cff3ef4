import { createHash, randomBytes } from "node:crypto";
import { startJsonServer, type JsonAnswer, type JsonRequest } from "../arm/jsonServer.ts";
import type { Clock, SandboxServer } from "../contracts.ts";
import type { Fault } from "../estate.ts";
import { FaultList } from "../faults.ts";
import { createToken, type TokenClaims } from "./tokens.ts";
import { noteSecret } from "../../support/secretWatch/secretWatch.ts";

/** The tenant of the sandbox, where the caller names no other. */
export const TENANT_ID = "11111111-1111-4111-8111-111111111111";

const LIFETIME_SECONDS = 24 * 3_600;
const CLOCK_SKEW_SECONDS = 300;
const FAULTS = new Set<Fault["effect"]["kind"]>(["status", "throttle", "reset", "delay", "clockSkew"]);

/** A managed identity with what it may do. */
export interface IdentityDefinition {
  readonly clientId: string;
  /** Roles on registries, such as `AcrPull`. */
  readonly roles: readonly string[];
  /** Where it has Reader; default: everywhere. */
  readonly readableSubscriptions?: readonly string[] | "all";
  /** Where it has Contributor; default: nowhere. */
  readonly writableSubscriptions?: readonly string[] | "all";
}

export interface IdentityOptions {
  readonly clock: Clock;
  /** A request that names no client gets the first one. */
  readonly identities: readonly [IdentityDefinition, ...IdentityDefinition[]];
  readonly tenantId?: string;
}

/** The managed identity endpoint of App Service: give `endpoint` and `header` as `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`. */
export interface SandboxIdentity extends SandboxServer {
  readonly endpoint: string;
  readonly header: string;
}

/** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export async function createIdentity(options: IdentityOptions): Promise<SandboxIdentity> {
  const header = randomBytes(16).toString("hex").toUpperCase();
  noteSecret(header);
  const faults = new FaultList(options.clock);
  const server = await startJsonServer({
    clock: options.clock,
    targetOf: () => ({ server: "identity", kind: "getToken" }),
    takeFault: (_target, method, path) => faults.take(method, path),
    answer: (request) => answer(request, options, header),
  });
  return {
    ...server,
    endpoint: `${server.url}/msi/token`,
    header,
    addFault(fault) {
      if (!FAULTS.has(fault.effect.kind)) throw new Error(`The identity endpoint has no fault '${fault.effect.kind}'`);
      faults.add(fault);
    },
  };
}

function answer(request: JsonRequest, options: IdentityOptions, header: string): JsonAnswer {
  const { pathname, searchParams } = request.url;
  if (pathname !== "/msi/token") return refuse(404, "There is nothing at this path.");
  if (request.method !== "GET") return refuse(405, "Only GET is supported.");
  if (request.header("X-IDENTITY-HEADER") !== header) return refuse(401, "The X-IDENTITY-HEADER is missing or wrong.");
  if (searchParams.get("api-version") !== "2019-08-01") return refuse(400, "Only api-version 2019-08-01 is supported.");
  const other = [...searchParams.keys()].find((name) => !["api-version", "resource", "client_id"].includes(name));
  if (other !== undefined) return refuse(400, `The parameter '${other}' is not supported.`);
  const resource = searchParams.get("resource");
  if (!resource) return refuse(400, "The parameter 'resource' is required.");
  const clientId = searchParams.get("client_id");
  const identity = options.identities.find((known) => clientId === null || known.clientId === clientId);
  if (!identity)
    return refuse(
      400,
      "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
    );
  return grant(identity, resource, options);
}

function grant(identity: IdentityDefinition, resource: string, options: IdentityOptions): JsonAnswer {
  const claims = toClaims(identity, resource, options);
  return {
    status: 200,
    body: {
      access_token: createToken(claims),
      client_id: identity.clientId,
      expires_on: String(claims.exp),
      resource,
      token_type: "Bearer",
    },
  };
}

function toClaims(identity: IdentityDefinition, resource: string, options: IdentityOptions): TokenClaims {
  const now = Math.floor(options.clock.now() / 1_000);
  const tenantId = options.tenantId ?? TENANT_ID;
  const { readableSubscriptions: readable = "all", writableSubscriptions: writable = [] } = identity;
  return {
    aud: resource,
    // The v1 issuer: Azurite accepts no other.
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: now,
    nbf: now - CLOCK_SKEW_SECONDS,
    exp: now + LIFETIME_SECONDS,
    oid: toObjectId(identity.clientId),
    tid: tenantId,
    appid: identity.clientId,
    roles: [...identity.roles],
    readable_subscriptions: readable === "all" ? "all" : [...readable],
    writable_subscriptions: writable === "all" ? "all" : [...writable],
  };
}

/** The object id of the identity: any id will do as long as it is always the same. */
function toObjectId(clientId: string): string {
  const hex = createHash("sha256").update(clientId).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function refuse(statusCode: number, message: string): JsonAnswer {
  return { status: statusCode, body: { statusCode, message } };
}
