import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient, Pipeline, PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { RegistryTarget } from "../ports.ts";
import { parseJson } from "./parseJson.ts";
import { answerTimeoutPolicy, readRetryAfter, REQUEST_TIMEOUT_MS } from "./clientOptions.ts";
import { createCallCountPolicy } from "./countCalls.ts";

/** Tokens are renewed this long before they end. */
const MARGIN_MS = 5 * 60_000;

export interface RegistryTokenOptions {
  readonly target: RegistryTarget;
  readonly credential: TokenCredential;
  readonly audience: string;
  /** What this client may ask for: an observer never holds a token that deletes or pushes. */
  readonly actions: "pull,metadata_read" | "delete" | "pull,push";
}

interface Token {
  readonly text: string;
  readonly expiresAtMs: number;
}

/**
 * One access token per registry and purpose (per repository where the registry ignores wildcards), instead of the SDK's 401 and
 * token call per repository and change of action. The policy sits at `perRetry`, after the SDK's own authentication; at `perCall`
 * the SDK's cached header would overwrite ours when a token expires (measured). It sets the header only for the registry's own
 * host, so that a redirect to blob storage does not carry the token along, and renews once on the 401 of a read.
 */
export function createRegistryTokenPolicy(options: RegistryTokenOptions): RegistryTokenPolicy {
  const tokens = new RegistryTokens(options);
  const groups = new ScopeGroups(options);
  return {
    name: "registryToken",
    announce: (repositories) => groups.announce(repositories),
    prepare: async (repository) => {
      await tokens.get(groups.scopeOf(repository));
    },
    async sendRequest(request, next) {
      if (new URL(request.url).host !== options.target.loginServer) {
        request.headers.delete("authorization");
        return next(request);
      }
      const scope = groups.scopeOfRequest(request);
      request.headers.set("authorization", `Bearer ${await tokens.get(scope)}`);
      const response = await next(request);
      if (response.status !== 401) return response;
      tokens.forget(scope);
      // A delete is asked for once: another attempt needs another look. Without a challenge the SDK does not try again either.
      if (request.method === "DELETE") {
        response.headers.delete("www-authenticate");
        return response;
      }
      request.headers.set("authorization", `Bearer ${await tokens.get(scope)}`);
      return next(request);
    },
  };
}

export interface RegistryTokenPolicy extends PipelinePolicy {
  /** The repositories that are asked for next: where a token names its repositories, ten share one. Others get one each. */
  announce(repositories: readonly string[]): void;
  /** Gets the token for a repository, so that the next request there does not wait for one. */
  prepare(repository: string): Promise<void>;
}

const CATALOGUE = "registry:catalog:*";
/** As many as the registry's own command line asks for with one token (acr-cli, facts of tokens). */
const REPOSITORIES_A_TOKEN = 10;

/** Which scope a request needs: wildcards, or on ABAC registries, which ignore those, the repository that its path names. */
class ScopeGroups {
  private readonly options: RegistryTokenOptions;
  private announced = new Map<string, string>();

  constructor(options: RegistryTokenOptions) {
    this.options = options;
  }

  /** Earlier announcements are forgotten: a registry may hold any number of repositories. */
  announce(repositories: readonly string[]): void {
    this.announced = new Map();
    for (let start = 0; start < repositories.length; start += REPOSITORIES_A_TOKEN) {
      const group = repositories.slice(start, start + REPOSITORIES_A_TOKEN);
      const scope = group.map((repository) => this.scopeOfOne(repository)).join(" ");
      for (const repository of group) this.announced.set(repository, scope);
    }
  }

  scopeOfRequest(request: PipelineRequest): string {
    // The SDK encodes the slashes of a repository name, so that it is one segment: /acr/v1/<name>/… and /v2/<name>/…
    const segments = new URL(request.url).pathname.split("/");
    return this.scopeOf(decodeURIComponent(segments[segments[1] === "acr" ? 3 : 2] ?? ""));
  }

  scopeOf(repository: string): string {
    const { target, actions } = this.options;
    if (!target.perRepositoryTokens)
      return actions === "pull,metadata_read" ? `${CATALOGUE} repository:*:${actions}` : `repository:*:${actions}`;
    return repository === "_catalog" ? CATALOGUE : (this.announced.get(repository) ?? this.scopeOfOne(repository));
  }

