import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readHostConfig } from "./hostConfig.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "host-config-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function read(hostJson: unknown) {
  await writeFile(join(directory, "host.json"), JSON.stringify(hostJson));
  return readHostConfig(directory);
}

describe("host.json", () => {
  it("has Azure's defaults", async () => {
    expect(await read({ version: "2.0" })).toEqual({
      routePrefix: "api",
      functionTimeoutMs: 1_800_000,
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        visibilityTimeoutMs: 0,
        maxDequeueCount: 5,
        maxPollingIntervalMs: 60_000,
        messageEncoding: "base64",
      },
    });
  });

  it("sets the route prefix, the timeout and the queues", async () => {
    const queues = {
      batchSize: 1,
      newBatchThreshold: 0,
      visibilityTimeout: "1.00:05:00",
      maxPollingInterval: "00:00:02.5",
    };
    const config = await read({
      version: "2.0",
      functionTimeout: "00:10:00",
      logging: { logLevel: { default: "Warning" } },
      extensions: { http: { routePrefix: "" }, queues },
    });
    expect(config).toMatchObject({ routePrefix: "", functionTimeoutMs: 600_000 });
    expect(config.queues).toMatchObject({ batchSize: 1, newBatchThreshold: 0 });
    expect(config.queues).toMatchObject({ visibilityTimeoutMs: 86_700_000, maxPollingIntervalMs: 2500 });
  });

  it("has no timeout for -1", async () => {
    expect((await read({ version: "2.0", functionTimeout: "-1" })).functionTimeoutMs).toBeUndefined();
  });

  it.each([
    {
      name: "a setting that the host does not know",
      hostJson: { version: "2.0", singleton: {} },
      problem: "singleton",
    },
    {
      name: "a batch that is too large",
      hostJson: { extensions: { queues: { batchSize: 33 } } },
      problem: "batchSize",
    },
    { name: "a number as time span", hostJson: { functionTimeout: "600" }, problem: "functionTimeout" },
    { name: "customised headers", hostJson: { extensions: { http: { customHeaders: {} } } }, problem: "customHeaders" },
  ])("is refused with $name", async ({ hostJson, problem }) => {
    await expect(read({ version: "2.0", ...hostJson })).rejects.toThrow(problem);
  });

  it("must be there", () => {
    expect(() => readHostConfig(directory)).toThrow("host.json is missing");
  });
});
