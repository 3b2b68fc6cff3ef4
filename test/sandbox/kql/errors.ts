/**
 * Why a query is refused: `syntax` (not KQL), `semantic` (KQL that does not fit the tables or the types),
 * `unsupported` (KQL that the dialect or this evaluator does not have).
 */
export type KqlErrorKind = "syntax" | "semantic" | "unsupported";

/** A query that is refused. `position` counts characters from the start of the query. */
export class KqlError extends Error {
  readonly kind: KqlErrorKind;
  readonly position: number;
  readonly token: string;

  constructor(kind: KqlErrorKind, message: string, at: { position: number; token: string }) {
    super(message);
    this.name = "KqlError";
    this.kind = kind;
    this.position = at.position;
    this.token = at.token;
  }
}
