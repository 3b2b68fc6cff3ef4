/**
 * Why a snapshot is not proven complete. Not knowing means keeping: any reason stops marking for what it covers, the whole
 * tenant for a graph reason, one registry or one repository for an inventory reason.
 */
export const INCOMPLETE_REASONS = {
  rowsMissing: "Resource Graph returned fewer rows than it counted",
  resultTruncated: "Resource Graph truncated the result",
  tenantLimitHit: "the tenant has more subscriptions than Resource Graph answers for",
  queryFailed: "the Resource Graph query failed",
  rowUnreadable: "a row could not be read",
  subscriptionNotVisible: "an expected subscription is not visible",
  subscriptionNotReadable: "the right to read the whole subscription is not proven",
  subscriptionOutOfScope: "a subscription outside the configured scope holds resources of AOSM",
  absenceUnconfirmed: "a resource vanished from Resource Graph, and ARM does not confirm that it is gone",
  tooManyAbsent: "more vanished than may be confirmed one by one in one run",
  baselineLost: "the last complete snapshot does not hold any more what it counted",
  implausibleFall: "the count fell by more than is plausible",
  catalogueRefused: "the catalogue may not be read: only repositories that artifact manifests list are looked at",
  catalogueFailed: "the list of repositories could not be read to its end",
  repositoryHidden: "a repository is missing from the catalogue but still there",
  listingFailed: "the registry manifests of a repository could not be listed to the end",
  manifestHidden: "a registry manifest is missing from its listing but still there",
  countMismatch: "the registry counts other than it lists",
  tooManyTags: "a registry manifest has more tags than can be stored",
  registryUnusable: "the registry cannot be used",
  partMissing: "a part was never delivered",
} as const;

export type IncompleteCode = keyof typeof INCOMPLETE_REASONS;

/** What a person may lift with a word of their own: it is about what is probable. All others are about what was not seen. */
export const ACCEPTABLE_REASONS: ReadonlySet<IncompleteCode> = new Set(["implausibleFall"]);

export interface IncompleteReason {
  readonly code: IncompleteCode;
  /** What it is about: a resource id, a subscription, a repository. */
  readonly subject?: string;
  /** Set where only this repository is affected. */
  readonly repository?: string;
  readonly detail?: string;
  /** The service that refused the observer (401 or 403); not there where something else went wrong. */
  readonly service?: "ARM" | "registry";
}

/** True where the reason leaves the rest of its part as known as it is: one repository, or what nobody names. */
export const isPartial = ({ code, repository }: IncompleteReason): boolean =>
  repository !== undefined || code === "catalogueRefused";

/** A reason that is stored with a repository: its code, then what was met. */
export type IncompleteText = `${IncompleteCode}: ${string}`;

const toCode = (text: string): string => text.slice(0, text.indexOf(":"));

export const isIncompleteText = (text: unknown): text is IncompleteText =>
  typeof text === "string" && Object.hasOwn(INCOMPLETE_REASONS, toCode(text));

export function codeOfText(text: IncompleteText): IncompleteCode {
  const code = Object.keys(INCOMPLETE_REASONS).find((known): known is IncompleteCode => known === toCode(text));
  return code ?? "listingFailed";
}

/** Falls by fewer items than this are everyday work. */
export const SMALL_FALL = 20;

/** True where `now` is implausibly small next to `before`; `explained` of the missing ones were deleted by this service. */
export function isImplausibleFall(
  before: number,
  now: number,
  limits: { readonly explained: number; readonly maxShare: number },
): boolean {
  const fall = before - now - limits.explained;
  return fall >= SMALL_FALL && fall > before * limits.maxShare;
}

export function describeReason({ code, subject, repository, detail }: IncompleteReason): string {
  const about = [subject, repository].filter((part) => part !== undefined).join(" ");
  return [INCOMPLETE_REASONS[code], about, detail].filter(Boolean).join(": ");
}
