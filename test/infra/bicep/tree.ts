import { createRequire } from "node:module";

/** What is used of web-tree-sitter, whose own types need those of Emscripten and of a browser. */
export interface Node {
  readonly type: string;
  readonly text: string;
  readonly isNamed: boolean;
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number };
  readonly children: readonly Node[];
}

interface TreeSitter {
  readonly Parser: (new () => Parser) & { init(): Promise<void> };
  readonly Language: { load(path: string): Promise<object> };
}

interface Parser {
  setLanguage(language: object): void;
  parse(source: string): { readonly rootNode: Node } | null;
}

const require = createRequire(import.meta.url);
const { Language, Parser }: TreeSitter = require("web-tree-sitter");

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));

/** The tree of a source, with its errors in it. */
export function parseTree(source: string): Node {
  const tree = parser.parse(source);
  if (!tree) throw new Error("the grammar of Bicep was not loaded");
  return tree.rootNode;
}
