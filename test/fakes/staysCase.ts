import { expect } from "@jest/globals";
import { decideStays } from "../../lib/core/protection.ts";
import type { RegistryManifest } from "../../lib/core/registryManifest.ts";

export interface StaysCase {
  readonly name: string;
  readonly manifests: readonly RegistryManifest[];
  /** Default: all that are untagged and unlocked. */
  readonly candidates?: readonly string[];
  readonly stays: Readonly<Record<string, readonly [code: string, by: string]>>;
}

/** Checks which candidates stay, and that nothing else is said. */
export function checkStays({ manifests, candidates, stays }: StaysCase): void {
  const free = manifests.filter(({ tags, locked }) => tags.length === 0 && !locked).map(({ digest }) => digest);
  const decided = decideStays(manifests, new Set(candidates ?? free));
  const expected = Object.entries(stays).map(([kept, [code, by]]) => [kept, { code, by }]);
  expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(expected));
}
