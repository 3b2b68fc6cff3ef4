import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readEdges } from "../../../lib/core/readEdges.ts";
import { isOrderable } from "../../fakes/arbitraryManifests.ts";
import { arbitraryRegistry, OCI_IMAGE, type Raw } from "../../fakes/arbitraryRegistries.ts";
import { aManifest } from "../../fakes/builders.ts";
import { checkAsyncLaw } from "../../fakes/checkLaw.ts";
import { toDigest } from "../../fakes/memoryRegistry.ts";
import { listDeletable } from "../../fakes/naiveCleaner.ts";
import type { Race } from "../../fakes/watchedRegistry.ts";
import { GONE, LIVE, PurgedTenant } from "./aPurgedTenant.ts";

const RUNS = 25;

const ALONE: Raw = {
  mediaType: OCI_IMAGE,
  text: JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE, layers: [] }),
  digest: toDigest(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE, layers: [] })),
  tags: [],
  locked: false,
  young: false,
};

const races: fc.Arbitrary<readonly Race[]> = fc.array(
  fc.record({
    afterCalls: fc.nat(12),
    does: fc.constantFrom("tag", "tag", "lock", "pushIndex", "pushIndex", "pushReferrer"),
    target: fc.nat(),
  }),
  { minLength: 1, maxLength: 5 },
);
/** Something is to be deleted, so that there is something to race with. */
const busy = arbitraryRegistry({ unknown: false, young: true }).filter(
  (raw) => listDeletable(raw, () => true).size > 2,
);
const digestsOf = (items: readonly { readonly digest: string }[]): readonly string[] =>
  items.map(({ digest }) => digest).sort();

/** Nothing was deleted against what was shown, and the copy in use is whole. */
function expectSafe(tenant: PurgedTenant, raw: readonly Raw[]): void {
  expect([...tenant.registry.wrong, ...tenant.unnoticed]).toEqual([]);
  const old = raw.filter(({ young }) => !young);
  expect(digestsOf(tenant.registry.list(LIVE))).toEqual(digestsOf(old));
}

/** Nothing that could go is left, where an order exists in which no index ever misses a child. */
function expectDone(tenant: PurgedTenant, raw: readonly Raw[]): void {
  if (isOrdered(raw)) expect([...listDeletable(tenant.registry.judged(), () => true)]).toEqual([]);
}

function isOrdered(raw: readonly Raw[]): boolean {
  const manifests = raw.map(({ digest, mediaType, text }) =>
    aManifest({ digest, edges: readEdges(mediaType, new TextEncoder().encode(text)) }),
  );
  return isOrderable(manifests);
}

describe("the nights of any repository whose artifact manifest is gone", () => {
  it("delete, in the first night in which it is due, exactly what a naive judge finds that nothing needs", async () => {
    const property = fc.asyncProperty(arbitraryRegistry({ unknown: true, young: false }), async (raw) => {
      const tenant = new PurgedTenant(raw);
      const expected = isOrdered(raw) ? listDeletable(raw, () => true) : undefined;
      await tenant.nights(3);
      expect([...tenant.registry.gone]).toEqual([]);
      await tenant.night();
      if (expected) expect([...tenant.registry.gone].sort()).toEqual([...expected].sort());
      await tenant.untilRest();
      expectSafe(tenant, raw);
      expectDone(tenant, raw);
    });
    await checkAsyncLaw(property, RUNS);
  });

  it("hurt nothing that was shown to them, whatever others do meanwhile, notice what they could not see, and end with all that could go gone", async () => {
    const any = fc.record({ raw: busy, first: races, second: races });
    const property = fc.asyncProperty(any, async ({ raw, first, second }) => {
      const tenant = new PurgedTenant(raw);
      await tenant.nights(3);
      tenant.pushYoung(raw);
      await tenant.night(first);
      await tenant.night(second);
      await tenant.untilRest();
      expectSafe(tenant, raw);
      expectDone(tenant, raw);
    });
    await checkAsyncLaw(property, RUNS);
  });

  it("never delete more, or earlier, with a longer grace window", async () => {
    const any = fc.record({
      raw: arbitraryRegistry({ unknown: false, young: false }),
      tagged: fc.array(fc.record({ night: fc.nat(7), target: fc.nat() }), { maxLength: 3 }),
    });
    const property = fc.asyncProperty(any, async ({ raw, tagged }) => {
      const [shorter, longer] = [new PurgedTenant(raw), new PurgedTenant(raw, { GRACE: "72h" })];
      for (let night = 0; night < 8; night += 1) {
        for (const tenant of [shorter, longer]) {
          for (const { target } of tagged.filter((tag) => tag.night === night)) {
            const { digest } = raw[target % raw.length] ?? { digest: "" };
            tenant.registry.tag(GONE, { tag: `keep-${target}`, digest, at: "2026-03-02T10:00:00Z" });
          }
          await tenant.night();
        }
        expect([...longer.registry.gone].filter((digest) => !shorter.registry.gone.has(digest))).toEqual([]);
      }
      expect([...shorter.registry.wrong, ...longer.registry.wrong]).toEqual([]);
    });
    await checkAsyncLaw(property, RUNS);
  });
});

describe("the judge of the races", () => {
  it("finds a delete without a look, and of something needed, wrong", async () => {
    const { registry } = new PurgedTenant([ALONE]);
    registry.beginPurge("2026-03-05T05:00:00Z", [{ afterCalls: 0, does: "tag", target: 0 }]);
    for await (const page of registry.listManifests(GONE)) expect(page).toHaveLength(1);
    await registry.deleteManifest(GONE, ALONE.digest);
    registry.endPurge();
    expect(registry.wrong).toEqual([`${ALONE.digest} went without a look`, `${ALONE.digest} was needed`]);
  });

  it("finds what is pushed after the first delete, and misses what went", async () => {
    const { registry } = new PurgedTenant([ALONE]);
    registry.beginPurge("2026-03-05T05:00:00Z", [{ afterCalls: 1, does: "pushIndex", target: 0 }]);
    for await (const page of registry.listManifests(GONE)) expect(page).toHaveLength(1);
    await registry.findManifest(GONE, ALONE.digest);
    await registry.deleteManifest(GONE, ALONE.digest);
    for await (const page of registry.listManifests(GONE)) expect(page).toHaveLength(1);
    expect(registry.endPurge()).toHaveLength(1);
    expect(registry.wrong).toEqual([]);
  });
});
