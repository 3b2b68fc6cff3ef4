import type { HttpResponseInit } from "@azure/functions";

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
} as const;

/**
 * An error answer as RFC 9457 has it. Its type is `about:blank`, so the title is the phrase of the status; `detail` says what is
 * wrong, and then what to do.
 */
export function problem(
  status: keyof typeof TITLES,
  wrong: string,
  { detail, ...more }: { readonly detail: string } & Readonly<Record<string, unknown>>,
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({
      type: "about:blank",
      title: TITLES[status],
      status,
      detail: `${wrong}. ${detail}`,
      ...more,
    }),
  };
}
