import { describe, expect, it } from "@jest/globals";
import { MAX_BODY_CHARS } from "../../lib/core/tableKeys.ts";
import { describeRowTable } from "../contract/rowTable.ts";
import { MemoryTables } from "../fakes/memoryTables.ts";

describeRowTable("the tables in memory", () => new MemoryTables());

describe("the tables in memory", () => {
  it("refuse a body that the real ones could not hold, and take the longest that they can", async () => {
    const table = new MemoryTables().open("rows");
    const row = (text: string) => ({ partitionKey: "p", rowKey: "r", body: text });
    const quotes = 2;
    await table.put(row("x".repeat(MAX_BODY_CHARS - quotes)));
    const tooLong = row("x".repeat(MAX_BODY_CHARS - quotes + 1));
    await expect(table.put(tooLong)).rejects.toThrow(RangeError);
    await expect(table.putAll([tooLong])).rejects.toThrow(RangeError);
    await expect(table.create({ ...tooLong, rowKey: "new" })).rejects.toThrow(RangeError);
  });
});
