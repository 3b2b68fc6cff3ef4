import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toGraph } from "../../../lib/core/graph.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import type { Estate } from "./arbitraryEstate.ts";
import { arbitraryEstate } from "./arbitraryEstate.ts";
import { corrupted } from "./corruptions.ts";
import type { Spoilt } from "./expectations.ts";
import { NEVER_SEEN_WHOLE, SAYS_SOMETHING_ELSE, speaksFor, wasOdd } from "./expectations.ts";
import { lookAround } from "./lookAround.ts";
import { listMarkable } from "./markable.ts";
import { idOf } from "./naiveJson.ts";
import type { Look } from "./raw.ts";

const RUNS = 200;

interface Case {
  readonly spoilt: Spoilt;
  readonly estate: Estate;
}

const nowOf = (estate: Estate): Look => estate.at(-1) ?? [];

const spoiltEstate: fc.Arbitrary<Case> = arbitraryEstate.chain((estate) =>
  corrupted(nowOf(estate)).map((corruption) => {
    const raw = nowOf(estate)[corruption.index] ?? {};
    return { estate, spoilt: { raw, corruption } };
  }),
);

/** The resource was seen whole the look before. */
const remembered = ({ estate, spoilt }: Case): Pair => ({
  whole: [...estate, nowOf(estate)],
  spoilt: [...estate, spoilt.corruption.look],
});

/** No look ever saw the resource before. */
function neverSeen({ estate, spoilt: { raw, corruption } }: Case): Pair {
  const past = estate.slice(0, -1).map((look) => look.filter((other) => other["id"] !== raw["id"]));
  return { whole: [...past, nowOf(estate)], spoilt: [...past, corruption.look] };
}

interface Pair {
  readonly whole: Estate;
  readonly spoilt: Estate;
}

function listGrown({ whole, spoilt }: Pair, of: Spoilt): readonly string[] {
  const before = new Set(listMarkable(lookAround(whole)));
  const after = listMarkable(lookAround(spoilt, nowOf(whole)));
  const { path, harm } = of.corruption;
  return after
    .filter((key) => !before.has(key) && speaksFor(of, key))
    .map((key) => `${idOf(of.raw)} ${path.join(".")} ${harm}: ${key}`);
}

const isException = (spoilt: Spoilt, lists: readonly (typeof SAYS_SOMETHING_ELSE)[]): boolean =>
  lists.flat().some(({ applies }) => applies(spoilt));

const strict = spoiltEstate.filter(({ spoilt }) => !wasOdd(spoilt) && !isException(spoilt, [SAYS_SOMETHING_ELSE]));
const strictUnseen = strict.filter(({ spoilt }) => !isException(spoilt, [NEVER_SEEN_WHOLE]));

describe("one resource that arrives spoilt", () => {
  it("lets nothing more be marked where an earlier look saw it whole", () => {
    const property = fc.property(strict, (it) => {
      expect(listGrown(remembered(it), it.spoilt)).toEqual([]);
    });
    checkLaw(property, RUNS);
  });

  it("lets nothing more be marked where it was never seen before", () => {
    const property = fc.property(strictUnseen, (it) => {
      expect(listGrown(neverSeen(it), it.spoilt)).toEqual([]);
    });
    checkLaw(property, RUNS);
  });
});

describe("the laws would notice", () => {
  const sample = fc.sample(spoiltEstate, { numRuns: 300, seed: 1 });

  it("because most corruptions are under the law, and in many estates something may be marked", () => {
    const inLaw = sample.filter(({ spoilt }) => !wasOdd(spoilt) && !isException(spoilt, [SAYS_SOMETHING_ELSE]));
    const withSome = inLaw.filter((it) => listMarkable(lookAround(remembered(it).whole)).length > 0);
    expect(inLaw.length).toBeGreaterThan(150);
    expect(withSome.length).toBeGreaterThan(60);
  });

  it("because most of them leave the look complete, so that it is the rules that hold", () => {
    const complete = sample.filter((it) => lookAround(remembered(it).spoilt, nowOf(it.estate)).complete);
    expect(complete.length).toBeGreaterThan(150);
  });

  it("a reader that leaves out what it cannot read: it lets more be marked", () => {
    const freed = sample.filter((it) => {
      const { whole, spoilt } = remembered(it);
      const outlook = lookAround(spoilt, nowOf(whole));
      const id = idOf(it.spoilt.raw);
      const read = outlook.resources.filter((resource) => resource.id !== id);
      const known = [...outlook.known.values()].filter((entry) => entry.id !== id);
      const before = new Set(listMarkable(lookAround(whole)));
      return listMarkable({ ...outlook, graph: toGraph(read, known) }).some((key) => !before.has(key));
    });
    expect(freed.length).toBeGreaterThan(0);
  });
});
