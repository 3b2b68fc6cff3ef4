/** Which part of KQL a service accepts. What is not named here is refused. */
export interface Dialect {
  readonly name: string;
  /** Parser classes of the tabular operators. */
  readonly operators: ReadonlySet<string>;
  readonly joinKinds: ReadonlySet<string>;
  readonly allowsLet: boolean;
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
  allowsLet: false,
  maxJoins: 3,
  maxUnionLegs: 3,
  maxMvExpands: 3,
  mvExpandRows: { default: 128, max: 400 },
};

/** Log Analytics, as far as the evaluator goes; the service itself has more. */
export const logAnalyticsDialect: Dialect = {
  name: "Log Analytics",
  operators: new Set([...COMMON_OPERATORS, "ProjectRenameOperator", "ProjectKeepOperator", "ProjectReorderOperator"]),
  joinKinds: new Set(["innerunique", "inner", "leftouter", "leftanti", "leftsemi"]),
  allowsLet: true,
  maxJoins: Infinity,
  maxUnionLegs: Infinity,
  maxMvExpands: Infinity,
  mvExpandRows: { default: Infinity, max: Infinity },
};
