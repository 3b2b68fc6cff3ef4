import { describe, expect, it } from "@jest/globals";
import { createJournal } from "../../lib/azure/journal.ts";
import { collect } from "./bench.ts";
import { useStorageBench } from "./storageBench.ts";

const bench = useStorageBench();
const journal = () => createJournal(bench.clients());
const listed = (name: string) => collect(journal().listRecords(name));

describe("listing the records of the journal", () => {
  it("finds none where nothing was ever written", async () => {
    expect(await listed("anyregistry")).toEqual([]);
  });

  it("gives all of one name, the newest day and run first, each file in order", async () => {
    const file = (day: number, run: string) => `2026-03-0${day}/2026030${day}T${run}Z-purge/contoso`;
    for (const [place, record] of [
      [file(2, "040000"), "first"],
      [file(2, "040000"), "second"],
      [file(3, "040000"), "third"],
      [file(3, "090000"), "fourth"],
    ] as const)
      await journal().append(place, { record });
    expect(await listed("contoso")).toEqual(["fourth", "third", "first", "second"].map((record) => ({ record })));
  });

  it("keeps registries apart, also those whose names end alike", async () => {
    await journal().append("2026-03-02/20260302T040000Z-purge/acmecore", { of: "acmecore" });
    await journal().append("2026-03-02/20260302T040000Z-purge/core", { of: "core" });
    expect(await listed("core")).toEqual([{ of: "core" }]);
  });

  it("goes on after a line that is not JSON, and after a file that is still empty", async () => {
    const container = bench.clients().container("journal");
    await journal().append("2026-03-02/20260302T040000Z-purge/torn", { whole: true });
    const torn = Buffer.from('{"torn":\n{"whole":"too"}\n');
    await container.getAppendBlobClient("2026-03-02/20260302T040000Z-purge/torn.jsonl").appendBlock(torn, torn.length);
    await container.getAppendBlobClient("2026-03-03/20260303T040000Z-purge/torn.jsonl").create();
    expect(await listed("torn")).toEqual([{ whole: true }, undefined, { whole: "too" }]);
  });

  it("does not take the kept bytes, or a file beside the days, for records", async () => {
    await journal().saveBytes(`sha256:${"0".repeat(64)}`, { mediaType: "text/plain", bytes: new Uint8Array([1]) });
    await journal().append("notes/other", { note: true });
    expect(await listed("other")).toEqual([]);
  });

  it("lists a file of several parts once", async () => {
    const container = bench.clients().container("journal");
    await journal().append("2026-03-02/20260302T040000Z-purge/full", { part: 1 });
    for (const part of [2, 10]) {
      const blob = container.getAppendBlobClient(`2026-03-02/20260302T040000Z-purge/full.${part}.jsonl`);
      await blob.create();
      const line = Buffer.from(`${JSON.stringify({ part })}\n`);
      await blob.appendBlock(line, line.length);
    }
    // What has no part before it does not belong to it.
    expect(await listed("full")).toEqual([{ part: 1 }, { part: 2 }]);
  });

  it("goes on after a file that is gone once it is its turn", async () => {
    const container = bench.clients().container("journal");
    for (const [day, time] of [
      [2, "040000"],
      [3, "040000"],
      [3, "050000"],
      [3, "060000"],
    ] as const)
      await journal().append(`2026-03-0${day}/2026030${day}T${time}Z-purge/thinned`, { day, time });
    const records = journal().listRecords("thinned")[Symbol.asyncIterator]();
    expect((await records.next()).value).toEqual({ day: 3, time: "060000" });
    await container.deleteBlob("2026-03-03/20260303T050000Z-purge/thinned.jsonl");
    expect((await records.next()).value).toEqual({ day: 3, time: "040000" });
    // Nothing was read ahead.
    await container.deleteBlob("2026-03-02/20260302T040000Z-purge/thinned.jsonl");
    expect(await records.next()).toEqual({ done: true, value: undefined });
  });

  it("fails where the storage does not answer: that is no empty journal", async () => {
    await expect(collect(createJournal(bench.clients("unknown")).listRecords("contoso"))).rejects.toMatchObject({
      code: "UpstreamError",
      service: "blobs",
    });
  });
});
