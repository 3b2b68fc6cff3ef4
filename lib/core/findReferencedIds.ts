import type { ArmId } from "./armId.ts";
import { toArmId } from "./armId.ts";

/** Blanks may stand around a segment; in JSON inside of a text a slash may be escaped, once for each level. */
const SLASH = String.raw`\s*\\*/\s*`;
const SEGMENT = String.raw`[^\s"'\\/]+`;
/** The last name also ends where an expression or a sentence goes on. */
const LAST = String.raw`[^\s"'\\/\x60,;:()[\]{}<>|?#&*%]+`;

const SCOPE = [
  String.raw`/\s*subscriptions`,
  SEGMENT,
  "resourcegroups",
  SEGMENT,
  "providers",
  String.raw`microsoft\.hybridnetwork`,
];
const STORE = [...SCOPE, "publishers", SEGMENT, "artifactstores", ""].join(SLASH);

/** No part can match a character at which the next one begins, so that it takes time in proportion to the text. */
const ID = new RegExp(`${STORE}(?:${[SEGMENT, "artifactmanifests", LAST].join(SLASH)}|${LAST})`, "gi");

/**
 * The ids of artifact manifests, and of artifact stores where the id goes on to no artifact manifest, in any text at any depth of
 * `value`, also in JSON inside of texts. Sorted, each once.
 */
export function findReferencedIds(value: unknown): readonly ArmId[] {
  const found = (JSON.stringify(value) ?? "").match(ID) ?? [];
  const ids = found.map((text) => toArmId(text.replaceAll("\\", ""))).filter((id) => id !== undefined);
  return [...new Set(ids)].sort();
}
