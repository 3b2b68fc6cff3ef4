import { compileBinary } from "./binaryOperators.ts";
import { compileText, isLiteral } from "./compileText.ts";
import { readDynamic, readLiteral } from "./literals.ts";
import { LOG_FUNCTIONS } from "./logFunctions.ts";
import { SCALAR_FUNCTIONS, type ScalarFunction } from "./scalarFunctions.ts";
import type { Evaluate, Scope, TableData } from "./scope.ts";
import {
  childOf,
  columnsOf,
  findChild,
  hasName,
  itemsOf,
  kindOf,
  mistyped,
  nameOf,
  symbolKindOf,
  textOf,
  tokenOf,
  typeOf,
  unsupported,
  type SyntaxNode,
} from "./syntax.ts";
import { hasTerm } from "./text.ts";
import { compareValues, memberOf, Timespan, toText, type Row, type Value } from "./values.ts";

/** Compiles a scalar expression to a function of a row. What is not supported throws here, before any row is read. */
export function compileExpression(node: SyntaxNode, scope: Scope): Evaluate {
  const kind = kindOf(node);
  const compiler = COMPILERS[kind];
  if (!compiler) throw unsupported(node, `The expression '${textOf(node)}' (${kind})`);
  return compiler(node, scope);
}

const COMPILERS: Readonly<Record<string, (node: SyntaxNode, scope: Scope) => Evaluate>> = {
  LiteralExpression: (node) => constant(readLiteral(node)),
  CompoundStringLiteralExpression: (node) => constant(readLiteral(node)),
  DynamicExpression: (node) => constant(readDynamic(node)),
  NameReference: compileName,
  ParenthesizedExpression: (node, scope) => compileExpression(childOf(node, "Expression"), scope),
  SimpleNamedExpression: (node, scope) => compileExpression(childOf(node, "Expression"), scope),
  PathExpression: compilePath,
  ElementExpression: compileElement,
  PrefixUnaryExpression: compileSign,
  BinaryExpression: (node, scope) => compileBinary(node, scope, compileExpression),
  InExpression: compileIn,
  HasAnyExpression: (node, scope) => compileHasMany(node, scope, (texts, holds) => texts.some(holds)),
  HasAllExpression: (node, scope) => compileHasMany(node, scope, (texts, holds) => texts.every(holds)),
  BetweenExpression: compileBetween,
  FunctionCallExpression: compileCall,
  ToScalarExpression: compileToScalar,
};

const constant = (value: Value): Evaluate => {
  return () => value;
};

function compileName(node: SyntaxNode, scope: Scope): Evaluate {
  const name = nameOf(node);
  switch (symbolKindOf(node)) {
    case "ColumnSymbol": {
      const empty = typeOf(node) === "string" ? "" : null;
      return (row) => row[name] ?? empty;
    }
    case "VariableSymbol": {
      const scalar = scope.scalars.get(name);
      if (scalar) return scalar;
      throw unsupported(node, `The name '${name}' as a value`);
    }
    default:
      throw unsupported(node, `The name '${name}' as a value`);
  }
}

function compilePath(node: SyntaxNode, scope: Scope): Evaluate {
  const selector = childOf(node, "Selector");
  const owner = compileExpression(childOf(node, "Expression"), scope);
  if (hasName(selector)) {
    const name = nameOf(selector);
    return (row) => memberOf(owner(row), name);
  }
  throw unsupported(node, `The path '${textOf(node)}'`);
}

function compileElement(node: SyntaxNode, scope: Scope): Evaluate {
  const owner = compileExpression(childOf(node, "Expression"), scope);
  const key = compileExpression(childOf(childOf(node, "Selector"), "Expression"), scope);
  return (row) => {
    const value = key(row);
    return typeof value === "string" || typeof value === "number" ? memberOf(owner(row), value) : null;
  };
}

function compileSign(node: SyntaxNode, scope: Scope): Evaluate {
  const operand = compileExpression(childOf(node, "Expression"), scope);
  const sign = tokenOf(node, "Operator") === "-" ? -1 : 1;
  return (row) => {
    const value = operand(row);
    if (value instanceof Timespan) return new Timespan(sign * value.ms);
    return typeof value === "number" ? sign * value : null;
  };
}

function listNodes(node: SyntaxNode): SyntaxNode[] {
  const nodes = itemsOf(childOf(node, "Right"), "Expressions");
  const table = nodes.find((item) => kindOf(item) === "PipeExpression" || symbolKindOf(item) === "TableSymbol");
  if (table) throw unsupported(table, "A table on the right of " + tokenOf(node, "Operator"));
  return nodes;
}

/** An item may itself be an array: `in (dynamic(["a", "b"]))`. */
function compileList(node: SyntaxNode, scope: Scope, fold: boolean): (row: Row) => readonly string[] {
  const items = listNodes(node);
  const values = items.map((item) => compileExpression(item, scope));
  const read = (row: Row): string[] =>
    values.flatMap((evaluate) => evaluate(row)).map((value) => (fold ? toText(value).toLowerCase() : toText(value)));
  if (!items.every((item) => isLiteral(item) || kindOf(item) === "DynamicExpression")) return read;
  const texts = read({});
  return () => texts;
}

