import type { Row } from "../kql/values.ts";

/** Results that are being paged through, so that a page does not evaluate the query again. */
export interface ResultSets {
  /** The token for the rows from `start` on. `owner`: caller, query and scope, which must be the same on every page. */
  keep(rows: readonly Row[], start: number, owner: string): string;
  find(token: string, owner: string): { rows: readonly Row[]; start: number } | undefined;
}

const MAX_TOKENS = 1_000;
const MAX_RESULTS = 20;

export function createResultSets(): ResultSets {
  const kept = new Map<string, { rows: readonly Row[]; start: number; owner: string }>();
  let count = 0;
  return {
    keep(rows, start, owner) {
      count += 1;
      const token = Buffer.from(`page-${count}`).toString("base64");
      kept.set(token, { rows, start, owner });
      const results = new Set([...kept.values()].map((item) => item.rows));
      const oldest = [...kept].find(([, item]) => item.rows !== rows);
      // The oldest results go first; a page asked for again (after a lost answer) still finds its own.
      if (oldest && (results.size > MAX_RESULTS || kept.size > MAX_TOKENS)) kept.delete(oldest[0]);
      return token;
    },
    find(token, owner) {
      const item = kept.get(token);
      return item?.owner === owner ? item : undefined;
    },
  };
}
