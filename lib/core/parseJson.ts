/** What a JSON text holds; undefined where it is none, for callers to refuse. The parser's own error would quote the text, which may hold a token. */
export function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined; // the callers take an unreadable text for everything that it could mean
  }
}
