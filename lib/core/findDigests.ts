import { hashName } from "./hashName.ts";

/** The digests that a resource names. */
export interface Digests {
  /** Sorted, each once. */
  readonly whole: readonly string[];
  /** Something that begins like a digest is none: it could have been any. */
  readonly hasBroken: boolean;
}

/** What stands for 64 hex digits that stand alone: a digest without `sha256:`, or a key that nobody may see. */
export const hashDigest = (hex: string): string => `name:${hashName(hex)}`;

/** Looks at every text of `value`, at any depth; 64 hex digits that stand alone count without `sha256:` too. */
export function findDigests(value: unknown): Digests {
  const text = (JSON.stringify(value) ?? "").toLowerCase();
  const prefixed = text.match(/sha256:[0-9a-f]{64}/g) ?? [];
  const bare = text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? [];
  return {
    whole: [...new Set([...prefixed, ...bare.filter((hex) => !text.includes(`sha256:${hex}`)).map(hashDigest)])].sort(),
    hasBroken: /sha256:(?![0-9a-f]{64})/.test(text),
  };
}
