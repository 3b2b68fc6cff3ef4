import { posix } from "node:path";
import { z } from "zod";

/** https://nodejs.org/api/packages.html#conditional-exports: the conditions that Node itself sets. */
const NODE_CONDITIONS: ReadonlySet<string> = new Set([
  "node-addons",
  "node",
  "import",
  "require",
  "module-sync",
  "default",
]);

/** Files of a package that its package.json names; `*` stands for any text. */
export interface EntryPoints {
  /** What Node may load, under any of its conditions. */
  readonly node: readonly string[];
  /** What only others load: browsers, bundlers, other runtimes. */
  readonly foreign: readonly string[];
}

const PackageSchema = z.object({
  main: z.string().optional(),
  exports: z.unknown().optional(),
  imports: z.unknown().optional(),
  browser: z.unknown().optional(),
});

/** `foreign` is empty where the package says nothing of other platforms. */
export function findEntryPoints(packageJson: unknown): EntryPoints {
  const { main = "index.js", exports, imports, browser } = PackageSchema.parse(packageJson);
  const replacements = z.record(z.string(), z.unknown()).safeParse(browser).data;
  const named = [...listTargets(exports, true), ...listTargets(imports, true), ...listTargets(replacements, false)];
  const node = new Set([posix.normalize(main), ...named.filter(({ byNode }) => byNode).map(({ file }) => file)]);
  const foreign = new Set(named.map(({ file }) => file).filter((file) => !node.has(file)));
  return { node: [...node], foreign: [...foreign] };
}

interface Target {
  readonly file: string;
  readonly byNode: boolean;
}

/** Which of several conditions wins does not matter: a file that one of Node's leads to counts as Node's. */
function listTargets(value: unknown, byNode: boolean): readonly Target[] {
  if (typeof value === "string") return value.startsWith("./") ? [{ file: posix.normalize(value), byNode }] : [];
  if (Array.isArray(value)) return value.flatMap((item) => listTargets(item, byNode));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listTargets(item, byNode && isForNode(key)));
}

const isForNode = (key: string): boolean => key.startsWith(".") || key.startsWith("#") || NODE_CONDITIONS.has(key);
