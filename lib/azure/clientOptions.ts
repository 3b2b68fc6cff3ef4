import type { AdditionalPolicyConfig } from "@azure/core-client";
import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import { RestError } from "@azure/core-rest-pipeline";
import type { UpstreamFailure } from "../errors.ts";
import { UpstreamError } from "../errors.ts";
import { createAnswerTimeoutPolicy } from "./answerTimeoutPolicy.ts";
import { createCallCountPolicy } from "./countCalls.ts";

/** The SDKs wait without end for an answer by default. */
export const REQUEST_TIMEOUT_MS = 30_000;

const timeoutPolicy: PipelinePolicy = {
  name: "requestTimeout",
  sendRequest: (request, next) => {
    if (request.timeout === 0) request.timeout = REQUEST_TIMEOUT_MS;
    return next(request);
  },
};

/** Of one attempt, body included. */
const ANSWER_TIMEOUT_MS = 60_000;

export const answerTimeoutPolicy: PipelinePolicy = createAnswerTimeoutPolicy(ANSWER_TIMEOUT_MS);

/** For every SDK client: no request may hang, and each attempt is counted. Retries are the SDK's own, for reads. */
export const createPolicies = (service: UpstreamFailure["service"]): AdditionalPolicyConfig[] => [
  { policy: timeoutPolicy, position: "perCall" },
  { policy: answerTimeoutPolicy, position: "perRetry" },
  { policy: createCallCountPolicy(service), position: "perRetry" },
];

/** Translates whatever an SDK throws, once, by status; never by message text. */
export function toUpstreamError(service: UpstreamFailure["service"], operation: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const status = error instanceof RestError ? error.statusCode : undefined;
  const response = error instanceof RestError ? error.response : undefined;
  return new UpstreamError({
    service,
    operation,
    status,
    retryAfterMs: response && readRetryAfter(response),
    detail: error instanceof RestError ? error.code : error instanceof Error ? error.name : undefined,
    cause: error,
  });
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof RestError ? error.statusCode : undefined;

/** The service's own error code, where the SDK found one. */
export const codeOf = (error: unknown): string | undefined => (error instanceof RestError ? error.code : undefined);

/** `Retry-After` in seconds or as a date, in milliseconds from now. */
export function readRetryAfter(response: Pick<PipelineResponse, "headers">): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
