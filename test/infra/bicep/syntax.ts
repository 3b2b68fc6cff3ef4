import { readFileSync } from "node:fs";
import type { Node } from "./tree.ts";
import { parseTree } from "./tree.ts";

export type Kind = "param" | "var" | "resource" | "module" | "output" | "type";

/** One statement of a Bicep file. */
export interface Declaration {
  readonly kind: Kind;
  readonly name: string;
  readonly file: string;
  /** Of parameters and outputs, as it is written. */
  readonly type: string;
  /** Of resources `<type>@<version>`, of modules the path. */
  readonly path: string;
  readonly isExisting: boolean;
  readonly decorators: ReadonlyMap<string, readonly Node[]>;
  readonly value: Node | undefined;
  readonly node: Node;
}

export interface BicepFile {
  readonly file: string;
  readonly targetScope: string;
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly outputs: readonly Declaration[];
  readonly root: Node;
}

const KINDS: Readonly<Record<string, Kind>> = {
  parameter_declaration: "param",
  variable_declaration: "var",
  resource_declaration: "resource",
  module_declaration: "module",
  output_declaration: "output",
  type_declaration: "type",
};

/** Reads a `.bicep` or `.bicepparam` file. Throws where the grammar finds anything that is not Bicep. */
export function parseBicep(file: string): BicepFile {
  const source = readFileSync(file, "utf8");
  // The grammar knows parameters with a type only; in a parameter file none has one.
  const text = file.endsWith(".bicepparam") ? source.replaceAll(/^param (\w+) =/gm, "var $1 =") : source;
  const root = parseTree(text);
  const broken = findBroken(root);
  if (broken) throw new Error(`${file}:${broken.startPosition.row + 1}: not Bicep: ${broken.text.slice(0, 80)}`);
  const all = listDeclarations(file, root);
  const outputs = all.filter(({ kind }) => kind === "output");
  const named = all.filter(({ kind }) => kind !== "output");
  const declarations = new Map(named.map((declaration) => [declaration.name, declaration]));
  if (declarations.size !== named.length) throw new Error(`${file}: declares a name twice`);
  return { file, targetScope: readTargetScope(root), declarations, outputs, root };
}

function findBroken(node: Node): Node | undefined {
  if (!node.hasError) return undefined;
  if (node.isError || node.isMissing) return node;
  for (const child of childrenOf(node)) {
    const broken = findBroken(child);
    if (broken) return broken;
  }
  return node;
}

function listDeclarations(file: string, root: Node): Declaration[] {
  const found: Declaration[] = [];
  let decorators = new Map<string, readonly Node[]>();
  for (const node of namedOf(root)) {
    if (node.type === "decorators") decorators = readDecorators(node);
    const kind = KINDS[node.type];
    if (kind) found.push(readDeclaration(node, { file, kind, decorators }));
    if (node.type !== "decorators" && node.type !== "comment") decorators = new Map();
  }
  return found;
}

type Known = Pick<Declaration, "file" | "kind" | "decorators">;

function readDeclaration(node: Node, known: Known): Declaration {
  const children = childrenOf(node);
  const name = children.find(({ type }) => type === "identifier")?.text ?? "";
  const equals = children.findIndex(({ type }) => type === "=");
  const path = children.slice(0, Math.max(equals, 0)).find(({ type }) => type === "string");
  return {
    ...known,
    name,
    type: children.find(({ type }) => type === "type")?.text ?? "",
    path: path?.text.slice(1, -1) ?? "",
    isExisting: children.some(({ type }) => type === "existing"),
    value: equals < 0 ? undefined : children[equals + 1],
    node,
  };
}

function readDecorators(node: Node): Map<string, readonly Node[]> {
  const calls = namedOf(node).flatMap((decorator) => namedOf(decorator));
  return new Map(calls.map((call) => [namedOf(call)[0]?.text ?? "", namedOf(namedOf(call)[1])]));
}

function readTargetScope(root: Node): string {
  const scope = namedOf(root).find(({ type }) => type === "target_scope_assignment");
  return scope === undefined ? "resourceGroup" : (namedOf(scope)[0]?.text.slice(1, -1) ?? "");
}

export const childrenOf = (node: Node | undefined): readonly Node[] => node?.children ?? [];

export const namedOf = (node: Node | undefined): Node[] =>
  childrenOf(node).filter((child) => child.isNamed && child.type !== "comment" && child.type !== "diagnostic_comment");
