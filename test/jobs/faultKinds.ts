import { UpstreamError, type UpstreamFailure } from "../../lib/errors.ts";
import type { Lease } from "../../lib/ports.ts";
import type { PortCall, PortName } from "./portGate.ts";
import type { World } from "./world.ts";

/** What a call can meet: a refusal, no connection, an answer that is lost after the call was heard, an answer that comes late. */
export const FAULTS = ["404", "405", "429", "500", "reset", "answerLost", "delay"] as const;
export type Fault = (typeof FAULTS)[number];

/** Longer than a lease lasts and a message is hidden, and than a run may be silent. */
const DELAY_MS = 50 * 60_000;
const RETRY_AFTER_MS = 30_000;
/** In the texts of what fails because of a fault. */
export const CAUSE = "the fault of this test";

interface Met {
  readonly call: PortCall;
  readonly fault: Fault;
}

type Proceed = () => Promise<unknown>;

/** As the adapter of the port answers, or throws, what the service said. */
export async function meet(world: World, { call, fault }: Met, proceed: Proceed): Promise<unknown> {
  if (fault === "delay") {
    await world.moveTo(world.now() + DELAY_MS);
    return proceed();
  }
  if (fault === "answerLost" || call.method === "release") await letHappen(call, proceed);
  const status = /^\d+$/.test(fault) ? Number(fault) : undefined;
  if (call.port === "purger") return toDeleteAnswer(status);
  if (call.port === "arm" && call.method === "getResource") return { is: "unknown", why: CAUSE, status };
  throw new UpstreamError({ service: SERVICES[call.port], operation: CAUSE, status });
}

/** A lease that nobody knows of, or that could not be released, runs out by itself. */
async function letHappen({ method }: PortCall, proceed: Proceed): Promise<void> {
  const answer = await proceed();
  if (method === "acquire" && isLease(answer)) await answer.release();
}

const isLease = (answer: unknown): answer is Lease =>
  typeof answer === "object" && answer !== null && "release" in answer;

const SERVICES: Readonly<Record<PortName, UpstreamFailure["service"]>> = {
  tables: "tables",
  queues: "queues",
  leases: "blobs",
  journal: "blobs",
  graph: "ResourceGraph",
  arm: "ARM",
  reader: "registry",
  purger: "registry",
  writer: "registry",
};

function toDeleteAnswer(status: number | undefined): unknown {
  switch (status) {
    case 405:
      return { is: "locked" };
    case 429:
      return { is: "throttled", retryAfterMs: RETRY_AFTER_MS };
    default:
      return { is: "unknown", why: CAUSE };
  }
}
