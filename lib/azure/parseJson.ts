/** Undefined for what is not JSON: callers refuse it by its form. The parser's own error would quote the text, which may hold a token. */
export function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
