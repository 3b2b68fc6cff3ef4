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

/**
 * Why the breaker trips, in words with figures; empty where it does not. A trip means that nothing in the registry is deleted.
 * `deleted` is what went within the day, `registry` what the registry held before that: splitting a purge stretches no limit.
 */
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
  if (count > day.registry.count * limits.share)
    reasons.push(`${count} of ${day.registry.count} registry manifests are more than ${percent(limits.share)}`);
  if (bytes > day.registry.bytes * limits.share)
    reasons.push(`${bytes} of ${day.registry.bytes} bytes are more than ${percent(limits.share)}`);
  return reasons;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
