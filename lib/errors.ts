/** Settings that cannot be used. Thrown at load, so that the host refuses to start; names every bad setting at once. */
export class ConfigError extends Error {
  readonly code = "ConfigError";
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** An Azure service answered in a way that stops this piece of work. Means "absent" only where `isAbsence` says so. */
export class UpstreamError extends Error {
  readonly code = "UpstreamError";
  override readonly name = "UpstreamError";
  readonly service: string;
  readonly operation: string;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What was asked for does not exist: the service's own word for it, not a 404 of something in between. */
  readonly isAbsence: boolean;

  constructor(failure: UpstreamFailure) {
    const status = failure.status === undefined ? "no answer" : `status ${failure.status}`;
    super(`${failure.service}: ${failure.operation} failed (${status})${failure.detail ? `: ${failure.detail}` : ""}`, {
      cause: failure.cause,
    });
    this.service = failure.service;
    this.operation = failure.operation;
    this.status = failure.status;
    this.retryAfterMs = failure.retryAfterMs;
    this.isAbsence = failure.isAbsence ?? false;
  }
}

export interface UpstreamFailure {
  readonly service: "ResourceGraph" | "ARM" | "registry" | "tables" | "blobs" | "queues" | "identity";
  readonly operation: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly isAbsence?: boolean;
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** A rule of safety does not hold, so the work must not go on: stale or missing snapshot, stopped run, artifact manifest that came back. */
export class SafetyStopError extends Error {
  readonly code = "SafetyStopError";
  override readonly name: string = "SafetyStopError";
}

/** A pause or a freeze window is in force: nothing is wrong, and nothing may be deleted. */
export class FrozenError extends SafetyStopError {
  override readonly name = "FrozenError";
}
