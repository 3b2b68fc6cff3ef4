import { describe, expect, it } from "@jest/globals";
import { PageRows } from "../../lib/azure/pageRows.ts";

const sizes = (rows: number, chars: number): number[] => Array.from({ length: rows }, () => chars);

describe("how many rows of a table a page has", () => {
  it("is few where nothing is known yet", () => {
    expect(new PageRows().next("graph|0")).toBe(100);
  });

  it.each([
    { name: "as many as the service gives, of small rows", chars: 300, rows: 1000 },
    { name: "fewer, of large rows", chars: 20_000, rows: 100 },
    { name: "one, of rows as large as they may be", chars: 2_500_000, rows: 1 },
    { name: "as many as the service gives, of rows without a body", chars: 0, rows: 1000 },
  ])("is $name", ({ chars, rows }) => {
    const pages = new PageRows();
    pages.learn("graph|0", sizes(10, chars));
    expect(pages.next("graph|0")).toBe(rows);
  });

  it("goes by rows of the same part, in any bucket", () => {
    const pages = new PageRows();
    pages.learn("graph:versions|0", sizes(10, 20_000));
    expect(pages.next("graph:versions|f")).toBe(100);
    pages.learn("graph:versions|1", sizes(10, 200));
    expect(pages.next("graph:versions|f")).toBe(1000);
    expect(pages.next("graph:consumers|f")).toBe(100);
  });

  it("learns nothing of a page without rows", () => {
    const pages = new PageRows();
    pages.learn("graph|0", sizes(10, 20_000));
    pages.learn("graph|0", []);
    expect(pages.next("graph|0")).toBe(100);
  });
});
