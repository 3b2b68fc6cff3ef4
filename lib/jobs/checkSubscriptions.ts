import pMap from "p-map";
import type { IncompleteReason } from "../core/completeness.ts";
import { UpstreamError } from "../errors.ts";
import type { Acceptance } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { refusedBy } from "./refusedBy.ts";

const ARM_CONCURRENCY = 8;

/** What is known of subscriptions before the snapshot. */
export interface Expectation {
  /** Those of the last complete snapshot, and of every one that was taken since. */
  readonly known: readonly string[];
  /** Those that any id names. */
  readonly named: ReadonlySet<string>;
  readonly accepted: readonly Acceptance[];
}

export interface SubscriptionCheck {
  /** The next snapshot must see these too. */
  readonly expected: readonly string[];
  readonly reasons: readonly IncompleteReason[];
  /** What people said of subscriptions that are gone for good, carried on while it holds. */
  readonly accepted: readonly Acceptance[];
  /** These subscriptions: what was in them is gone too. */
  readonly gone: ReadonlySet<string>;
}

/**
 * Expected are the configured subscriptions, those of the last complete snapshot, and those that any id names. Each must be visible
 * in the scope, and readable as a whole; what is visible outside a narrow scope may hold nothing of AOSM.
 */
export async function checkSubscriptions(deps: Deps, expectation: Expectation): Promise<SubscriptionCheck> {
  const { known, named } = expectation;
  const wanted = [...new Set([...deps.config.expectedSubscriptions, ...known, ...named])].sort();
  try {
    const visible = new Set(await deps.graph.listSubscriptions(deps.config.graphScope));
    const accepted = listStillGone(expectation.accepted, visible);
    const gone = new Set(accepted.flatMap(({ reasons }) => reasons.flatMap(({ subject }) => subject ?? [])));
    const expected = [...new Set([...wanted, ...visible])].filter((id) => !gone.has(id)).sort();
    const reasons = await pMap(expected, (id) => checkSubscription(deps, id, visible.has(id)), {
      concurrency: ARM_CONCURRENCY,
    });
    const outside = await checkOutside(deps, visible, new Set([...expected, ...gone]));
    return { expected, accepted, gone, reasons: [...reasons.filter((reason) => reason !== undefined), ...outside] };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const reason: IncompleteReason = {
      code: "queryFailed",
      subject: "subscriptions",
      detail: error.message,
      ...refusedBy(error),
    };
    return { expected: wanted, accepted: expectation.accepted, gone: new Set(), reasons: [reason] };
  }
}

/** A subscription that is visible again is expected again, whatever was said of it. */
function listStillGone(accepted: readonly Acceptance[], visible: ReadonlySet<string>): readonly Acceptance[] {
  return accepted.flatMap((acceptance) => {
    const reasons = acceptance.reasons.filter(
      ({ code, subject }) => code === "subscriptionNotVisible" && subject !== undefined && !visible.has(subject),
    );
    return reasons.length === 0 ? [] : [{ ...acceptance, reasons }];
  });
}

async function checkSubscription(deps: Deps, subject: string, visible: boolean): Promise<IncompleteReason | undefined> {
  if (!visible) return { code: "subscriptionNotVisible", subject };
  try {
    return (await deps.arm.canReadAll(subject))
      ? undefined
      : { code: "subscriptionNotReadable", subject, service: "ARM" };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { code: "subscriptionNotReadable", subject, detail: error.message, ...refusedBy(error) };
  }
}

/** A narrow scope saves work; it must not hide consumers. What cannot be read there would look empty. */
async function checkOutside(
  deps: Deps,
  visible: ReadonlySet<string>,
  judged: ReadonlySet<string>,
): Promise<readonly IncompleteReason[]> {
  const { graphScope } = deps.config;
  const outside = (await deps.arm.listSubscriptions()).filter((id) => !judged.has(id));
  // The tenant is asked as a whole: what ARM lists and Resource Graph does not show is hidden from it.
  if (graphScope.of === "tenant") return outside.map((subject) => ({ code: "subscriptionNotVisible", subject }));
  const unreadable = await pMap(outside, (id) => checkSubscription(deps, id, true), { concurrency: ARM_CONCURRENCY });
  const counts = await deps.graph.countOutside(graphScope, [...visible]);
  return [
    ...unreadable.filter((reason) => reason !== undefined),
    ...counts.map(({ subscriptionId, count }): IncompleteReason => ({
      code: "subscriptionOutOfScope",
      subject: subscriptionId,
      detail: `${count} resources`,
    })),
  ];
}
