import { LOG_FUNCTIONS } from "./logFunctions.ts";

/** Which part of KQL a service accepts. What is not named here is refused. */
export interface Dialect {
  readonly name: string;
  /** Parser classes of the tabular operators. */
  readonly operators: ReadonlySet<string>;
  readonly joinKinds: ReadonlySet<string>;
  /** Functions and aggregates on top of those that every dialect has. */
  readonly functions: ReadonlySet<string>;
  readonly allowsLet: boolean;
  /** Calculations around aggregates: `summarize share = 100 * countif(x) / count()`. */
  readonly allowsCalculatedAggregates: boolean;
  /** `toscalar()`; `materialize()` stands in a `let` only. */
  readonly allowsSubqueries: boolean;
  readonly maxJoins: number;
  readonly maxUnionLegs: number;
  readonly maxMvExpands: number;
  /** Rows that `mv-expand` makes of one row: without a limit clause, and at most. */
  readonly mvExpandRows: { readonly default: number; readonly max: number };
}

const COMMON_OPERATORS = [
  "FilterOperator",
  "ProjectOperator",
  "ProjectAwayOperator",
  "ExtendOperator",
  "SortOperator",
  "TopOperator",
  "TakeOperator",
  "CountOperator",
  "DistinctOperator",
  "SummarizeOperator",
  "JoinOperator",
  "MvExpandOperator",
  "UnionOperator",
];

/**
 * Azure Resource Graph.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language#supported-tabulartop-level-operators
 */
export const argDialect: Dialect = {
  name: "Azure Resource Graph",
  operators: new Set(COMMON_OPERATORS),
  joinKinds: new Set(["innerunique", "inner", "leftouter"]),
  functions: new Set(),
  allowsLet: false,
  allowsCalculatedAggregates: false,
  allowsSubqueries: false,
  maxJoins: 3,
  maxUnionLegs: 3,
  maxMvExpands: 3,
  mvExpandRows: { default: 128, max: 400 },
};

/** Log Analytics, as far as the evaluator goes; the service itself has more. */
export const logAnalyticsDialect: Dialect = {
  name: "Log Analytics",
  operators: new Set([...COMMON_OPERATORS, "ProjectRenameOperator", "ProjectKeepOperator", "ProjectReorderOperator"]),
  joinKinds: new Set([
    "innerunique",
    "inner",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftanti",
    "leftsemi",
    "rightanti",
    "rightsemi",
  ]),
  functions: new Set([
    ...Object.keys(LOG_FUNCTIONS),
    "arg_max",
    "arg_min",
    "maxif",
    "minif",
    "make_set_if",
    "make_list_if",
  ]),
  allowsLet: true,
  allowsCalculatedAggregates: true,
  allowsSubqueries: true,
  maxJoins: Infinity,
  maxUnionLegs: Infinity,
  maxMvExpands: Infinity,
  mvExpandRows: { default: Infinity, max: Infinity },
};
