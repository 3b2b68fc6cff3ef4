import { describe, expect, it } from "@jest/globals";
import { createJournal } from "../../lib/azure/journal.ts";
import { collect } from "../fakes/collect.ts";
import { useStorageBench } from "./storageBench.ts";

const bench = useStorageBench();
const journal = () => createJournal(bench.clients());

describe("reading the records of one file of the journal", () => {
  it("gives them in order, and none of another file", async () => {
    for (const record of [{ step: 1 }, "text", null, [2]]) await journal().append("day/run/contoso", record);
    await journal().append("day/run/contoso2", { step: 9 });
    await journal().append("day/run2/contoso", { step: 8 });
    expect(await collect(journal().listRecordsOf("day/run/contoso"))).toEqual([{ step: 1 }, "text", null, [2]]);
  });

  it("gives those of all its parts, in the order of the parts, and of no other file's", async () => {
    const parts = ["", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9", ".10"];
    for (const [index, part] of parts.entries()) await journal().append(`day/full/contoso${part}`, { part: index });
    await journal().append("day/full/contoso2", { of: "another" });
    const records = await collect(journal().listRecordsOf("day/full/contoso"));
    expect(records).toEqual(parts.map((_, index) => ({ part: index })));
  });

  it("has none where the file, or the whole journal, does not exist", async () => {
    expect(await collect(journal().listRecordsOf("day/never/contoso"))).toEqual([]);
  });

  it("keeps whole what is longer than one piece of the answer, whatever characters it is of", async () => {
    const records = Array.from({ length: 40 }, (_, number) => ({ number, text: "ü🙂".repeat(4000) }));
    for (const record of records) await journal().append("long", record);
    expect(await collect(journal().listRecordsOf("long"))).toEqual(records);
  });

  it("gives a line that is not JSON as undefined", async () => {
    await journal().append("torn", 1);
    const text = "{torn\n";
    await bench.clients().container("journal").getAppendBlobClient("torn.jsonl").appendBlock(text, text.length);
    await journal().append("torn", 2);
    expect(await collect(journal().listRecordsOf("torn"))).toEqual([1, undefined, 2]);
  });

  it("fails, and is not empty, where the service does not answer", async () => {
    const blobs = bench.clients();
    const broken = createJournal({
      ...blobs,
      container: () => blobs.container("NOT--A--NAME"),
    });
    await expect(collect(broken.listRecordsOf("any"))).rejects.toThrow("read journal any");
  });
});
