import type { TokenCredential } from "@azure/core-auth";
import type { Pipeline, PipelineResponse } from "@azure/core-rest-pipeline";
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { Arm, ArmAnswer } from "../ports.ts";
import { parseJson } from "./parseJson.ts";
import { answerTimeoutPolicy, readRetryAfter, REQUEST_TIMEOUT_MS, toUpstreamError } from "./clientOptions.ts";
import { createCallCountPolicy } from "./countCalls.ts";

export interface ArmOptions {
  readonly credential: TokenCredential;
  readonly endpoint: string;
  readonly audience: string;
}

/** By resource provider namespace, lower-case. 2025-03-30 is the newest of Microsoft.HybridNetwork. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  "microsoft.hybridnetwork": "2025-03-30",
  "microsoft.containerregistry": "2025-11-01",
  "microsoft.authorization": "2022-04-01",
  "microsoft.resources": "2022-12-01",
};

/** 404 codes that mean that the resource itself is gone. A subscription that is not found may only be one we cannot see. */
const ABSENT_CODES = new Set(["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"]);

/** HybridNetwork has no JavaScript SDK: ARM REST through the SDKs' own pipeline (retries, user agent, token cache). */
export function createArm({ credential, endpoint, audience }: ArmOptions): Arm {
  const pipeline = createPipelineFromOptions({});
  pipeline.addPolicy(answerTimeoutPolicy, { afterPhase: "Retry" });
  pipeline.addPolicy(createCallCountPolicy("ARM"), { afterPhase: "Retry" });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${audience}/.default` }));
  const get = (path: string): Promise<PipelineResponse> => send(pipeline, toUrl(endpoint, path));
  const list = (path: string): AsyncGenerator => readList(pipeline, { endpoint, path });
  return {
    async getResource(id) {
      try {
        return toAnswer(await get(id));
      } catch (error) {
        return { is: "unknown", why: toUpstreamError("ARM", `GET ${id}`, error).message };
      }
    },
    listChildren: (parentId, collection) => list(`${parentId}/${collection}`),
    async canReadAll(subscriptionId) {
      const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/permissions`;
      const response = await get(path);
      if (response.status === 403) return false;
      const { value } = parsePage(response, path);
      return value.some(grantsReadAll);
    },
    async listSubscriptions() {
      const ids = await Array.fromAsync(list(SUBSCRIPTIONS), readSubscriptionId);
      return [...new Set(ids)].sort();
    },
    async readServerTime() {
      return readTime(await get(SUBSCRIPTIONS));
    },
  };
}

const SUBSCRIPTIONS = "/subscriptions";

async function* readList(pipeline: Pipeline, { endpoint, path }: { endpoint: string; path: string }): AsyncGenerator {
  for (let url: string | undefined = toUrl(endpoint, path); url !== undefined;) {
    const page = parsePage(await send(pipeline, url), path);
    yield* page.value;
    url = page.nextLink ? ownUrl(page.nextLink, endpoint) : undefined;
  }
}

function readSubscriptionId(row: unknown): string {
  const parsed = z.object({ subscriptionId: z.string().min(1) }).safeParse(row);
  if (parsed.success) return parsed.data.subscriptionId.toLowerCase();
  throw new UpstreamError({ service: "ARM", operation: "list subscriptions", detail: "a row has no subscriptionId" });
}

/** Only an answer of ARM itself counts: a refusal may come from something that stands in between and has a clock of its own. */
function readTime({ status, headers }: PipelineResponse): Date {
  const time = new Date(headers.get("date") ?? "");
  if (status === 200 && !Number.isNaN(time.getTime())) return time;
  throw new UpstreamError({ service: "ARM", operation: "read the time", status, detail: "the answer states no time" });
}

function toUrl(endpoint: string, path: string): string {
  const provider = path === SUBSCRIPTIONS ? "microsoft.resources" : /\/providers\/([^/]+)/i.exec(path)?.[1];
  const version = API_VERSIONS[provider?.toLowerCase() ?? ""];
  if (version === undefined)
    throw new UpstreamError({
      service: "ARM",
      operation: `GET ${path}`,
      detail: "no API version is known for its provider",
    });
  return `${endpoint}${path.split("/").map(encodeURIComponent).join("/")}?api-version=${version}`;
}

async function send(pipeline: Pipeline, url: string): Promise<PipelineResponse> {
  try {
    return await pipeline.sendRequest(
      createDefaultHttpClient(),
      createPipelineRequest({ url, timeout: REQUEST_TIMEOUT_MS }),
    );
  } catch (error) {
    throw toUpstreamError("ARM", `GET ${new URL(url).pathname}`, error);
  }
}

function toAnswer(response: PipelineResponse): ArmAnswer {
  const body = parseJson(response.bodyAsText);
  if (response.status === 200 && typeof body === "object" && body !== null) return { is: "found", resource: body };
  const code = z.object({ error: z.object({ code: z.string() }) }).safeParse(body).data?.error.code;
  if (response.status === 404 && code !== undefined && ABSENT_CODES.has(code)) return { is: "absent" };
  return { is: "unknown", why: `status ${response.status}${code ? ` ${code}` : ""}`, status: response.status };
}

const Page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

function parsePage(response: PipelineResponse, what: string): z.infer<typeof Page> {
  const page = Page.safeParse(parseJson(response.bodyAsText));
  if (response.status === 200 && page.success) return page.data;
  throw new UpstreamError({
    service: "ARM",
    operation: `list ${what}`,
    status: response.status,
    retryAfterMs: readRetryAfter(response),
  });
}

/** The token goes to ARM alone: a next link to another host ends the listing. */
function ownUrl(nextLink: string, endpoint: string): string {
  if (new URL(nextLink).origin === new URL(endpoint).origin) return nextLink;
  throw new UpstreamError({ service: "ARM", operation: "list", detail: "the next link points to another host" });
}

/** Reads of everything are granted and none is taken away again. Anything unclear is "no". */
function grantsReadAll(value: unknown): boolean {
  const permission = z
    .object({ actions: z.array(z.string()), notActions: z.array(z.string()).nullish() })
    .safeParse(value).data;
  if (!permission?.actions.some((action) => action === "*" || action.toLowerCase() === "*/read")) return false;
  return !(permission.notActions ?? []).some((action) => /(^\*$|\/read$|\/\*$)/i.test(action));
}
