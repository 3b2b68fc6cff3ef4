import type { ServerResponse } from "node:http";
import { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "@jest/globals";
import { createAnswerTimeoutPolicy } from "../../lib/azure/answerTimeoutPolicy.ts";
import { useOneServer } from "./oneServer.ts";

const TIMEOUT_MS = 200;
let asked = 0;

const serve = useOneServer();

interface Question {
  readonly maxRetries?: number;
  readonly isStreamed?: boolean;
  /** The SDK's own limit, for the head of the answer. */
  readonly headTimeoutMs?: number;
}

/** Asks a server that answers like this, through the SDK's own pipeline with the policy where its clients have it. */
async function ask(
  reply: (response: ServerResponse, attempt: number) => unknown,
  { maxRetries = 1, isStreamed = false, headTimeoutMs = 5_000 }: Question = {},
): Promise<PipelineResponse> {
  asked = 0;
  const url = await serve((_request, response) => reply(response, (asked += 1)));
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries, retryDelayInMs: 1 } });
  pipeline.addPolicy(createAnswerTimeoutPolicy(TIMEOUT_MS), { afterPhase: "Retry" });
  const request = createPipelineRequest({
    url,
    allowInsecureConnection: true,
    timeout: headTimeoutMs,
  });
  if (isStreamed) request.streamResponseStatusCodes = new Set([200]);
  return pipeline.sendRequest(createDefaultHttpClient(), request);
}

/** The head, and a part of the body that promises more. */
function begin(response: ServerResponse): void {
  response.writeHead(200, { "content-length": "100" });
  response.write('{"half":');
}

async function readAll({ readableStreamBody: stream }: PipelineResponse): Promise<string> {
  let text = "";
  for await (const piece of stream ?? []) text += String(piece);
  return text;
}

describe("an answer whose body stalls", () => {
  test("is asked for again", async () => {
    const response = await ask((answer, attempt) => (attempt === 1 ? begin(answer) : answer.end("whole")));
    expect([response.bodyAsText, asked]).toEqual(["whole", 2]);
  });

  test("each time fails, and says that it was the time", async () => {
    await expect(ask(begin)).rejects.toMatchObject({ name: "RestError", code: "ETIMEDOUT" });
    expect(asked).toBe(2);
  });

  test("is not asked for again by a client that asks once", async () => {
    await expect(ask(begin, { maxRetries: 0 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(asked).toBe(1);
  });

  test("ends the stream of one who reads it piece by piece", async () => {
    const response = await ask(begin, { isStreamed: true });
    await expect(readAll(response)).rejects.toThrow();
  });
});

describe.each([
  { limit: "of the SDK", headTimeoutMs: TIMEOUT_MS / 2 },
  { limit: "for the whole answer", headTimeoutMs: 5_000 },
])("an answer that does not come within the limit $limit", ({ headTimeoutMs }) => {
  test("is asked for again", async () => {
    const reply = (answer: ServerResponse, attempt: number): unknown => attempt > 1 && answer.end("whole");
    const response = await ask(reply, { headTimeoutMs });
    expect([response.bodyAsText, asked]).toEqual(["whole", 2]);
  });

  test("is not asked for again by a client that asks once", async () => {
    const silent = ask(() => undefined, { headTimeoutMs, maxRetries: 0 });
    await expect(silent).rejects.toMatchObject({ name: "RestError", code: "ETIMEDOUT" });
    expect(asked).toBe(1);
  });
});

describe("an answer that comes in time", () => {
  test("is left alone", async () => {
    const response = await ask((answer) => answer.end("whole"));
    expect([response.bodyAsText, asked]).toEqual(["whole", 1]);
    await new Promise((resolve) => {
      setTimeout(resolve, 2 * TIMEOUT_MS);
    });
    expect(response.request.abortSignal).toBeUndefined();
  });

  test("is streamed to its end", async () => {
    expect(await readAll(await ask((answer) => answer.end("whole"), { isStreamed: true }))).toBe("whole");
  });
});
