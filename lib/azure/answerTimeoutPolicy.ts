import { Stream } from "node:stream";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { RestError } from "@azure/core-rest-pipeline";

/** Ends an attempt whose answer has not come whole in time. The SDK's own timeout ends with the head of an answer: a body that stalls would be waited for without end. */
export const createAnswerTimeoutPolicy = (timeoutMs: number): PipelinePolicy => ({
  name: "answerTimeout",
  async sendRequest(request, next) {
    if (request.abortSignal) return next(request);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    timer.unref();
    request.abortSignal = controller.signal;
    let isStreamed = false;
    try {
      const response = await next(request);
      const stream = response.readableStreamBody;
      isStreamed = stream instanceof Stream;
      if (isStreamed) stream?.once("close", () => clearTimeout(timer));
      return response;
    } catch (cause) {
      if (!controller.signal.aborted) throw cause;
      // Only an error of this class, with a code that they know, is tried again by the SDK's retries.
      throw Object.assign(new RestError("The answer did not come whole in time", { code: "ETIMEDOUT", request }), {
        cause,
      });
    } finally {
      if (!isStreamed) clearTimeout(timer);
      delete request.abortSignal;
    }
  },
});
