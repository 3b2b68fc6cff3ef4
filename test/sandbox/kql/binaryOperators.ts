import { compileText, type Compile } from "./compileText.ts";
import type { Evaluate, Scope } from "./scope.ts";
import { childOf, mistyped, textOf, tokenOf, typeOf, unsupported, type SyntaxNode } from "./syntax.ts";
import { TEXT_TESTS, toRegExp } from "./text.ts";
import { compareValues, equals, Timespan, toText, type Value } from "./values.ts";

interface Operands {
  readonly node: SyntaxNode;
  readonly left: Evaluate;
  readonly right: Evaluate;
}

const ORDER_TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
const NUMERIC = new Set<string>(["long", "int", "real"]);
const INTEGER = new Set<string>(["long", "int"]);

/** Compiles `left operator right`, whatever the operator; an operator that is not known here is an explicit error. */
export function compileBinary(node: SyntaxNode, scope: Scope, compile: Compile): Evaluate {
  const operator = tokenOf(node, "Operator");
  const text = compileTextOperator(node, { scope, compile, operator });
  if (text) return text;
  const operands = {
    node,
    left: compile(childOf(node, "Left"), scope),
    right: compile(childOf(node, "Right"), scope),
  };
  if (operator === "and" || operator === "or") return compileLogic(operands, operator === "or");
  if (operator === "==" || operator === "!=" || operator === "<>") return compileEquality(operands, operator === "==");
  const test = ORDER_TESTS[operator];
  return test ? compileOrder(operands, test) : compileArithmetic(operands, operator);
}

/** `=~`, `contains`, `!has_cs`, `matches regex` and their like; undefined for any other operator. */
function compileTextOperator(
  node: SyntaxNode,
  { scope, compile, operator }: { scope: Scope; compile: Compile; operator: string },
): Evaluate | undefined {
  const [, negation, name = "", caseSensitive] = /^(!?)(.+?)(_cs)?$/.exec(operator) ?? [];
  const test = name === "=~" || operator === "!~" ? (a: string, b: string) => a === b : TEXT_TESTS[name];
  const operand = (side: string, fold: boolean) => compileText(childOf(node, side), { scope, compile, fold });
  if (operator === "matches regex") return compileRegExp(node, operand("Left", false), operand("Right", false));
  if (!test) return undefined;
  const left = operand("Left", !caseSensitive);
  const right = operand("Right", !caseSensitive);
  return negation ? (row) => !test(left(row), right(row)) : (row) => test(left(row), right(row));
}

function compileRegExp(
  node: SyntaxNode,
  text: (row: Parameters<Evaluate>[0]) => string,
  pattern: typeof text,
): Evaluate {
  const known = new Map<string, RegExp>();
  return (row) => {
    const source = pattern(row);
    const expression = known.get(source) ?? readPattern(node, source);
    known.set(source, expression);
    return expression.test(text(row));
  };
}

function readPattern(node: SyntaxNode, pattern: string): RegExp {
  try {
    return toRegExp(pattern);
  } catch {
    throw mistyped(node, `'${pattern}' is not a regular expression that can be evaluated`);
  }
}

/** Three-valued: null stands for "unknown" unless the other side decides alone. */
function compileLogic({ left, right }: Operands, decisive: boolean): Evaluate {
  return (row) => {
    const first = left(row);
    if (first === decisive) return decisive;
    const second = right(row);
    if (second === decisive) return decisive;
    return first === null || second === null ? null : !decisive;
  };
}

function compileEquality({ node, left, right }: Operands, wanted: boolean): Evaluate {
  checkComparable(node);
  const types = [typeOf(childOf(node, "Left")), typeOf(childOf(node, "Right"))];
  // A dynamic value is compared with a string by its text: `properties.enabled == 'true'` holds for a JSON true.
  const asText = types.includes("dynamic") && types.includes("string");
  const read = (value: Value): Value => (asText && value !== null ? toText(value) : value);
  return (row) => {
    const result = equals(read(left(row)), read(right(row)));
    return result === null ? null : result === wanted;
  };
}

function compileOrder({ node, left, right }: Operands, test: (order: number) => boolean): Evaluate {
  checkComparable(node);
  return (row) => {
    const order = compareValues(left(row), right(row));
    return order === undefined ? null : test(order);
  };
}

/** The parser lets these pass; the service does not. */
function checkComparable(node: SyntaxNode): void {
  const left = typeOf(childOf(node, "Left"));
  const right = typeOf(childOf(node, "Right"));
  if (!left || !right) return;
  const isSame = left === right || (NUMERIC.has(left) && NUMERIC.has(right));
  const isText = (type: string): boolean => type === "string" || type === "guid";
  const fits = left === "dynamic" || right === "dynamic" ? left !== right : isSame || (isText(left) && isText(right));
  if (!fits) {
    const message = `Cannot compare values of types ${left} and ${right}. Try adding explicit casts`;
    throw mistyped(node, message);
  }
}

function compileArithmetic({ node, left, right }: Operands, operator: string): Evaluate {
  const isInteger = INTEGER.has(typeOf(node) ?? "");
  const calculate = ARITHMETIC[operator];
  if (!calculate) throw unsupported(node, `The operator '${operator}' in '${textOf(node)}'`);
  return (row) => {
    const result = calculate(left(row), right(row));
    if (typeof result === "number" && !Number.isFinite(result)) return null;
    return isInteger && typeof result === "number" ? Math.trunc(result) : result;
  };
}

const toMs = (value: Value): number | null => {
  if (value instanceof Timespan) return value.ms;
  return typeof value === "number" ? value : null;
};

function combine(calculate: (a: number, b: number) => number): (a: Value, b: Value) => Value {
  return (a, b) => {
    const left = toMs(a);
    const right = toMs(b);
    if (left === null || right === null) return null;
    const result = calculate(left, right);
    // A duration divided by a duration is a number; every other mixture stays a duration.
    const spans = Number(a instanceof Timespan) + Number(b instanceof Timespan);
    return spans === 1 || (spans === 2 && calculate !== divide) ? new Timespan(result) : result;
  };
}

const divide = (a: number, b: number): number => a / b;
const add = combine((a, b) => a + b);
const subtract = combine((a, b) => a - b);

const ARITHMETIC: Readonly<Record<string, (a: Value, b: Value) => Value>> = {
  "+": (a, b) => {
    if (a instanceof Date) return b instanceof Timespan ? new Date(a.getTime() + b.ms) : null;
    return b instanceof Date && a instanceof Timespan ? new Date(b.getTime() + a.ms) : add(a, b);
  },
  "-": (a, b) => {
    if (!(a instanceof Date)) return subtract(a, b);
    if (b instanceof Date) return new Timespan(a.getTime() - b.getTime());
    return b instanceof Timespan ? new Date(a.getTime() - b.ms) : null;
  },
  "*": combine((a, b) => a * b),
  "/": combine(divide),
  "%": combine((a, b) => a % b),
};
