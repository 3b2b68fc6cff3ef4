/** The service's own limit. */
const MAX_ROWS = 1000;
/** A row may have a mebibyte: a page of a thousand of these would be more than all of the app's memory. */
const MAX_PAGE_CHARS = 2_000_000;
const FIRST_ROWS = 100;

/** How many rows a page may have, by what rows of the same part had before: few where nothing is known yet. */
export class PageRows {
  private readonly charsOf = new Map<string, number>();

  next(partitionKey: string): number {
    const chars = this.charsOf.get(partOf(partitionKey));
    if (chars === undefined) return FIRST_ROWS;
    return Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_PAGE_CHARS / Math.max(1, chars))));
  }

  learn(partitionKey: string, sizes: readonly number[]): void {
    if (sizes.length === 0) return;
    const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    this.charsOf.set(partOf(partitionKey), average);
  }
}

/** `<part>|<bucket>`: rows of one part are of one kind, whatever their bucket. */
const partOf = (partitionKey: string): string => partitionKey.slice(0, partitionKey.lastIndexOf("|") + 1);
