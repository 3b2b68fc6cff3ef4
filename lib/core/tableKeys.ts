/**
 * Keys of Table Storage rows. A key may not hold `/ \ # ?` or control characters, at most 1,024 characters, and `%` is unsafe
 * (Azure docs, "Understanding the Table service data model"). Letters a-z, digits and `. _ -` stay, `/` becomes `!`, every other
 * byte `=hh`: it round-trips, and equal texts give equal keys.
 */
export function encodeKey(text: string): string {
  const key = text.replaceAll(UNSAFE, (char) => (char === "/" ? "!" : escapeBytes(char)));
  if (key.length > 1024)
    throw new RangeError(`a table key of ${key.length} characters is over 1024: ${text.slice(0, 100)}…`);
  return key;
}

/** By code points, so that a pair of surrogates stays together. */
const UNSAFE = /[^a-z0-9._-]/gu;

export function decodeKey(key: string): string {
  const bytes: number[] = [];
  for (let index = 0; index < key.length; index += 1) {
    const char = key.charAt(index);
    if (char === "=") {
      bytes.push(Number.parseInt(key.slice(index + 1, index + 3), 16));
      index += 2;
    } else bytes.push(char === "!" ? 0x2f : char.charCodeAt(0));
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
}

function escapeBytes(char: string): string {
  return [...ENCODER.encode(char)].map((byte) => `=${byte.toString(16).padStart(2, "0")}`).join("");
}

/** The longest body of a row, as JSON text: 14 string properties of 32,000 characters fit an entity of 1 MiB. */
export const MAX_BODY_CHARS = 448_000;

/** Number of partitions over which the rows of one part are spread: few enough that small registries fill their transactions. */
export const BUCKETS = 16;

const ENCODER = new TextEncoder();

/** One hex digit that spreads `text` evenly (FNV-1a), the same in every run, so that two snapshots can be merged by key order. */
export function bucketOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of ENCODER.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return ((hash >>> 16) % BUCKETS).toString(16);
}

export const ALL_BUCKETS: readonly string[] = Array.from({ length: BUCKETS }, (_, index) => index.toString(16));

/** `<part>|<bucket>`: the partition of the rows of `part` that hash to `bucket`. */
export const partitionKey = (part: string, bucket: string): string => `${encodeKey(part)}|${bucket}`;

/** Row of a registry manifest: repository, then digest. `|` is outside both alphabets and `}` is the next but one character. */
export const manifestKey = (repository: string, digest: string): string =>
  `${encodeKey(repository)}|${encodeKey(digest)}`;

/** Row of a repository: sorts before the rows of its registry manifests. */
export const repositoryKey = (repository: string): string => `${encodeKey(repository)}|`;

/** Sorts newest first; whole seconds until the year 5138. */
export function descendingTimeKey(epochMs: number): string {
  return String(99_999_999_999 - Math.floor(epochMs / 1000)).padStart(11, "0");
}
