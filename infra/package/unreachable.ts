import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findEntryPoints } from "./entryPoints.ts";
import { isForeignFolder, isTest } from "./fileKinds.ts";
import { findPackageFolder } from "./lockedPackages.ts";
import { isMentioned, listMentions } from "./mentions.ts";

/** A staged app: its root and all its files, relative to that. */
export interface Staged {
  readonly root: string;
  readonly paths: readonly string[];
}

/**
 * The files that no process of the app can load: builds that their package names for other platforms than Node, and tests.
 * What a remaining file mentions stays. A package that does not say what is for whom keeps everything but its tests.
 */
export function listUnreachable(staged: Staged): ReadonlySet<string> {
  const mentions = readMentions(staged);
  let places = listPlaces(staged);
  for (;;) {
    const inside = new Set(staged.paths.filter((path) => listPrefixes(path).some((prefix) => places.has(prefix))));
    const used = [...new Set(staged.paths.flatMap((path) => (inside.has(path) ? [] : (mentions.get(path) ?? []))))];
    const left = new Set([...places].filter((place) => !used.some((mention) => isMentioned(place, mention))));
    if (left.size === places.size) return inside;
    places = left;
  }
}

/** The path and all folders above it, the top one first; folders end in a slash. */
const listPrefixes = (path: string): readonly string[] =>
  Array.from(path.matchAll(/\/|$/g), ({ index }) => path.slice(0, index + 1));

/** Folders and files that go unless something mentions them. */
function listPlaces({ root, paths }: Staged): ReadonlySet<string> {
  const places = groupByPackage(paths).flatMap(([folder, files]) => {
    const packageJson: unknown = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const { node, foreign } = findEntryPoints(packageJson);
    return [...findTopmost(files, isTest), ...findTopmost(foreign, isForeignFolder)]
      .filter((place) => !node.some((target) => overlaps(place, target)))
      .map((place) => `${folder}/${place}`);
  });
  return new Set(places);
}

const findTopmost = (files: readonly string[], is: (prefix: string) => boolean): readonly string[] =>
  files.flatMap((file) => listPrefixes(file).find(is) ?? []);

/** True where the target is the place, or in it, or may be. */
function overlaps(place: string, target: string): boolean {
  if (!target.includes("*")) return isMentioned(place, target);
  const fixed = target.slice(0, target.indexOf("*"));
  return fixed.startsWith(place) || place.startsWith(fixed);
}

/** Files relative to their package. */
function groupByPackage(paths: readonly string[]): readonly (readonly [folder: string, files: readonly string[]])[] {
  const groups = Map.groupBy(paths, (path) => findPackageFolder(path) ?? "");
  groups.delete("");
  return [...groups].map(([folder, files]) => [folder, files.map((file) => file.slice(folder.length + 1))]);
}

function readMentions({ root, paths }: Staged): ReadonlyMap<string, readonly string[]> {
  const folders = new Set(paths.flatMap((path) => findPackageFolder(path) ?? []));
  const byName = Map.groupBy(folders, (folder) =>
    folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
  );
  const code = paths.filter((path) => /\.[cm]?js$/.test(path));
  return new Map(
    code.map((path) => [path, listMentions({ path, text: readFileSync(join(root, path), "utf8") }, byName)]),
  );
}
