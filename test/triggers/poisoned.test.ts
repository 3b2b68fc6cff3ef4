import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { RunningApp } from "../support/runningApp.ts";
import { withdrawnRelease } from "../support/trimmedEstates.ts";

const Findings = z.object({
  findings: z.array(
    z.object({ kind: z.string(), severity: z.string(), subject: z.string(), evidence: z.array(z.unknown()) }),
  ),
});

const QUEUES = ["inventory-registry", "purge-registry", "run-stage"] as const;

/** Of no form that the service knows; what stands in it must not be told. */
const BODY = { runId: "20260303T010000Z-mark", token: "c2VjcmV0" };

describe("messages that no function can work on", () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await RunningApp.start(await withdrawnRelease());
    const queues = QueueServiceClient.fromConnectionString(app.sandbox.azurite.connectionString);
    for (const name of QUEUES)
      await queues.getQueueClient(name).sendMessage(Buffer.from(JSON.stringify(BODY)).toString("base64"));
    await app.playUntil("+30m");
  });
  afterAll(() => app.stop());

  it("are tried five times each, and then told of, without what stands in them", async () => {
    const { body } = await app.call("GET", "/api/findings?kind=messagePoisoned");
    const { findings } = Findings.parse(body);
    expect(findings.map(({ severity }) => severity)).toEqual(["critical", "critical", "critical"]);
    expect(new Set(findings.map(({ subject }) => subject.split(" ")[0]))).toEqual(new Set(QUEUES));
    expect(JSON.stringify(findings)).toContain(BODY.runId);
    expect(JSON.stringify(findings)).not.toContain(BODY.token);
    const names = app.failures.map((failure) => failure.function);
    expect(names.toSorted()).toEqual(
      ["inventoryRegistry", "purgeRegistry", "runStage"].flatMap((name) => Array.from({ length: 5 }, () => name)),
    );
  });

  it("leave nothing in the poison queues", async () => {
    const queues = QueueServiceClient.fromConnectionString(app.sandbox.azurite.connectionString);
    for (const name of QUEUES) {
      const { approximateMessagesCount } = await queues.getQueueClient(`${name}-poison`).getProperties();
      expect(approximateMessagesCount).toBe(0);
    }
  });
});
