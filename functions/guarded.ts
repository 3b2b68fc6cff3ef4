import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { z } from "zod";
import { problem } from "./problem.ts";
import { readQuery } from "./readQuery.ts";

/**
 * The handler of a route, which is only asked with a query that fits. No error reaches a caller as text: it may hold more than the
 * caller may know. It stands in the log, and the invocation is red.
 */
export function guarded<Q>(
  query: z.ZodType<Q>,
  answer: (request: HttpRequest, query: Q, context: InvocationContext) => Promise<HttpResponseInit>,
): HttpHandler {
  return async (request, context) => {
    try {
      const given = readQuery(request, query);
      return "refusal" in given ? given.refusal : await answer(request, given.data, context);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.error(`request failed ${JSON.stringify({ method: request.method, error: why })}`);
      return problem(500, "The request failed", { detail: `See the log of invocation ${context.invocationId}.` });
    }
  };
}
