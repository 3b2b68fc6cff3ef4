import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { RestorePlan, RestoreView } from "../../../lib/core/planRestore.ts";
import { planRestore } from "../../../lib/core/planRestore.ts";
import type { Edges } from "../../../lib/core/registryManifest.ts";
import { listReach, needsOf } from "../../../lib/core/restoreReach.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

const DIGESTS = Array.from({ length: 9 }, (_, index) => `d${index}`);
const LAYERS = ["l0", "l1", "l2", "l3"];

/** Of `d<n>`: children and subject come before it, as bytes can only name what existed; what its bytes name is sorted. */
const edgesOf = (index: number): fc.Arbitrary<Edges> => {
  const before = DIGESTS.slice(0, index);
  return fc.record({
    understood: fc.boolean().map((odd) => !odd || index % 4 !== 3),
    children: fc.subarray(before, { maxLength: Math.min(3, index) }),
    subject: fc
      .option(fc.constantFrom("d0", ...before), { nil: undefined, freq: 2 })
      .map((it) => (index > 0 ? it : undefined)),
    layers: fc.subarray(LAYERS).map((digests) => digests.map((digest) => ({ digest, size: 1 }))),
  });
};

const arbitraryView: fc.Arbitrary<RestoreView> = fc
  .record({
    edges: fc.tuple(...DIGESTS.map((_, index) => edgesOf(index))),
    kept: fc.subarray(DIGESTS, { minLength: 4 }),
    present: fc.subarray(DIGESTS, { maxLength: 4 }),
    goals: fc.subarray(DIGESTS, { minLength: 1, maxLength: 3 }),
    blobs: fc.subarray(LAYERS, { minLength: 1 }),
    tag: fc.constantFrom("free", "taken"),
  })
  .map(({ edges, kept, present, goals, blobs, tag }) => ({
    goals,
    tags: goals.map((digest) => ({ digest, tag })),
    present: new Set(present),
    tagged: new Map([["taken", "something else"]]),
    edges: new Map(
      DIGESTS.flatMap((digest, index) => {
        const of = edges[index];
        return of && kept.includes(digest) ? [[digest, of] as const] : [];
      }),
    ),
    blobs: new Set(blobs),
  }));

const putsOf = ({ steps }: RestorePlan) => steps.flatMap((step) => (step.do === "put" ? [step.digest] : []));

function check(law: (view: RestoreView, plan: RestorePlan) => void): void {
  checkLaw(
    fc.property(arbitraryView, (view) => law(view, planRestore(view))),
    2000,
  );
}

describe("every plan of a restore", () => {
  it("puts a registry manifest only after all that it holds is there", () => {
    check((view, plan) => {
      const there = new Set(view.present);
      for (const digest of putsOf(plan)) {
        expect(view.edges.get(digest)?.children.filter((child) => !there.has(child))).toEqual([]);
        there.add(digest);
      }
    });
  });

  it("puts nothing whose layer is missing, whose bytes are not kept, or whose type is not understood", () => {
    check((view, plan) => {
      for (const digest of putsOf(plan)) {
        const edges = view.edges.get(digest);
        expect(edges?.understood).toBe(true);
        expect(edges?.layers.filter((layer) => !view.blobs.has(layer.digest))).toEqual([]);
      }
    });
  });

  it("puts a referrer only after its subject is there", () => {
    check((view, plan) => {
      const there = new Set(view.present);
      for (const step of plan.steps) {
        if (step.do !== "put") continue;
        const subject = view.edges.get(step.digest)?.subject;
        const isRoot = step.because === "referrer" && !isHeld(view, plan, step.digest);
        if (isRoot && subject !== undefined) expect(there).toContain(subject);
        there.add(step.digest);
      }
    });
  });

  it("puts and tags nothing that is there, and each thing once", () => {
    check((view, plan) => {
      expect(putsOf(plan).filter((digest) => view.present.has(digest))).toEqual([]);
      expect(new Set(putsOf(plan)).size).toBe(putsOf(plan).length);
    });
  });

  it("either reaches a goal with its tag or refuses it", () => {
    check((view, plan) => {
      const refused = new Set(plan.refused.map(({ digest }) => digest));
      const tagged = plan.steps.flatMap((step) => (step.do === "tag" ? [step.digest] : []));
      for (const goal of view.goals) {
        const isReached = view.present.has(goal) || putsOf(plan).includes(goal);
        if (refused.has(goal)) expect(tagged).not.toContain(goal);
        else expect([isReached, tagged.includes(goal)]).toEqual([true, true]);
      }
    });
  });

  it("tells all that is missing of what is there in the end, and of what nobody knows what it needs", () => {
    check((view, plan) => {
      const there = new Set([...view.present, ...putsOf(plan)]);
      const told = new Set([...plan.refused, ...plan.gaps].map(({ digest }) => digest));
      const refused = new Set(plan.refused.map(({ digest }) => digest));
      const roots = [...view.goals.filter((goal) => !refused.has(goal)), ...putsOf(plan)];
      const needed = new Set(roots);
      for (const digest of needed)
        for (const need of there.has(digest) ? needsOf(view.edges, digest) : []) needed.add(need);
      const isWhole = (digest: string): boolean =>
        there.has(digest) && (view.edges.get(digest)?.understood === true || putsOf(plan).includes(digest));
      expect([...needed].filter((digest) => !isWhole(digest) && !told.has(digest))).toEqual([]);
      expect(plan.gaps.filter(({ digest }) => isWhole(digest))).toEqual([]);
    });
  });

  it("stays within what belongs to the goals, and puts nothing where none is possible", () => {
    check((view, plan) => {
      const refused = new Set(plan.refused.map(({ digest }) => digest));
      const possible = view.goals.filter((goal) => !refused.has(goal));
      const reach = new Set(listReach({ goals: possible, edges: view.edges }));
      expect(putsOf(plan).filter((digest) => !reach.has(digest))).toEqual([]);
      if (possible.length === 0) expect(plan.steps).toEqual([]);
    });
  });

  it("does not depend on the order of what is given", () => {
    const property = fc.property(arbitraryView, (view) => {
      const reversed: RestoreView = {
        ...view,
        goals: view.goals.toReversed(),
        tags: view.tags.toReversed(),
        present: new Set([...view.present].toReversed()),
        edges: new Map([...view.edges].toReversed()),
        blobs: new Set([...view.blobs].toReversed()),
      };
      expect(planRestore(reversed)).toEqual(planRestore(view));
    });
    checkLaw(property, 2000);
  });

  it("ends where it is carried out: nothing is left to put", () => {
    check((view, plan) => {
      const present = new Set([...view.present, ...putsOf(plan)]);
      expect(putsOf(planRestore({ ...view, present }))).toEqual([]);
    });
  });
});

/** Comes as part of an index, put or there, and not as what refers to something. */
const isHeld = (view: RestoreView, plan: RestorePlan, digest: string): boolean =>
  [...putsOf(plan), ...view.present].some((other) => view.edges.get(other)?.children.includes(digest) === true);
