import type { ServerResponse } from "node:http";
import { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "@jest/globals";
import { createReadTextPolicy } from "../../lib/azure/readTextPolicy.ts";
import { useOneServer } from "./oneServer.ts";

const TIMEOUT_MS = 200;
let asked = 0;

const serve = useOneServer();

/** Asks a server that answers like this, through the SDK's own pipeline with the policy where Resource Graph has it. */
async function ask(reply: (response: ServerResponse, attempt: number) => void): Promise<PipelineResponse> {
  asked = 0;
  const url = await serve((_request, response) => reply(response, (asked += 1)));
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 1, retryDelayInMs: 1 } });
  pipeline.addPolicy(createReadTextPolicy(TIMEOUT_MS), { phase: "Retry" });
  return pipeline.sendRequest(
    createDefaultHttpClient(),
    createPipelineRequest({ url, allowInsecureConnection: true, timeout: 5_000 }),
  );
}

/** The head, and a part of the body that promises more. */
function begin(response: ServerResponse): void {
  response.writeHead(200, { "content-length": "100" });
  response.write('{"half":');
}

describe("the text of an answer", () => {
  test("is what was sent, also where a character comes in two pieces", async () => {
    const bytes = Buffer.from('{"name":"Zürich ☃"}');
    const response = await ask((answer) => {
      answer.writeHead(200, { "content-type": "application/json" });
      for (const byte of bytes) answer.write(Buffer.of(byte));
      answer.end();
    });
    expect(response).toMatchObject({ status: 200, bodyAsText: bytes.toString() });
    expect(response.readableStreamBody).toBeUndefined();
  });

  test("is empty where nothing was sent", async () => {
    expect((await ask((answer) => answer.end())).bodyAsText).toBe("");
  });

  test.each([400, 503])("of an error of %i is there too", async (status) => {
    const response = await ask((answer) => answer.writeHead(status).end("why"));
    expect(response).toMatchObject({ status, bodyAsText: "why" });
  });

  test.each([
    { name: "ends early", cut: (answer: ServerResponse) => answer.destroy() },
    { name: "stalls", cut: () => undefined },
  ])("is never half of it: one that $name is asked for again", async ({ cut }) => {
    const response = await ask((answer, attempt) => {
      if (attempt === 1) begin(answer);
      if (attempt === 1) setImmediate(cut, answer);
      else answer.end("whole");
    });
    expect(response.bodyAsText).toBe("whole");
    expect(asked).toBe(2);
  });

  test.each([
    { name: "ends early", cut: (answer: ServerResponse) => answer.destroy(), code: "ECONNRESET" },
    { name: "stalls", cut: () => undefined, code: "ETIMEDOUT" },
  ])("that $name each time fails with $code", async ({ cut, code }) => {
    const answer = ask((response) => {
      begin(response);
      setImmediate(cut, response);
    });
    await expect(answer).rejects.toMatchObject({ code });
    expect(asked).toBe(2);
  });
});
