import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fewerPageRows, MAX_PAGE_ROWS, nextPageRows } from "../../lib/azure/graphPageSize.ts";
import { checkLaw } from "../fakes/checkLaw.ts";

const LIMIT = 16_777_216;

describe("the size of the next page", () => {
  it.each([
    { name: "small rows", page: { asked: 1_000, rows: 1_000, bytes: 1_000_000 }, next: 1_000 },
    { name: "rows that just fit", page: { asked: 250, rows: 250, bytes: LIMIT }, next: 240 },
    {
      name: "rows of which half as many fitted as could",
      page: { asked: 250, rows: 250, bytes: LIMIT / 2 },
      next: 480,
    },
    { name: "fewer rows than were asked for", page: { asked: 500, rows: 10, bytes: LIMIT / 2 }, next: 250 },
    { name: "one row that fills the answer", page: { asked: 1, rows: 1, bytes: LIMIT }, next: 1 },
    { name: "no rows", page: { asked: 125, rows: 0, bytes: 120 }, next: 125 },
    { name: "unknown bytes", page: { asked: 125, rows: 125, bytes: undefined }, next: 125 },
    { name: "an empty body", page: { asked: 125, rows: 125, bytes: 0 }, next: 125 },
  ])("follows $name", ({ page, next }) => {
    expect(nextPageRows(page)).toBe(next);
  });

  it("is a whole number in bounds, at least half of what fitted, and fits rows that weigh the same", () => {
    const page = fc.record({
      asked: fc.integer({ min: 1, max: MAX_PAGE_ROWS }),
      rows: fc.integer({ min: 1, max: MAX_PAGE_ROWS }),
      bytes: fc.integer({ min: 1, max: LIMIT }),
    });
    const law = fc.property(page, ({ asked, rows, bytes }) => {
      const next = nextPageRows({ asked, rows, bytes });
      expect(Number.isInteger(next)).toBe(true);
      expect(next).toBeGreaterThanOrEqual(Math.max(1, asked / 2));
      expect(next).toBeLessThanOrEqual(MAX_PAGE_ROWS);
      if (next > asked / 2 + 1) expect((next * bytes) / rows).toBeLessThanOrEqual(LIMIT);
    });
    checkLaw(law);
  });

  it("halves after a page that was too large, down to one row and no further", () => {
    const tried: number[] = [];
    for (let rows: number | undefined = MAX_PAGE_ROWS; rows !== undefined; rows = fewerPageRows(rows)) tried.push(rows);
    expect(tried).toEqual([1_000, 500, 250, 125, 62, 31, 15, 7, 3, 1]);
  });
});
