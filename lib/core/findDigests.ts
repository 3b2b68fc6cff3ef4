/** The digests that a resource names. */
export interface Digests {
  /** Sorted, each once. */
  readonly whole: readonly string[];
  /** Something that begins like a digest is none: it could have been any. */
  readonly hasBroken: boolean;
}

/** Looks at every text of `value`, at any depth; 64 hex digits that stand alone count without `sha256:` too. */
export function findDigests(value: unknown): Digests {
  const text = (JSON.stringify(value) ?? "").toLowerCase();
  const prefixed = text.match(/sha256:[0-9a-f]{64}/g) ?? [];
  const bare = text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? [];
  return {
    whole: [...new Set([...prefixed, ...bare.map((hex) => `sha256:${hex}`)])].sort(),
    hasBroken: /sha256:(?![0-9a-f]{64})/.test(text),
  };
}
