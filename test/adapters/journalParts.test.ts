import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createJournal } from "../../lib/azure/journal.ts";
import { partOf, toPartName } from "../../lib/azure/journalParts.ts";
import { OBSERVER, present, startBench, type Bench } from "./bench.ts";
import { startScriptedServer, type Received, type ScriptedReply, type ScriptedServer } from "./scriptedServer.ts";
import { createClients } from "./storageBench.ts";

const TAKES = 3;
let bench: Bench | undefined;
let service: ScriptedServer;
/** Records by blob. */
let taken: Map<string, number>;

beforeAll(async () => {
  bench = await startBench({ now: () => Date.now() });
  service = await startScriptedServer(bench.certificates);
});
beforeEach(() => {
  taken = new Map();
  service.received.splice(0);
  service.reply = answerAs("BlockCountExceedsLimit");
});
afterAll(async () => {
  await Promise.all([bench?.stop(), service.stop()]);
});

function aJournal() {
  const url = `${service.url}/account`;
  return createJournal(createClients(present(bench), { tableUrl: url, queueUrl: url, blobUrl: url }, OBSERVER));
}

const isAppend = ({ path }: Received): boolean => path.includes("comp=appendblock");
const blobOf = ({ path }: Received): string => decodeURIComponent(path.split("?")[0]?.split("/journal/")[1] ?? "");

const refuse = (status: number, code: string): ScriptedReply => ({
  status,
  headers: { "x-ms-error-code": code, "Content-Type": "application/xml" },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>m</Message></Error>`,
});

/** Append blobs as the service has them, but that they are full after `TAKES` blocks: 50,000 would take minutes. */
const answerAs =
  (code: string) =>
  (request: Received): ScriptedReply => {
    const blob = blobOf(request);
    const count = taken.get(blob);
    if (!isAppend(request)) {
      if (blob !== "" && count === undefined) taken.set(blob, 0);
      return { status: 201 };
    }
    if (count === undefined) return refuse(404, "BlobNotFound");
    if (count >= TAKES) return refuse(409, code);
    taken.set(blob, count + 1);
    return { status: 201 };
  };

const append = async (journal: ReturnType<typeof aJournal>, file: string, count: number) => {
  for (let number = 0; number < count; number += 1) await journal.append(file, { number });
};
const listAsked = (): readonly string[] => service.received.filter(isAppend).map(blobOf);

describe("a journal file that takes no more records", () => {
  it("goes on in the next part", async () => {
    await append(aJournal(), "day/run/contoso", 8);
    expect(Object.fromEntries(taken)).toEqual({
      "day/run/contoso.jsonl": 3,
      "day/run/contoso.2.jsonl": 3,
      "day/run/contoso.3.jsonl": 2,
    });
  });

  it("is asked no more by the same instance, and each part once by the next one", async () => {
    await append(aJournal(), "run", 7);
    service.received.splice(0);
    await append(aJournal(), "run", 2);
    expect(listAsked()).toEqual(["run.jsonl", "run.2.jsonl", "run.3.jsonl", "run.3.jsonl"]);
  });

  it("loses nothing where two instances append at once", async () => {
    const journals = [aJournal(), aJournal()];
    await Promise.all([...journals, ...journals].map((journal) => append(journal, "run", 2)));
    expect([...taken.values()].reduce((sum, count) => sum + count)).toBe(8);
    expect(taken.get("run.jsonl")).toBe(TAKES);
  });

  it("is another file's own matter", async () => {
    const journal = aJournal();
    await append(journal, "run", 4);
    await append(journal, "other", 1);
    expect(taken.get("other.jsonl")).toBe(1);
  });

  it("is not what any other conflict says: then the record is not written, and that is told", async () => {
    service.reply = answerAs("AppendPositionConditionNotMet");
    const journal = aJournal();
    await append(journal, "run", TAKES);
    const failure = { code: "UpstreamError", service: "blobs", status: 409 };
    await expect(journal.append("run", { number: 3 })).rejects.toMatchObject(failure);
    expect([...taken.keys()]).toEqual(["run.jsonl"]);
  });
});

describe("the part of a journal file that a blob is", () => {
  it.each([
    { blob: "day/run/contoso.jsonl", part: 1 },
    { blob: "day/run/contoso.2.jsonl", part: 2 },
    { blob: "day/run/contoso.10.jsonl", part: 10 },
    { blob: "day/run/contoso.0.jsonl", part: undefined },
    { blob: "day/run/contoso2.jsonl", part: undefined },
    { blob: "day/run/contosox.2.jsonl", part: undefined },
    { blob: "day/run/contoso.2.jsonl.bak", part: undefined },
    { blob: "day/run2/contoso.jsonl", part: undefined },
  ])("is $part of $blob", ({ blob, part }) => {
    expect(partOf("day/run/contoso", blob)).toBe(part);
    if (part !== undefined) expect(toPartName("day/run/contoso", part)).toBe(blob);
  });
});