  private scopeOfOne(repository: string): string {
    return `repository:${repository}:${this.options.actions}`;
  }
}

/** Tokens of groups that are done with are of no use any more. */
const MAX_TOKENS = 50;

class RegistryTokens {
  private readonly options: RegistryTokenOptions;
  private readonly pipeline: Pipeline;
  private readonly http: HttpClient = createDefaultHttpClient();
  private readonly access = new Map<string, Cached>();
  private refresh: Cached | undefined;

  constructor(options: RegistryTokenOptions) {
    this.options = options;
    // No waiting inside a delete: it was decided seconds ago.
    this.pipeline = createPipelineFromOptions(options.actions === "delete" ? { retryOptions: { maxRetries: 0 } } : {});
    this.pipeline.addPolicy(answerTimeoutPolicy, { afterPhase: "Retry" });
    this.pipeline.addPolicy(createCallCountPolicy("registry"), { afterPhase: "Retry" });
  }

  /** Parallel callers share one request. */
  async get(scope: string): Promise<string> {
    const cached = this.access.get(scope);
    if (cached && !cached.isOver()) return (await cached.token).text;
    const asked = new Cached(this.requestAccess(scope));
    this.access.set(scope, asked);
    const [oldest] = this.access.keys();
    if (this.access.size > MAX_TOKENS && oldest !== undefined) this.access.delete(oldest);
    return (await asked.token).text;
  }

  forget(scope: string): void {
    this.access.delete(scope);
  }

  private async requestAccess(scope: string): Promise<Token> {
    if (!this.refresh || this.refresh.isOver()) this.refresh = new Cached(this.requestRefresh());
    const refresh = await this.refresh.token;
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      service: this.options.target.loginServer,
      refresh_token: refresh.text,
    });
    for (const part of scope.split(" ")) form.append("scope", part);
    try {
      return await this.post("token", form);
    } catch (error) {
      this.refresh = undefined; // it may be the refresh token that is refused
      throw error;
    }
  }

  private async requestRefresh(): Promise<Token> {
    const { credential, audience, target } = this.options;
    const aad = await credential.getToken(`${audience}/.default`);
    if (!aad) throw new UpstreamError({ service: "identity", operation: "get a token for the registry" });
    const form = new URLSearchParams({
      grant_type: "access_token",
      service: target.loginServer,
      access_token: aad.token,
    });
    return this.post("exchange", form);
  }

  private async post(endpoint: "exchange" | "token", form: URLSearchParams): Promise<Token> {
    const request = createPipelineRequest({
      url: `https://${this.options.target.loginServer}/oauth2/${endpoint}`,
      method: "POST",
      body: form.toString(),
      timeout: REQUEST_TIMEOUT_MS,
    });
    request.headers.set("content-type", "application/x-www-form-urlencoded");
    const response = await this.pipeline.sendRequest(this.http, request);
    const Answer = z.object({ refresh_token: z.string() }).or(z.object({ access_token: z.string() }));
    const answer = response.status === 200 ? Answer.safeParse(parseJson(response.bodyAsText)).data : undefined;
    // The body of a failed token call is not repeated anywhere: it may hold a token.
    if (!answer)
      throw new UpstreamError({
        service: "registry",
        operation: `oauth2/${endpoint}`,
        status: response.status,
        retryAfterMs: readRetryAfter(response),
      });
    return toToken("refresh_token" in answer ? answer.refresh_token : answer.access_token);
  }
}

/** A token that was asked for; over once it failed or is about to end. */
class Cached {
  readonly token: Promise<Token>;
  private endsAtMs = Number.POSITIVE_INFINITY;

  constructor(token: Promise<Token>) {
    this.token = token;
    token.then(
      ({ expiresAtMs }) => (this.endsAtMs = expiresAtMs - MARGIN_MS),
      () => (this.endsAtMs = 0),
    );
  }

  isOver(): boolean {
    return this.endsAtMs <= Date.now();
  }
}

function toToken(text: string): Token {
  const payload = z
    .object({ exp: z.number() })
    .safeParse(parseJson(Buffer.from(text.split(".")[1] ?? "", "base64url").toString())).data;
  if (!payload)
    throw new UpstreamError({ service: "registry", operation: "oauth2", detail: "the token has no expiry" });
  return { text, expiresAtMs: payload.exp * 1000 };
}
