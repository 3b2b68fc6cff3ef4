import { type GraphOptions, readWhole } from "../graph/options.ts";

/** What the figures of one estate are for. */
export const SETS = ["nights", "abac", "rate"] as const;
export type SetName = (typeof SETS)[number] | "million";

export interface RegistryOptions extends Pick<GraphOptions, "heapMb" | "profile"> {
  readonly set: SetName;
  /** Of the registry; of `rate`, nothing. */
  readonly repositories: number;
  /** Of `rate` only. */
  readonly deletions: number;
}

type Values = Readonly<Record<string, string | undefined>>;

/** Smaller sizes prove nothing about the limits. */
export const FULL_SIZE = { nights: 5_000, abac: 5_000, million: 200_000, rate: 4_000 } as const;

/** Options of each set to measure. Throws where a number is none, or a set is not known. */
export function readRegistryOptions(
  values: Values,
  common: Pick<GraphOptions, "heapMb" | "profile">,
): RegistryOptions[] {
  const only = SETS.find((set) => set === values["only"]);
  if (values["only"] !== undefined && !only) throw new RangeError(`--only takes one of ${SETS.join(", ")}`);
  return (only ? [only] : SETS).map((set) => toOptions(set, values, common));
}

export const readMillionOptions = (values: Values, common: Pick<GraphOptions, "heapMb" | "profile">): RegistryOptions =>
  toOptions("million", values, common);

function toOptions(set: SetName, values: Values, common: Pick<GraphOptions, "heapMb" | "profile">): RegistryOptions {
  const repositories = set === "million" ? FULL_SIZE.million : FULL_SIZE.nights;
  return {
    heapMb: common.heapMb,
    profile: common.profile,
    set,
    repositories: readWhole(values["repositories"], repositories),
    deletions: readWhole(values["deletions"], FULL_SIZE.rate),
  };
}
