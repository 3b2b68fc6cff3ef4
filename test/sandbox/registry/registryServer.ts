import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Certificates, Clock } from "../contracts.ts";
import { toDateHeader } from "../dateHeader.ts";
import type { Fault } from "../estate.ts";
import { FaultList } from "../faults.ts";
import type { Grant } from "./access.ts";
import { authorise } from "./authorise.ts";
import type { DeleteLimit } from "./deleteLimit.ts";
import { refuseForeignFault, replaceReply, truncateReply } from "./faultEffects.ts";
import { decodeTarget, errorReply, readRequest, sendReply, type Reply } from "./http.ts";
import { RegistryError } from "./registryError.ts";
import { matchRoute, type Match, type Route } from "./route.ts";
import type { TokenService } from "./tokenService.ts";

const COMMON_HEADERS = {
  Server: "openresty",
  "Docker-Distribution-Api-Version": "registry/2.0",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
};

/** Longer than clients pause within one run: a connection closed under their hands would look like a fault. */
const KEEP_ALIVE_MS = 60_000;

type Effect = Fault["effect"];

/** What an answer was about, for the call log; no reply means that the connection was cut. */
interface Outcome {
  readonly kind: string;
  readonly reply: Reply | undefined;
  readonly effect: Effect | undefined;
}

/** Everything that the server serves, known once its port is. */
export interface Service {
  readonly routes: readonly Route[];
  readonly tokens: TokenService;
  readonly isPublic: boolean;
  readonly deleteLimit: DeleteLimit;
  /** See `RegistryState`. */
  readonly catchUp: () => void;
}

/** HTTPS, routing, rights, faults and the call log of one registry. */
export class RegistryServer {
  readonly calls: Call[] = [];
  readonly #target: string;
  readonly #clock: Clock;
  readonly #faults: FaultList;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  #requests = 0;

  /** `target` is how faults name the server. */
  constructor(target: string, clock: Clock, certificates: Certificates) {
    this.#target = target;
    this.#clock = clock;
    this.#faults = new FaultList(clock);
    this.#server = createServer({ key: certificates.keyPem, cert: certificates.certPem });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Listens on a free port and returns it. */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The registry server has no port");
    return address.port;
  }

  serve(service: Service): void {
    this.#server.on("request", (message, response) => {
      this.#handle(service, message, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  addFault(fault: Fault): void {
    refuseForeignFault(fault, this.#target);
    this.#faults.add(fault);
  }

  /** Cuts every connection. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #handle(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { kind, reply, effect } = await this.#answer(service, message);
    this.calls.push({
      server: this.#target,
      kind,
      method: message.method ?? "",
      path: decodeTarget(message.url ?? ""),
      status: reply?.status ?? 0,
      at: this.#clock.now(),
    });
    if (reply === undefined) message.socket.destroy();
    else sendReply(reply, this.#withHeaders(response, effect));
  }

  /** The `Date` of every answer is the sandbox's. */
  #withHeaders(response: ServerResponse, effect: Effect | undefined): ServerResponse {
    this.#requests += 1;
    response.setHeader("Date", toDateHeader(this.#clock.now(), effect));
    response.setHeader(
      "X-Ms-Correlation-Request-Id",
      `00000000-0000-4000-8000-${String(this.#requests).padStart(12, "0")}`,
    );
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
    return response;
  }

  async #answer(service: Service, message: IncomingMessage): Promise<Outcome> {
    let kind = "other";
    let effect: Effect | undefined;
    try {
      const request = await readRequest(message);
      refuseFirewalled(service, message);
      const match = matchRoute(service.routes, request);
      kind = match.route.kind;
      // Rights come before faults, so that a fault meets the request itself and not the challenge that precedes it.
      const grants = listGrants(service, match);
      effect = this.#faults.take(request.method, request.target);
      return { kind, effect, reply: await this.#reply(service, match, { grants, effect }) };
    } catch (error) {
      if (error instanceof RegistryError)
        return { kind: isChallenge(error) ? "challenge" : kind, effect, reply: errorReply(error) };
      const text = error instanceof Error ? error.message : String(error);
      return { kind, effect, reply: errorReply(new RegistryError({ status: 500, code: "UNKNOWN" }, text)) };
    }
  }

  async #reply(
    service: Service,
    { route, request }: Match,
    { grants, effect }: { grants: readonly Grant[]; effect: Effect | undefined },
  ): Promise<Reply | undefined> {
    if (effect?.kind === "reset") return undefined;
    if (effect?.kind === "delay") await delay(effect.ms, undefined, { signal: this.#stopping.signal });
    service.catchUp();
    const refusal = replaceReply(effect) ?? service.deleteLimit.refuse(request.method);
    const reply = refusal ?? route.handle(request, grants);
    return effect?.kind === "truncate" ? truncateReply(reply) : reply;
  }
}

function listGrants({ tokens }: Service, { route, request }: Match): readonly Grant[] {
  return route.needs === "anonymous" ? [] : authorise(request, route.needs(request), tokens);
}

function refuseFirewalled(service: Service, message: IncomingMessage): void {
  if (service.isPublic) return;
  const address = message.socket.remoteAddress ?? "";
  throw new RegistryError(
    { status: 403, code: "DENIED" },
    `client with IP '${address}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`,
  );
}

const isChallenge = (error: RegistryError): boolean => "WWW-Authenticate" in error.headers;
