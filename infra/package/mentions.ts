import { posix } from "node:path";

/**
 * Any text in quotes that has a slash in it: what is loaded is named by one, and a look-alike costs no more than some bytes. The
 * second quote may be the first of the next one: what stands between two literals looks like one, too.
 */
const LITERAL = /["'`]([^"'`\s]+\/[^"'`\s]*)(?=["'`])/g;
const BARE = /^(?:@[^/]+\/)?[^/]+/;

/** Paths that a file's text may load: relative ones from its own folder, those into a package in each folder of that name. */
export function listMentions(
  file: { readonly path: string; readonly text: string },
  foldersByName: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const literals = new Set(Array.from(file.text.matchAll(LITERAL), ([, literal = ""]) => literal));
  return [...literals].flatMap((literal) => {
    if (/^\.\.?\//.test(literal)) return [trim(posix.join(posix.dirname(file.path), literal))];
    const [name = ""] = BARE.exec(literal) ?? [];
    return (foldersByName.get(name) ?? []).map((folder) => trim(posix.join(folder, literal.slice(name.length))));
  });
}

/** True where the mention names the folder (which ends in a slash) or something in it, or the file, as Node completes names. */
export function isMentioned(place: string, mention: string): boolean {
  if (place.endsWith("/")) return `${mention}/`.startsWith(place);
  const bare = place.replace(/\.[cm]?js(on)?$/, "");
  return [place, bare].includes(mention) || `${mention}/index` === bare;
}

const trim = (path: string): string => path.replace(/\/$/, "");
