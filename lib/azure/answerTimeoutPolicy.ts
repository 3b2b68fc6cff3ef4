import { Stream } from "node:stream";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { RestError } from "@azure/core-rest-pipeline";

/**
 * Ends an attempt whose answer has not come whole in time, so that the client's retries go on as after a cut connection. The SDK's own
 * timeout ends with the head of an answer, so that a body that stalls would be waited for without end; and its error is one that
 * no retry takes up.
 */
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
      // Nobody else could abort it: it is this timer or the SDK's own.
      if (!controller.signal.aborted && !isAbort(cause)) throw cause;
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

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";
