/** Limits of what may be deleted in one registry within a rolling day, earlier deletes included. */
export interface BreakerLimits {
  readonly deletions: number;
  /** Share of the registry's manifests, and of its bytes: 0.25 is a quarter. Ignored up to `SHARE_FREE_DELETIONS`. */
  readonly share: number;
}

export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** In a small registry a quarter is a handful: up to this many deletions only the absolute limit counts. */
export const SHARE_FREE_DELETIONS = 50;

/** Why the breaker trips, in words with figures; empty where it does not. A trip means that nothing in the registry is deleted. */
export function decideBreaker(
  planned: Amount,
  day: { readonly deleted: Amount; readonly registry: Amount },
  limits: BreakerLimits,
): readonly string[] {
  const count = planned.count + day.deleted.count;
  const bytes = planned.bytes + day.deleted.bytes;
  const reasons: string[] = [];
  if (count > limits.deletions) reasons.push(`${count} deletions in 24 h are more than ${limits.deletions}`);
  if (count <= SHARE_FREE_DELETIONS) return reasons;
  // The registry as it was before today's deletes, so that splitting a purge into many does not stretch the limit.
  const before = { count: day.registry.count + day.deleted.count, bytes: day.registry.bytes + day.deleted.bytes };
  if (count > before.count * limits.share)
    reasons.push(`${count} of ${before.count} registry manifests are more than ${percent(limits.share)}`);
  if (bytes > before.bytes * limits.share)
    reasons.push(`${bytes} of ${before.bytes} bytes are more than ${percent(limits.share)}`);
  return reasons;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
