export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Longer than any grace that makes sense; refuses values that overflowed somewhere (they once deleted a whole registry elsewhere). */
const MAX_MS = 3650 * DAY_MS;

const UNIT_MS: Readonly<Record<string, number>> = { w: 7 * DAY_MS, d: DAY_MS, h: HOUR_MS, m: 60_000 };

/** Milliseconds of `14d`, `336h`, `2w`, `90m` or ISO 8601 `P14D`, `P1DT12H`, `P2W`; undefined for anything else or over ten years. */
export function parseDuration(text: string): number | undefined {
  const total = parseShort(text) ?? parseIso(text);
  return total !== undefined && total > 0 && total <= MAX_MS ? total : undefined;
}

function parseShort(text: string): number | undefined {
  const match = /^(\d{1,9})([wdhm])$/.exec(text);
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN) : undefined;
}

/** Years and months have no fixed length and are refused. */
function parseIso(text: string): number | undefined {
  const match = /^P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?)?$/.exec(text);
  if (!match) return undefined;
  const [, weeks, days, hours, minutes] = match.map((part) => Number(part ?? 0));
  return (weeks ?? 0) * 7 * DAY_MS + (days ?? 0) * DAY_MS + (hours ?? 0) * HOUR_MS + (minutes ?? 0) * 60_000;
}

/** ISO 8601 to the second: stored times never depend on how many milliseconds a run took to start. */
export const toIso = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");
