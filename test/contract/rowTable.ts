import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Row, RowRange, RowTable, StoredRow, Tables } from "../../lib/ports.ts";

const row = (rowKey: string, body: unknown = { n: 1 }, partitionKey = "p"): Row => ({ partitionKey, rowKey, body });

async function listAll(table: RowTable, range: RowRange): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const stored of table.list(range)) rows.push(stored);
  return rows;
}

const keysOf = async (table: RowTable, range: RowRange): Promise<readonly string[]> =>
  (await listAll(table, range)).map(({ rowKey }) => rowKey);

/** What every implementation of `Tables` and `RowTable` promises. `create` gives the tables; each test opens one of its own. */
export function describeRowTable(name: string, create: () => Tables): void {
  describe(`rows of ${name}`, () => {
    let tables: Tables;
    let tableName: string;
    let table: RowTable;

    beforeEach(() => {
      tables = create();
      tableName = `contract${crypto.randomUUID().replaceAll("-", "")}`;
      table = tables.open(tableName);
    });

    describe("reading", () => {
      it("finds nothing in a table that was never written to", async () => {
        expect(await table.find("p", "r")).toBeUndefined();
        expect(await listAll(table, { partitionKey: "p" })).toEqual([]);
      });

      it("gives back keys and body", async () => {
        const body = { text: "Größe \u{1F600}", list: [1, null, { deep: true }], empty: "" };
        await table.put(row("r", body));
        const found = await table.find("p", "r");
        expect(found).toMatchObject({ partitionKey: "p", rowKey: "r", etag: expect.any(String) });
        expect(found?.body).toEqual(body);
        expect(JSON.parse(found?.text ?? "")).toEqual(body);
      });

      it("gives rows of the same body the same text", async () => {
        await table.putAll([row("a", { n: 1, of: "x" }), row("b", { n: 1, of: "x" }), row("c", { n: 2, of: "x" })]);
        const [a, b, c] = await listAll(table, { partitionKey: "p" });
        expect(b?.text).toBe(a?.text);
        expect(c?.text).not.toBe(a?.text);
      });

      it.each([
        { name: "one over the limit of a property", length: 33_000 },
        { name: "over 64 KiB", length: 70_000 },
        { name: "hundreds of thousands of characters", length: 400_000 },
      ])("gives back a large body whole: $name", async ({ length }) => {
        const body = { text: "abcdefghij".repeat(length / 10), end: "end" };
        await table.put(row("large", body));
        expect((await table.find("p", "large"))?.body).toEqual(body);
        expect((await listAll(table, { partitionKey: "p" })).map((stored) => stored.body)).toEqual([body]);
      });

      it("lists one partition in the order of the row keys", async () => {
        for (const key of ["b", "a|2", "c", "a|", "a}", "a|1"]) await table.put(row(key));
        await table.put(row("a|15", {}, "other"));
        expect(await keysOf(table, { partitionKey: "p" })).toEqual(["a|", "a|1", "a|2", "a}", "b", "c"]);
      });

      it.each([
        { name: "from, which is included", range: { from: "b" }, keys: ["b", "c", "d"] },
        { name: "to, which is excluded", range: { to: "c" }, keys: ["a", "b"] },
        { name: "both", range: { from: "b", to: "d" }, keys: ["b", "c"] },
        { name: "bounds that no row has", range: { from: "aa", to: "cc" }, keys: ["b", "c"] },
        { name: "an empty range", range: { from: "c", to: "c" }, keys: [] },
      ])("limits a list by $name", async ({ range, keys }) => {
        for (const key of ["d", "c", "b", "a"]) await table.put(row(key));
        expect(await keysOf(table, { partitionKey: "p", ...range })).toEqual(keys);
      });

      it("limits a list to what follows a key and its separator, and leaves out longer keys that begin alike", async () => {
        for (const key of ["cnf", "cnf!a", "cnf!b!c", "cnf-1!a", "cnf.1!a", "cnf2!a", "cn!f"])
          await table.put(row(key));
        expect(await keysOf(table, { partitionKey: "p", from: "cnf!", to: 'cnf"' })).toEqual(["cnf!a", "cnf!b!c"]);
      });

      it("lists several partitions at once", async () => {
        for (const partitionKey of ["a", "b", "c"]) await table.put(row("r", { of: partitionKey }, partitionKey));
        const lists = await Promise.all(["a", "b", "c"].map((partitionKey) => listAll(table, { partitionKey })));
        expect(lists.flat().map(({ body }) => body)).toEqual([{ of: "a" }, { of: "b" }, { of: "c" }]);
      });

      it("takes keys and bounds with quotes and letters outside ASCII as they are", async () => {
        await table.put(row("it's", { n: 2 }, "o'brien"));
        await table.put(row("é", { n: 3 }, "o'brien"));
        expect((await table.find("o'brien", "it's"))?.body).toEqual({ n: 2 });
        expect(await keysOf(table, { partitionKey: "o'brien", from: "it's", to: "it't" })).toEqual(["it's"]);
        expect(await keysOf(table, { partitionKey: "o'brien" })).toEqual(["it's", "é"]);
      });
    });

    describe("writing one row", () => {
      it("creates a row once", async () => {
        expect(await table.create(row("r", { n: 1 }))).toBe(true);
        expect(await table.create(row("r", { n: 2 }))).toBe(false);
        expect((await table.find("p", "r"))?.body).toEqual({ n: 1 });
      });

      it("puts a row whether or not it exists, and leaves nothing of the old body", async () => {
        await table.put(row("r", { text: "x".repeat(70_000) }));
        await table.put(row("r", { short: true }));
        expect((await table.find("p", "r"))?.body).toEqual({ short: true });
      });

      it("replaces a row that did not change since it was read", async () => {
        await table.put(row("r", { n: 1 }));
        const before = await table.find("p", "r");
        expect(await table.replace(row("r", { n: 2 }), before?.etag ?? "")).toBe(true);
        const after = await table.find("p", "r");
        expect(after?.body).toEqual({ n: 2 });
        expect(after?.etag).not.toBe(before?.etag);
      });

      it("does not replace a row that changed since it was read", async () => {
        await table.put(row("r", { n: 1 }));
        const before = await table.find("p", "r");
        await table.put(row("r", { n: 2 }));
        expect(await table.replace(row("r", { n: 3 }), before?.etag ?? "")).toBe(false);
        expect((await table.find("p", "r"))?.body).toEqual({ n: 2 });
      });

      it("does not replace a row that is gone, nor one that was removed and created again", async () => {
        await table.put(row("r", { n: 1 }));
        const before = await table.find("p", "r");
        await table.remove("p", "r");
        expect(await table.replace(row("r", { n: 2 }), before?.etag ?? "")).toBe(false);
        expect(await table.find("p", "r")).toBeUndefined();
        await table.create(row("r", { n: 3 }));
        expect(await table.replace(row("r", { n: 4 }), before?.etag ?? "")).toBe(false);
      });

      it("gives a listed row the etag with which it can be replaced", async () => {
        await table.put(row("r", { n: 1 }));
        for (const stored of await listAll(table, { partitionKey: "p" }))
          expect(await table.replace(row("r", { n: 2 }), stored.etag)).toBe(true);
        expect((await table.find("p", "r"))?.body).toEqual({ n: 2 });
      });
    });

    describe("removing", () => {
      it("removes a row, and does not mind when it is gone", async () => {
        await table.put(row("r"));
        await table.remove("p", "r");
        expect(await table.find("p", "r")).toBeUndefined();
        await expect(table.remove("p", "r")).resolves.toEqual(expect.any(Boolean));
      });

      it("removes with an etag only what did not change", async () => {
        await table.put(row("r", { n: 1 }));
        const stale = await table.find("p", "r");
        await table.put(row("r", { n: 2 }));
        expect(await table.remove("p", "r", stale?.etag ?? "")).toBe(false);
        const fresh = await table.find("p", "r");
        expect(fresh?.body).toEqual({ n: 2 });
        expect(await table.remove("p", "r", fresh?.etag ?? "")).toBe(true);
        expect(await table.find("p", "r")).toBeUndefined();
      });
    });

    describe("writing many rows", () => {
      const numbered = (count: number, partitionKey: string): Row[] =>
        Array.from({ length: count }, (_, index) => row(String(index).padStart(4, "0"), { index }, partitionKey));

      it("writes more rows than a transaction holds, over several partitions", async () => {
        await table.putAll([...numbered(250, "a"), ...numbered(101, "b"), ...numbered(1, "c")]);
        const counts = await Promise.all(["a", "b", "c"].map((partitionKey) => keysOf(table, { partitionKey })));
        expect(counts.map((keys) => keys.length)).toEqual([250, 101, 1]);
        expect((await table.find("a", "0249"))?.body).toEqual({ index: 249 });
      });

      it("lists more rows than a page holds", async () => {
        const rows = numbered(1100, "a");
        await table.putAll(rows);
        expect(await keysOf(table, { partitionKey: "a" })).toEqual(rows.map(({ rowKey }) => rowKey));
      });

      it("lets the last of several versions of a row win, also across transactions", async () => {
        const first = { partitionKey: "a", rowKey: "0000", body: { index: "old" } };
        const last = { partitionKey: "a", rowKey: "0003", body: { index: "new" } };
        await table.putAll([first, ...numbered(150, "a"), last]);
        expect((await table.find("a", "0000"))?.body).toEqual({ index: 0 });
        expect((await table.find("a", "0003"))?.body).toEqual({ index: "new" });
        expect(await keysOf(table, { partitionKey: "a" })).toHaveLength(150);
      });

      it("writes rows whose bodies together are larger than a request may be", async () => {
        const rows = numbered(60, "a").map((small) => ({ ...small, body: { text: "x".repeat(100_000) } }));
        await table.putAll(rows);
        expect(await keysOf(table, { partitionKey: "a" })).toHaveLength(60);
      });

      it("replaces what is there and writes nothing for no rows", async () => {
        await table.put(row("0001", { old: true }, "a"));
        await table.putAll(numbered(2, "a"));
        await table.putAll([]);
        expect((await table.find("a", "0001"))?.body).toEqual({ index: 1 });
      });
    });

    describe("dropping a table", () => {
      it("removes every row, and does not mind a table that is not there", async () => {
        await table.put(row("r"));
        await tables.drop(tableName);
        await tables.drop(tableName);
        await tables.drop(`missing${tableName}`);
        expect(await tables.open(tableName).find("p", "r")).toBeUndefined();
      });

      it("leaves other tables as they are", async () => {
        const other = tables.open(`other${tableName}`);
        await other.put(row("r", { kept: true }));
        await table.put(row("r"));
        await tables.drop(tableName);
        expect((await other.find("p", "r"))?.body).toEqual({ kept: true });
      });

      it("can be written to again after it was opened anew", async () => {
        await table.put(row("old"));
        await tables.drop(tableName);
        const again = tables.open(tableName);
        await again.put(row("new"));
        expect(await keysOf(again, { partitionKey: "p" })).toEqual(["new"]);
      });
    });
  });
}
