/** More rows are never in one answer, however small they are. */
export const MAX_PAGE_ROWS = 1000;

/** An answer over this size is refused with `ResponsePayloadTooLarge`. */
const MAX_PAGE_BYTES = 16_777_216;

/** What the average of the last page says about the next one is only nearly true. */
const FILL = 0.96;

export interface FittingPage {
  /** How many rows were asked for. */
  readonly asked: number;
  readonly rows: number;
  /** Of the whole answer; undefined where it cannot be told. */
  readonly bytes: number | undefined;
}

/** How many rows to ask for after a page that fitted: what the largest answer could hold of them, and at least half as many as fitted. */
export function nextPageRows({ asked, rows, bytes }: FittingPage): number {
  if (rows === 0 || bytes === undefined || bytes === 0) return asked;
  const fitting = Math.floor((FILL * MAX_PAGE_BYTES * rows) / bytes);
  return Math.min(MAX_PAGE_ROWS, Math.max(fitting, Math.ceil(asked / 2)));
}

/** How many rows to ask for after a page that was too large; undefined: one row is too large by itself. */
export const fewerPageRows = (asked: number): number | undefined => (asked > 1 ? Math.floor(asked / 2) : undefined);
