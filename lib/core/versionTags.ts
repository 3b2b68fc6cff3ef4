/** The tags under which a version may stand. A tag cannot hold a plus: Helm writes an underscore for it. */
export const tagsOf = (version: string): readonly string[] => [...new Set([version, version.replaceAll("+", "_")])];

/** The versions that a tag may stand for. */
export const versionsOf = (tag: string): readonly string[] => [...new Set([tag, tag.replaceAll("_", "+")])];
