import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { Counter } from "@opentelemetry/api";
import { metrics } from "@opentelemetry/api";
import type { UpstreamFailure } from "../errors.ts";
import type { MetricName } from "../telemetry.ts";
import { METRICS } from "../telemetry.ts";

const THROTTLED: readonly number[] = [429, 503];

/**
 * Counts the attempts at a service, and those that it put off. Through the API of OpenTelemetry, which is silent until a meter
 * provider is set: every client needs this, and none of them has anything else to tell.
 */
export function createCallCountPolicy(service: UpstreamFailure["service"]): PipelinePolicy {
  return {
    name: "callCount",
    async sendRequest(request, next) {
      counterOf("serviceCalls").add(1, { service });
      const response = await next(request);
      if (THROTTLED.includes(response.status)) counterOf("throttles").add(1, { service });
      return response;
    },
  };
}

const counters = new Map<MetricName, Counter>();

/** Not before the first call: a counter that is created before the provider is set stays silent for good. */
function counterOf(name: "serviceCalls" | "throttles"): Counter {
  const known = counters.get(name);
  if (known) return known;
  const counter = metrics.getMeter("lib/azure").createCounter(name, { unit: METRICS[name].unit });
  counters.set(name, counter);
  return counter;
}
