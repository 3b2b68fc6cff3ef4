import type { Context, SpanContext } from "@opentelemetry/api";
import { ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import type { IdGenerator } from "@opentelemetry/sdk-trace-base";
import { RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import { sha256Hex } from "./hash.ts";

/**
 * A run is many invocations on many instances, and one trace: its ids derive from the run's id, so that each invocation can hang its
 * spans below a root span that is only told when the run ends.
 */
export function toRunContext(runId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, toRootSpan(runId));
}

const toRootSpan = (runId: string): SpanContext => ({
  traceId: sha256Hex(`trace of run ${runId}`).slice(0, 32),
  spanId: sha256Hex(`root span of run ${runId}`).slice(0, 16),
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});

/** Random ids, but for the root span of a run. */
export class RunIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private root: SpanContext | undefined;

  /** A span that `start` starts is the root span of the run. */
  asRootOf<Span>(runId: string, start: () => Span): Span {
    this.root = toRootSpan(runId);
    try {
      return start();
    } finally {
      this.root = undefined;
    }
  }

  generateTraceId(): string {
    return this.root?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.root?.spanId ?? this.random.generateSpanId();
  }
}
