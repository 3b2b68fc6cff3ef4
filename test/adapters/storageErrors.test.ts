import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createJournal } from "../../lib/azure/journal.ts";
import { createLeases } from "../../lib/azure/leases.ts";
import { createQueues } from "../../lib/azure/queues.ts";
import { createTables } from "../../lib/azure/rowTable.ts";
import type { StorageClients } from "../../lib/azure/storageClients.ts";
import { OBSERVER, present, startBench, UNKNOWN, type Bench } from "./bench.ts";
import { startScriptedServer, type Received, type ScriptedServer } from "./scriptedServer.ts";
import { createClients } from "./storageBench.ts";
import { takeTime, type TestTime } from "./testTime.ts";

let bench: Bench | undefined;
let service: ScriptedServer;
let time: TestTime;

beforeAll(async () => {
  bench = await startBench({ now: () => Date.now() });
  service = await startScriptedServer(bench.certificates);
});
beforeEach(() => {
  time = takeTime();
  service.received.splice(0);
});
afterEach(() => time.restore());
afterAll(async () => {
  await Promise.all([bench?.stop(), service.stop()]);
});

function clients(clientId = OBSERVER): StorageClients {
  const url = `${service.url}/account`;
  return createClients(present(bench), { tableUrl: url, queueUrl: url, blobUrl: url }, clientId);
}

const CONTENT = { mediaType: "application/json", bytes: new Uint8Array([1]) };
const DIGEST = `sha256:${"0".repeat(64)}`;

/** One call of each kind, by the port that makes it. */
const CALLS: readonly { name: string; service: string; call: (clients: StorageClients) => Promise<unknown> }[] = [
  { name: "a message", service: "queues", call: (using) => createQueues(using).send("run-stage", 1) },
  { name: "a lease", service: "blobs", call: (using) => createLeases(using).acquire("one") },
  { name: "a journal record", service: "blobs", call: (using) => createJournal(using).append("run", 1) },
  { name: "journaled bytes", service: "blobs", call: (using) => createJournal(using).saveBytes(DIGEST, CONTENT) },
  { name: "a row", service: "tables", call: (using) => createTables(using).open("marks").find("p", "r") },
];

const refuse = (status: number, code: string) => () => ({
  status,
  headers: { "x-ms-error-code": code, "Content-Type": "application/xml" },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>m</Message></Error>`,
});

describe.each(CALLS)("$name", ({ service: name, call }) => {
  it.each([
    { status: 400, code: "InvalidInput" },
    { status: 403, code: "AuthorizationPermissionMismatch" },
    { status: 412, code: "ConditionNotMet" },
    { status: 500, code: "InternalError" },
    { status: 503, code: "ServerBusy" },
  ])("fails with the status $status of the service", async ({ status, code }) => {
    service.reply = refuse(status, code);
    const failure = { code: "UpstreamError", service: name, status };
    await expect(call(clients())).rejects.toMatchObject(failure);
    expect(service.received.length).toBeGreaterThan(0);
  });

  it("fails without a status where there is no such identity, and asks the service for nothing", async () => {
    const failure = { code: "UpstreamError", service: name, status: undefined };
    await expect(call(clients(UNKNOWN))).rejects.toMatchObject(failure);
    expect(service.received).toEqual([]);
  });

  it("carries the token of the managed identity", async () => {
    service.reply = refuse(403, "AuthorizationFailure");
    await expect(call(clients())).rejects.toMatchObject({ status: 403 });
    const tokens = service.received.map(({ headers }) => headers.authorization ?? "");
    expect(tokens.filter((text) => !text.startsWith("Bearer "))).toEqual([]);
  });
});

describe("a conflict that says nothing about what was asked", () => {
  /** Every request succeeds but those that `isAsked` picks. */
  const conflict = (isAsked: (request: Received) => boolean, code: string): void => {
    service.reply = (request) =>
      isAsked(request) ? refuse(409, code)() : { status: request.method === "HEAD" ? 200 : 201 };
  };

  it("does not count as bytes that are saved already", async () => {
    conflict(({ path }) => path.includes("/bytes/"), "ContainerBeingDeleted");
    const saved = createJournal(clients()).saveBytes(DIGEST, CONTENT);
    await expect(saved).rejects.toMatchObject({ code: "UpstreamError", status: 409 });
  });

  it("is not mistaken where the bytes are saved already", async () => {
    conflict(({ path }) => path.includes("/bytes/"), "BlobAlreadyExists");
    await expect(createJournal(clients()).saveBytes(DIGEST, CONTENT)).resolves.toBeUndefined();
  });

  it("does not count as a lease that someone else holds", async () => {
    conflict(({ path }) => path.includes("comp=lease"), "ContainerBeingDeleted");
    await expect(createLeases(clients()).acquire("one")).rejects.toMatchObject({ code: "UpstreamError", status: 409 });
  });

  it("is not mistaken where someone else holds the lease", async () => {
    conflict(({ path }) => path.includes("comp=lease"), "LeaseAlreadyPresent");
    expect(await createLeases(clients()).acquire("one")).toBeUndefined();
  });
});
