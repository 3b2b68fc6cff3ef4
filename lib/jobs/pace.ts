import pLimit from "p-limit";
import type { ArmId } from "../core/armId.ts";
import type { DeleteRate } from "../core/deleteRate.ts";
import { inFlightOf, refill, slowDown, startRate, take, waitOf } from "../core/deleteRate.ts";
import { MINUTE_MS } from "../core/duration.ts";
import type { DeleteAnswer } from "../ports.ts";
import type { Deps } from "./deps.ts";

/** A longer wait is left to a message: it costs nothing, and what comes after it is verified anew. */
export const MAX_WAIT_MS = 5_000;

/** As many as a repository deletes at a time. */
const MAX_BATCH = 5;

/** How fast one worker may delete in its registry: whoever wants to delete asks for its turn. */
export class Pace {
  private readonly deps: Deps;
  private readonly registryId: ArmId;
  private readonly gate = pLimit(1);
  private rate: DeleteRate;
  private answered: number[] = [];

  private constructor(deps: Deps, registryId: ArmId, rate: DeleteRate) {
    this.deps = deps;
    this.registryId = registryId;
    this.rate = rate;
    this.gate.concurrency = inFlightOf(rate);
  }

  /** As the last worker left it; what was deleted in the last minute counts, also where that worker could not leave anything. */
  static async open(deps: Deps, registryId: ArmId): Promise<Pace> {
    const [now, max] = [deps.clock.now().getTime(), deps.config.deletesPerMinute];
    const fresh = startRate({ now, max }, await countLastMinute(deps, registryId, now));
    const stored = await deps.rates.find(registryId);
    const known = stored && refill(stored, { now, max });
    return new Pace(deps, registryId, known ? { ...known, tokens: Math.min(known.tokens, fresh.tokens) } : fresh);
  }

  /** Milliseconds until an order of `cost` deletes has its turn. */
  waitOf(cost: number): number {
    this.refill();
    return waitOf(this.rate, cost, this.now());
  }

  /** As many deletes as may have their turn together: all of them are looked at right before. */
  get batch(): number {
    this.refill();
    return Math.max(1, Math.min(MAX_BATCH, Math.floor((this.rate.perMinute * MAX_WAIT_MS) / MINUTE_MS)));
  }

  /** True when `cost` deletes may be asked for; false where that would take too long. */
  async turn(cost: number): Promise<boolean> {
    for (;;) {
      const waitMs = this.waitOf(cost);
      if (waitMs > MAX_WAIT_MS) return false;
      if (waitMs === 0) break;
      await this.deps.wait(waitMs);
    }
    this.rate = take(this.rate, cost);
    return true;
  }

  /**
   * Works off one order beside no more of them than the rate allows, so that nothing waits between the last look and the request.
   * Undefined where the registry became busy while the order waited.
   */
  enter<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.gate(async () => (this.now() < (this.rate.pausedUntil ?? 0) ? undefined : work()));
  }

  /** What the registry says of the request decides how fast the next ones are. */
  async ask(request: () => Promise<DeleteAnswer>): Promise<DeleteAnswer> {
    const answer = await request();
    await this.learn(answer);
    return answer;
  }

  async save(): Promise<void> {
    await this.deps.rates.put(this.registryId, this.rate);
  }

  private async learn(answer: DeleteAnswer): Promise<void> {
    const now = this.now();
    this.answered = this.answered.filter((at) => at > now - MINUTE_MS);
    if (answer.is === "deleted" || answer.is === "alreadyGone") this.answered.push(now);
    const busy = answer.is === "throttled" ? answer : answer.is === "unknown" ? answer.busy : undefined;
    if (!busy) return;
    this.refill();
    const max = this.deps.config.deletesPerMinute;
    const { retryAfterMs } = busy;
    this.rate = slowDown(this.rate, { now, max, retryAfterMs, deleted: this.answered.length });
    await this.save();
  }

  private refill(): void {
    this.rate = refill(this.rate, { now: this.now(), max: this.deps.config.deletesPerMinute });
    this.gate.concurrency = inFlightOf(this.rate);
  }

  private now(): number {
    return this.deps.clock.now().getTime();
  }
}

async function countLastMinute(deps: Deps, registryId: ArmId, now: number): Promise<number> {
  let count = 0;
  for await (const { intentAt } of deps.deletions.listSince(registryId, now - MINUTE_MS, now))
    if (Date.parse(intentAt) > now - MINUTE_MS) count += 1;
  return count;
}
