import type { JsonAnswer } from "../arm/jsonServer.ts";
import type { KqlError } from "../kql/errors.ts";

export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly characterPositionInLine?: number;
  readonly token?: string;
}

/** Resource Graph's error body: the code says little, the details say what it is. */
export function toGraphError(status: number, code: string, details: readonly ErrorDetail[]): JsonAnswer {
  const message = "Please provide below info when asking for support: timestamp, correlationId.";
  return { status, body: { error: { code, message, details } } };
}

export const toBadRequest = (...details: ErrorDetail[]): JsonAnswer => toGraphError(400, "BadRequest", details);

const DETAIL_CODES: Readonly<Record<KqlError["kind"], string>> = {
  syntax: "ParserFailure",
  semantic: "Default",
  unsupported: "InvalidQueryLanguage",
};

/** The refusal of a query; the second detail says where. */
export function toQueryError(error: KqlError, query: string): JsonAnswer {
  const before = query.slice(0, error.position).split("\n");
  const invalid: ErrorDetail = {
    code: "InvalidQuery",
    message:
      "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
  };
  return toBadRequest(invalid, {
    code: DETAIL_CODES[error.kind],
    message: error.message,
    line: before.length,
    characterPositionInLine: (before.at(-1) ?? "").length,
    token: error.token,
  });
}
