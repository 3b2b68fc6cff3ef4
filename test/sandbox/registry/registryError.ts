/** What a request is answered with instead of its result: one entry of the `errors` array that every registry error body holds. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly headers: Record<string, string>;

  constructor(
    answer: { status: number; code: string; headers?: Record<string, string> },
    message: string,
    detail?: unknown,
  ) {
    super(message);
    this.name = "RegistryError";
    this.status = answer.status;
    this.code = answer.code;
    this.headers = answer.headers ?? {};
    this.detail = detail;
  }

  /** `{"errors":[…]}`; `detail` is left out where there is none. */
  toBody(): object {
    return { errors: [{ code: this.code, message: this.message, detail: this.detail }] };
  }
}

const DISALLOWED =
  "The operation is disallowed on this registry, repository or image. View troubleshooting steps at " +
  "https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation";

export const nameUnknown = (name: string): RegistryError =>
  new RegistryError({ status: 404, code: "NAME_UNKNOWN" }, "repository name not known to registry", { name });

export const manifestUnknown = (reference: string): RegistryError =>
  new RegistryError(
    { status: 404, code: "MANIFEST_UNKNOWN" },
    reference.includes(":")
      ? `manifest ${reference} is not found`
      : `manifest tagged by ${JSON.stringify(reference)} is not found`,
  );

export const tagUnknown = (): RegistryError =>
  new RegistryError({ status: 404, code: "TAG_UNKNOWN" }, "the specified tag does not exist");

export const blobUnknown = (digest: string): RegistryError =>
  new RegistryError({ status: 404, code: "BLOB_UNKNOWN" }, "blob unknown to registry", { digest });

/** A lock on what the request would change, or on what it would pull. */
export const disallowed = (): RegistryError =>
  new RegistryError({ status: 405, code: "REGISTRY_DISALLOWED_OPERATION" }, DISALLOWED, {});

export const tooManyRequests = (retryAfterSeconds: number): RegistryError =>
  new RegistryError(
    { status: 429, code: "TOOMANYREQUESTS", headers: { "Retry-After": String(retryAfterSeconds) } },
    "too many requests",
  );

export const badRequest = (code: string, message: string): RegistryError =>
  new RegistryError({ status: 400, code }, message);

/** Something that the service may well serve and this emulation does not. */
export const unsupported = (what: string): RegistryError =>
  badRequest("UNSUPPORTED", `The emulated registry does not support ${what}`);
