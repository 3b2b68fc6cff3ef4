import type { Node } from "./tree.ts";
import { childrenOf, namedOf } from "./syntax.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\'": "'",
  "\\\\": "\\",
  "\\n": "\n",
  "\\t": "\t",
  "\\r": "\r",
  "\\$": "$",
};

/** The text of a string literal, with what stands in `${}` put in. Blanks count, which the grammar passes over. */
export function decodeString(node: Node, insert: (inner: Node) => string): string {
  const quote = node.text.startsWith("'''") ? 3 : 1;
  const end = node.endIndex - quote;
  let at = node.startIndex + quote;
  let text = "";
  const raw = (until: number): string => node.text.slice(at - node.startIndex, until - node.startIndex);
  for (const child of childrenOf(node)) {
    if (child.type !== "interpolation" && child.type !== "escape_sequence") continue;
    text += raw(child.startIndex) + (child.type === "interpolation" ? insertAll(child, insert) : decode(child.text));
    at = child.endIndex;
  }
  return text + raw(end);
}

const insertAll = (node: Node, insert: (inner: Node) => string): string => namedOf(node).map(insert).join("");

function decode(escape: string): string {
  const text = ESCAPES[escape];
  if (text === undefined) throw new Error(`is not an escape of Bicep: ${escape}`);
  return text;
}
