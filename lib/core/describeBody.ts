import { toArmId, typeOf } from "./armId.ts";
import { isRecord } from "./isRecord.ts";

/** Fields of the service's own messages, each with the only shape in which its value is shown. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  runId: /^\d{8}T\d{6}Z-[a-z]{1,10}$/,
  snapshotId: /^\d{8}T\d{6}Z$/,
  planId: /^[0-9a-f]{20}$/,
  stage: /^(snapshot|mark|purge)$/,
};

/**
 * A body of a queue message that nobody understands, in a few words: what it is, and of its fields only those whose value cannot be
 * anything but an id of this service. Whatever else stands in it may be a secret.
 */
export function describeBody(body: unknown): string {
  if (typeof body === "string") return `a text of ${body.length} characters, which is no JSON`;
  if (!isRecord(body)) return `JSON that is no object (${Array.isArray(body) ? "an array" : typeof body})`;
  const names = Object.keys(body);
  const shown = names.filter((name) => isShown(name, body[name])).sort();
  const texts = shown.map((name) => `${name} ${String(body[name])}`);
  const rest = names.length - shown.length;
  return `an object: ${[...texts, ...(rest > 0 ? [`${rest} fields that are not shown`] : [])].join(", ") || "empty"}`;
}

function isShown(name: string, value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (name === "registryId") return isRegistryId(value);
  return Object.hasOwn(SHOWN, name) && SHOWN[name]?.test(value) === true;
}

/** As an id of a registry is written: nothing but names that ARM allows. */
const isRegistryId = (text: string): boolean =>
  /^[\w/.()-]{1,300}$/.test(text) && typeOf(toArmId(text) ?? "") === "microsoft.containerregistry/registries";
