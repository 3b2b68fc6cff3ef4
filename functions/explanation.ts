import type { HttpRequest, HttpResponseInit } from "@azure/functions";

/** The explanation as JSON, or its text alone for a caller that accepts text/plain and not JSON. */
export function toExplanation(request: HttpRequest, explanation: { readonly text: string }): HttpResponseInit {
  const accepted = (request.headers.get("accept") ?? "").toLowerCase();
  if (!accepted.includes("text/plain") || accepted.includes("json")) return { jsonBody: explanation };
  return { headers: { "content-type": "text/plain; charset=utf-8" }, body: explanation.text };
}