function compileIn(node: SyntaxNode, scope: Scope): Evaluate {
  const operator = tokenOf(node, "Operator");
  const fold = operator.endsWith("~");
  const wanted = !operator.startsWith("!");
  const evaluate = compileExpression(childOf(node, "Left"), scope);
  const list = compileList(node, scope, fold);
  const sets = new WeakMap<readonly string[], ReadonlySet<string>>();
  return (row) => {
    const value = evaluate(row);
    if (value === null) return !wanted;
    const texts = list(row);
    const set = sets.get(texts) ?? new Set(texts);
    sets.set(texts, set);
    return set.has(fold ? toText(value).toLowerCase() : toText(value)) === wanted;
  };
}

type Quantifier = (texts: readonly string[], holds: (text: string) => boolean) => boolean;

function compileHasMany(node: SyntaxNode, scope: Scope, quantify: Quantifier): Evaluate {
  const left = compileText(childOf(node, "Left"), { scope, compile: compileExpression, fold: true });
  const list = compileList(node, scope, true);
  return (row) => {
    const text = left(row);
    return quantify(list(row), (part) => hasTerm(text, part));
  };
}

function compileBetween(node: SyntaxNode, scope: Scope): Evaluate {
  const couple = childOf(node, "Right");
  const left = compileExpression(childOf(node, "Left"), scope);
  const from = compileExpression(childOf(couple, "First"), scope);
  const to = compileExpression(childOf(couple, "Second"), scope);
  const wanted = !tokenOf(node, "Operator").startsWith("!");
  return (row) => {
    const value = left(row);
    const start = from(row);
    const end = to(row);
    const upper = end instanceof Timespan && start instanceof Date ? new Date(start.getTime() + end.ms) : end;
    const above = compareValues(value, start);
    const below = compareValues(value, upper);
    return above === undefined || below === undefined ? null : (above >= 0 && below <= 0) === wanted;
  };
}

function compileCall(node: SyntaxNode, scope: Scope): Evaluate {
  const name = nameOf(childOf(node, "Name"));
  const aggregate = scope.aggregate?.(node);
  if (aggregate) return aggregate;
  scope.calls.push({ name, text: textOf(node), type: typeOf(node) });
  const args = itemsOf(childOf(node, "ArgumentList"), "Expressions").map((arg) => compileExpression(arg, scope));
  if (name === "iff" || name === "iif" || name === "case") return compileCase(args);
  if (name === "now" || name === "ago") return compileClock(name, args, scope);
  const call = findFunction(name, scope);
  if (!call) throw unsupported(node, `The function '${name}'`);
  const [first, second] = args;
  if (first && args.length === 1) return (row) => call(first(row));
  if (first && second && args.length === 2) return (row) => call(first(row), second(row));
  return (row) => call(...args.map((arg) => arg(row)));
}

function findFunction(name: string, { dialect }: Scope): ScalarFunction | undefined {
  if (Object.hasOwn(SCALAR_FUNCTIONS, name)) return SCALAR_FUNCTIONS[name];
  return dialect.functions.has(name) && Object.hasOwn(LOG_FUNCTIONS, name) ? LOG_FUNCTIONS[name] : undefined;
}

/** The first value of the first row, computed once per run; null where there is no row. */
function compileToScalar(node: SyntaxNode, scope: Scope): Evaluate {
  if (!scope.dialect.allowsSubqueries) throw unsupported(node, `'toscalar' in ${scope.dialect.name}`);
  if (findChild(node, "KindParameter")) throw unsupported(node, "A parameter of 'toscalar'");
  const table = childOf(node, "Expression");
  const name = columnsOf(table)[0]?.name ?? "";
  const source = scope.subquery(table);
  const known = new WeakMap<TableData, Value>();
  return () => {
    const data = scope.data.current;
    if (!data) throw unsupported(node, "'toscalar' where a constant is expected");
    if (!known.has(data)) known.set(data, source(data)[0]?.[name] ?? null);
    return known.get(data) ?? null;
  };
}

/** `iff` and `case`: condition, value, condition, value, ..., value otherwise. Only the chosen value is computed. */
function compileCase(args: readonly Evaluate[]): Evaluate {
  return (row) => {
    let index = 0;
    while (index + 2 < args.length && args[index]?.(row) !== true) index += 2;
    const chosen = index + 2 < args.length ? args[index + 1] : args[index];
    return chosen?.(row) ?? null;
  };
}

function compileClock(name: string, args: readonly Evaluate[], { now }: Scope): Evaluate {
  const sign = name === "ago" ? -1 : 1;
  return (row) => {
    const offset = args[0]?.(row) ?? new Timespan(0);
    return offset instanceof Timespan ? new Date(now + sign * offset.ms) : null;
  };
}

/** Refuses a key that has no type, as the service does; the parser checks `order`, `distinct` and `summarize` itself. */
export function refuseDynamicKey(node: SyntaxNode, what: string): void {
  if (typeOf(node) === "dynamic")
    throw mistyped(node, `${what} '${textOf(node)}' is of a 'dynamic' type. Please use an explicit cast`);
}
