/** KQL's tests on texts. Case is folded by the caller, once per operand. */
export type TextTest = (text: string, part: string) => boolean;

const WORD = /[\p{L}\p{N}]/u;

const isWordAt = (text: string, index: number): boolean =>
  index >= 0 && index < text.length && WORD.test(text.charAt(index));

/** Whether `part` stands in `text` with the wanted edges at the borders of a term (a run of letters and digits). */
function findTerm(text: string, part: string, edges: { start: boolean; end: boolean }): boolean {
  if (part === "") return true;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const startsTerm = !isWordAt(text, at - 1);
    const endsTerm = !isWordAt(text, at + part.length);
    if ((startsTerm || !edges.start) && (endsTerm || !edges.end)) return true;
  }
  return false;
}

export const hasTerm: TextTest = (text, part) => findTerm(text, part, { start: true, end: true });

/** By operator without its `!` and its `_cs`. */
export const TEXT_TESTS: Readonly<Record<string, TextTest>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  has: hasTerm,
  hasprefix: (text, part) => findTerm(text, part, { start: true, end: false }),
  hassuffix: (text, part) => findTerm(text, part, { start: false, end: true }),
};

/** KQL's regular expressions are RE2's; a leading `(?i)` is the only inline flag that we translate. Throws where it is not valid. */
export function toRegExp(pattern: string): RegExp {
  return pattern.startsWith("(?i)") ? new RegExp(pattern.slice(4), "iu") : new RegExp(pattern, "u");
}
