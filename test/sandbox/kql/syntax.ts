import { KqlError } from "./errors.ts";
import { classOf, fromKustoList, type BridgeList, type SyntaxNode } from "./kusto.ts";
import { COLUMN_TYPES, type Column, type ColumnType } from "./schema.ts";

export type { SyntaxNode };

const NO_TRIVIA = 0;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isList = (value: unknown): value is BridgeList<unknown> => isObject(value) && typeof value["Count"] === "number";

const isSyntaxNode = (value: unknown): value is SyntaxNode => isObject(value) && "ToString" in value;

/** A member of a node by its name in the parser; undefined where it has none. */
function readMember(node: object, name: string): unknown {
  const value: unknown = Reflect.get(node, name);
  return value;
}

/** The class of the node, such as `PipeExpression` or `FilterOperator`. */
export const kindOf = (node: SyntaxNode): string => classOf(node);

export const textOf = (node: SyntaxNode): string => node.ToString(NO_TRIVIA).trim();

export function findChild(node: SyntaxNode, name: string): SyntaxNode | undefined {
  const value = readMember(node, name);
  return isSyntaxNode(value) ? value : undefined;
}

export function childOf(node: SyntaxNode, name: string): SyntaxNode {
  const found = findChild(node, name);
  if (!found) throw unsupported(node, `${kindOf(node)} without ${name}`);
  return found;
}

/** The elements of a list member, without their separators; empty where the query leaves the list out. */
export function itemsOf(node: SyntaxNode, name: string): SyntaxNode[] {
  return readList(node, name)
    .map((item) => (isObject(item) ? (item["Element$1"] ?? item) : item))
    .filter(isSyntaxNode);
}

function readList(owner: object, name: string): unknown[] {
  const list = readMember(owner, name);
  return isList(list) ? fromKustoList(list) : [];
}

/** The text of an operator or keyword token, lower case: `has`, `!in~`, `asc`; empty where the query leaves it out. */
export function tokenOf(node: SyntaxNode, name: string): string {
  const token = findChild(node, name);
  const text = token ? readMember(token, "Text") : "";
  return typeof text === "string" ? text.toLowerCase() : "";
}

/** The value of a string literal, without its quotes and escapes. */
export const stringOf = (node: SyntaxNode): string => String(readMember(node, "LiteralValue"));

/** The name that a name reference or a name declaration stands for, without brackets and quotes. */
export function nameOf(node: SyntaxNode): string {
  const name = readMember(node, "SimpleName");
  if (typeof name !== "string") throw unsupported(node, `'${textOf(node)}' where a name is expected`);
  return name;
}

export const hasName = (node: SyntaxNode): boolean => typeof readMember(node, "SimpleName") === "string";

/** The name that the query gives to an expression (`name = expression`), if it does. */
export function givenNameOf(node: SyntaxNode): string | undefined {
  return kindOf(node) === "SimpleNamedExpression" ? nameOf(childOf(node, "Name")) : undefined;
}

/** The expression behind `name = expression`, or the node itself. */
export function withoutName(node: SyntaxNode): SyntaxNode {
  return kindOf(node) === "SimpleNamedExpression" ? childOf(node, "Expression") : node;
}

/** The class of the symbol that a name refers to, such as `ColumnSymbol`; empty where it refers to nothing known. */
export function symbolKindOf(node: SyntaxNode): string {
  const symbol = readMember(node, "ReferencedSymbol");
  return isObject(symbol) ? classOf(symbol) : "";
}

/** The scalar type that the parser infers; undefined where it cannot. */
export function typeOf(node: SyntaxNode): ColumnType | undefined {
  const type = readMember(node, "ResultType");
  return isObject(type) ? toColumnType(type) : undefined;
}

function toColumnType(type: object): ColumnType | undefined {
  const name = readMember(type, "Name");
  return COLUMN_TYPES.find((known) => known === name);
}

/** Whether the expression gives rows rather than a value. */
export function isTable(node: SyntaxNode): boolean {
  const type = readMember(node, "ResultType");
  return isObject(type) && isList(type["Columns"]);
}

/** The columns of a tabular expression or operator, in order. */
export function columnsOf(node: SyntaxNode): Column[] {
  const type = readMember(node, "ResultType");
  if (!isTable(node) || !isObject(type)) throw unsupported(node, `'${textOf(node)}' where a table is expected`);
  return readList(type, "Columns").map((column) => {
    const name = isObject(column) ? column["Name"] : undefined;
    const columnType = isObject(column) && isObject(column["Type"]) ? toColumnType(column["Type"]) : undefined;
    if (typeof name !== "string" || !columnType) throw unsupported(node, `The type of column '${String(name)}'`);
    return { name, type: columnType };
  });
}

/** The value of a named operator parameter such as `kind=inner`. */
export function parametersOf(node: SyntaxNode): Map<string, string> {
  const pairs = itemsOf(node, "Parameters").map((parameter): [string, string] => [
    nameOf(childOf(parameter, "Name")),
    textOf(childOf(parameter, "Expression")),
  ]);
  return new Map(pairs);
}

/** Operator parameters (`hint.*`, `kind=`) change what an operator does: one that is not handled is refused. */
export function refuseParameters(node: SyntaxNode): void {
  const [name] = parametersOf(node).keys();
  if (name !== undefined) throw unsupported(node, `The parameter '${name}'`);
}

export function unsupported(node: SyntaxNode, what: string): KqlError {
  const token = textOf(node);
  return new KqlError("unsupported", `${what} is not supported`, { position: node.TextStart, token });
}

export function mistyped(node: SyntaxNode, message: string): KqlError {
  return new KqlError("semantic", message, { position: node.TextStart, token: textOf(node) });
}
