import type { Node } from "./bicep/tree.ts";
import { listBicepFiles } from "./infra.ts";
import type { BicepFile } from "./bicep/syntax.ts";
import { childrenOf, parseBicep } from "./bicep/syntax.ts";

/** Parameters, variables, types and references to existing resources that nothing uses: the linter's rules, where no linter can be had. */
export const findUnused = (folder: string): string[] =>
  listBicepFiles(folder)
    .filter((file) => file.endsWith(".bicep") && !file.endsWith("types.bicep"))
    .flatMap((file) => listUnused(parseBicep(file)));

function listUnused(file: BicepFile): string[] {
  const used = countNames(file.root);
  return [...file.declarations.values()]
    .filter(({ kind, isExisting }) => kind === "param" || kind === "var" || isExisting)
    .filter(({ name }) => (used.get(name) ?? 0) < 2)
    .map(({ kind, name }) => `${file.file}: ${kind} ${name} is not used`);
}

/** How often each name stands in a file as a name of its own; once is its declaration. A property may be called the same. */
function countNames(node: Node, counts = new Map<string, number>()): Map<string, number> {
  const children = childrenOf(node);
  for (const [index, child] of children.entries()) {
    const isKey = node.type === "object_property" && index === 0;
    if (child.type === "identifier" && !isKey) counts.set(child.text, (counts.get(child.text) ?? 0) + 1);
    countNames(child, counts);
  }
  return counts;
}
