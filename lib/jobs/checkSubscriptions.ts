import pMap from "p-map";
import type { IncompleteReason } from "../core/completeness.ts";
import { UpstreamError } from "../errors.ts";
import type { Acceptance } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

const ARM_CONCURRENCY = 8;

/** What is known of subscriptions before the snapshot. */
export interface Expectation {
  /** Those of the last complete snapshot. */
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
    const outside = await checkOutside(deps, [...visible]);
    return { expected, accepted, gone, reasons: [...reasons.filter((reason) => reason !== undefined), ...outside] };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const reason: IncompleteReason = { code: "queryFailed", subject: "subscriptions", detail: error.message };
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
    return (await deps.arm.canReadAll(subject)) ? undefined : { code: "subscriptionNotReadable", subject };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { code: "subscriptionNotReadable", subject, detail: error.message };
  }
}

/** A narrow scope saves work; it must not hide consumers. */
async function checkOutside(deps: Deps, visible: readonly string[]): Promise<readonly IncompleteReason[]> {
  const outside = await deps.graph.countOutside(deps.config.graphScope, visible);
  return outside.map(({ subscriptionId, count }) => ({
    code: "subscriptionOutOfScope",
    subject: subscriptionId,
    detail: `${count} resources`,
  }));
}
