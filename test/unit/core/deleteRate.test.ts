import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import type { DeleteRate } from "../../../lib/core/deleteRate.ts";
import { inFlightOf, refill, slowDown, startRate, take, waitOf } from "../../../lib/core/deleteRate.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

const NOW = Date.parse("2026-03-02T04:00:00Z");
const MINUTE = 60_000;
const MAX = 100;
const fresh = startRate({ now: NOW, max: MAX }, 0);
const throttled = (rate: DeleteRate, at: number, deleted: number, retryAfterMs: number | undefined = 30_000) =>
  slowDown(rate, { now: at, max: MAX, retryAfterMs, deleted });

describe("a registry that never refused", () => {
  it("may be asked for a minute's deletes at once, less those of the last minute", () => {
    expect([waitOf(fresh, MAX, NOW), waitOf(startRate({ now: NOW, max: MAX }, 40), 60, NOW)]).toEqual([0, 0]);
    expect(waitOf(startRate({ now: NOW, max: MAX }, 40), 61, NOW)).toBe(600);
  });

  it("gets back what it took in the time that it takes, and never more than a minute's", () => {
    const used = take(fresh, MAX);
    expect(waitOf(used, 1, NOW)).toBe(600);
    expect(refill(used, { now: NOW + 600, max: MAX }).tokens).toBeCloseTo(1);
    expect(refill(used, { now: NOW + 60 * MINUTE, max: MAX }).tokens).toBe(MAX);
  });

  it("gets an order that is larger than a minute's when a minute's has gathered, and pays for all of it", () => {
    expect(waitOf(fresh, 3 * MAX, NOW)).toBe(0);
    expect(waitOf(take(fresh, 3 * MAX), 1, NOW)).toBe(201 * 600);
  });
});

describe("a registry that refuses", () => {
  it("is left alone as long as it asks for", () => {
    expect(waitOf(throttled(fresh, NOW, 50), 1, NOW)).toBe(30_000);
  });

  test.each([
    { name: "at least five seconds where it says at once", retryAfterMs: 0, waitMs: 5_000 },
    { name: "a minute where it does not say", retryAfterMs: undefined, waitMs: 60_000 },
  ])("is left alone $name", ({ retryAfterMs, waitMs }) => {
    expect(slowDown(fresh, { now: NOW, max: MAX, retryAfterMs, deleted: 50 }).pausedUntil).toBe(NOW + waitMs);
  });

  test.each([
    { name: "just below what went in the last minute", deleted: 50, perMinute: 47.5 },
    { name: "by a tenth at least", deleted: 200, perMinute: 90 },
    { name: "by three quarters at most", deleted: 3, perMinute: 25 },
  ])("is asked more slowly: $name", ({ deleted, perMinute }) => {
    expect(throttled(fresh, NOW, deleted).perMinute).toBeCloseTo(perMinute);
  });

  it("is slowed down once by all that were under way together, and paused until the last of their times", () => {
    const once = throttled(fresh, NOW, 50, 20_000);
    const twice = throttled(once, NOW + 10, 50, 30_000);
    expect(twice).toMatchObject({ perMinute: once.perMinute, pausedUntil: NOW + 30_010 });
  });

  it("gets no more than a second's worth at once afterwards, and a minute's again an hour later", () => {
    const paused = throttled(fresh, NOW, 60);
    expect(refill(paused, { now: NOW + 10 * MINUTE, max: MAX }).tokens).toBeLessThan(2);
    expect(refill(paused, { now: NOW + 61 * MINUTE, max: MAX }).tokens).toBeGreaterThan(50);
  });

  it("is asked faster again little by little, up to the setting", () => {
    const slow = throttled(fresh, NOW, 50);
    expect(refill(slow, { now: NOW + 4 * MINUTE, max: MAX }).perMinute).toBeCloseTo(49.4);
    expect(refill(slow, { now: NOW + 1_000 * MINUTE, max: MAX }).perMinute).toBe(MAX);
  });

  it("is never asked for less than one a minute", () => {
    let rate = fresh;
    for (let minute = 0; minute < 20; minute += 1) rate = throttled(rate, NOW + minute * MINUTE, 0);
    expect(rate.perMinute).toBe(1);
  });
});

it("a setting that was lowered holds at once", () => {
  expect(refill(fresh, { now: NOW + 1, max: 10 })).toMatchObject({ perMinute: 10, tokens: 10 });
});

test.each([
  { perMinute: 1, inFlight: 1 },
  { perMinute: 599, inFlight: 1 },
  { perMinute: 950, inFlight: 3 },
  { perMinute: 2_000, inFlight: 5 },
])("of $perMinute a minute, $inFlight are under way at once", ({ perMinute, inFlight }) => {
  expect(inFlightOf({ ...fresh, perMinute })).toBe(inFlight);
});

interface Served {
  readonly deletedAt: readonly number[];
  readonly refused: number;
}

/** A registry that lets `most` happen in each minute of its clock, and one that asks for deletes, one after the other. */
function serve({ max, most, minutes }: { max: number; most: number; minutes: number }): Served {
  let rate = startRate({ now: NOW, max }, 0);
  const deletedAt: number[] = [];
  let refused = 0;
  for (let now = NOW; now < NOW + minutes * MINUTE;) {
    rate = refill(rate, { now, max });
    const wait = waitOf(rate, 1, now);
    if (wait > 0) {
      now += wait;
      continue;
    }
    rate = take(rate, 1);
    const windowStart = Math.floor(now / MINUTE) * MINUTE;
    if (deletedAt.filter((at) => at >= windowStart).length < most) deletedAt.push(now);
    else {
      refused += 1;
      const deleted = deletedAt.filter((at) => at > now - MINUTE).length;
      rate = slowDown(rate, { now, max, retryAfterMs: windowStart + MINUTE - now, deleted });
    }
    now += 10;
  }
  return { deletedAt, refused };
}

describe("against a registry that lets fewer happen than are configured", () => {
  test.each([
    { max: 100, most: 50, minutes: 12 },
    { max: 100, most: 95, minutes: 12 },
    { max: 2_000, most: 60, minutes: 12 },
    { max: 400, most: 300, minutes: 12 },
  ])("$most of $max a minute: nine tenths of it are used, and one request of a hundred is refused at most", (given) => {
    const { deletedAt, refused } = serve(given);
    expect(deletedAt.length).toBeGreaterThanOrEqual(0.9 * given.most * given.minutes);
    expect(refused / (refused + deletedAt.length)).toBeLessThanOrEqual(0.01);
  });
});

it("never lets more go in any minute than twice the setting, nor more than the setting on average", () => {
  const steps = fc.array(fc.record({ ms: fc.nat(20_000), cost: fc.integer({ min: 1, max: 5 }) }), { maxLength: 200 });
  const law = fc.property(fc.integer({ min: 5, max: 300 }), steps, (max, orders) => {
    let rate = startRate({ now: NOW, max }, 0);
    let [now, gone] = [NOW, 0];
    for (const { ms, cost } of orders) {
      now += ms;
      rate = refill(rate, { now, max });
      if (waitOf(rate, cost, now) > 0) continue;
      rate = take(rate, cost);
      gone += cost;
      expect(gone).toBeLessThanOrEqual(max + (max * (now - NOW)) / MINUTE + 1e-6);
    }
  });
  checkLaw(law);
});
