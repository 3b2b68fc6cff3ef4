import type { Evaluate, Scope } from "./scope.ts";
import { kindOf, type SyntaxNode } from "./syntax.ts";
import { toText, type Row } from "./values.ts";

/** The compiler of any expression, handed to the parts of it: the parts cannot import it without a cycle. */
export type Compile = (node: SyntaxNode, scope: Scope) => Evaluate;

export const isLiteral = (node: SyntaxNode): boolean => kindOf(node) === "LiteralExpression";

interface TextOptions {
  readonly scope: Scope;
  readonly compile: Compile;
  /** Lower-case the text, for the operators that ignore case. */
  readonly fold: boolean;
}

/** Compiles an operand of a text operator. A literal is folded once, not once per row. */
export function compileText(node: SyntaxNode, { scope, compile, fold }: TextOptions): (row: Row) => string {
  const evaluate = compile(node, scope);
  const read = fold ? (row: Row) => toText(evaluate(row)).toLowerCase() : (row: Row) => toText(evaluate(row));
  if (!isLiteral(node)) return read;
  const text = read({});
  return () => text;
}
