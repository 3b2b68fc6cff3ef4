import { addAbortSignal, Stream } from "node:stream";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { RestError } from "@azure/core-rest-pipeline";

/**
 * Makes text of a large answer piece by piece, within `timeoutMs`. The SDK collects the body, copies it, and makes text of the copy: for
 * 16 MB that is 33 MB outside V8's heap, which wait for a collection that the heap has no reason for. And its own timeout ends with the
 * head of an answer: a body that stalls would be waited for without end.
 */
export const createReadTextPolicy = (timeoutMs: number): PipelinePolicy => ({
  name: "readText",
  async sendRequest(request, next) {
    request.streamResponseStatusCodes = new Set([200]);
    const response = await next(request);
    const stream = response.readableStreamBody;
    if (!(stream instanceof Stream)) return response;
    delete response.readableStreamBody;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      response.bodyAsText = await readText(addAbortSignal(signal, stream));
      return response;
    } catch (cause) {
      // Only an error of this class, with a code that they know, is tried again by the SDK's retries.
      const code = signal.aborted ? "ETIMEDOUT" : "ECONNRESET";
      throw Object.assign(new RestError("The body of an answer did not come whole", { code, request }), { cause });
    }
  },
});

async function readText(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
