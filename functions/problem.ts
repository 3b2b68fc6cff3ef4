import type { HttpHandler, HttpResponseInit } from "@azure/functions";

/** An error answer as RFC 9457 has it: what is wrong, and what to do. */
export function problem(
  status: number,
  title: string,
  more: { readonly detail: string } & Readonly<Record<string, unknown>>,
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title, status, ...more }),
  };
}

/** No error reaches a caller as text: it may hold more than the caller may know. It stands in the log, and the invocation is red. */
export function guarded(handler: HttpHandler): HttpHandler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      context.error(
        `request failed ${JSON.stringify({ method: request.method, error: error instanceof Error ? error.message : String(error) })}`,
      );
      return problem(500, "The request failed", { detail: `See the log of invocation ${context.invocationId}.` });
    }
  };
}
