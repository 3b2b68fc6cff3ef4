import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toGraph } from "../../../lib/core/graph.ts";
import type { KeepCode } from "../../../lib/core/keepReasons.ts";
import { isConsumer } from "../../../lib/core/resources.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import type { Estate } from "./arbitraryEstate.ts";
import { arbitraryEstate } from "./arbitraryEstate.ts";
import type { Outlook } from "./lookAround.ts";
import { lookAround } from "./lookAround.ts";
import { judge, listMarkable } from "./markable.ts";
import { idOf, isConsumerOf, isVersionId } from "./naiveJson.ts";
import type { Raw } from "./raw.ts";

const RUNS = 150;

const COLLECTIONS = ["sitenetworkservices", "networkfunctions", "configurationgroupvalues"];

const isConsumerRaw = (raw: Raw): boolean => COLLECTIONS.some((collection) => isConsumerOf(collection, idOf(raw)));

/** The estate as if the resources that `drop` chooses were never there. */
const without = (estate: Estate, drop: (raw: Raw) => boolean): Estate =>
  estate.map((look) => look.filter((raw) => !drop(raw)));

/** What the fuller view lets be marked and the poorer one keeps, with the poorer one's reasons. */
function listGrown(poorer: Outlook, fuller: Outlook): readonly (readonly KeepCode[])[] {
  const [before, verdicts] = [listMarkable(poorer), judge(poorer)];
  const grown = listMarkable(fuller).filter((key) => !before.includes(key));
  return grown.map((key) => (verdicts.get(key)?.keep ?? []).map(({ code }) => code));
}

/** A version that is learned of takes the place of all that an unseen one could have needed. */
const UNSEEN_VERSION: ReadonlySet<KeepCode> = new Set(["consumerOfUnknownVersion"]);

/** What was not known before: that the artifact manifest was there, what it listed, and which version a consumer means. */
const NOT_KNOWN: ReadonlySet<KeepCode> = new Set([
  ...UNSEEN_VERSION,
  "unattributed",
  "notListed",
  "artifactManifestUnconfirmed",
]);

const onlyThose = (grown: readonly (readonly KeepCode[])[], allowed: ReadonlySet<KeepCode>): boolean =>
  grown.every((codes) => codes.length > 0 && codes.every((code) => allowed.has(code)));

describe("what may be marked in any tenant", () => {
  it("is never more because of more consumers", () => {
    const property = fc.property(arbitraryEstate, (estate) => {
      expect(listGrown(lookAround(without(estate, isConsumerRaw)), lookAround(estate))).toEqual([]);
    });
    checkLaw(property, RUNS);
  });

  it("is more because of more versions only where a consumer's version was never seen before", () => {
    const property = fc.property(withSomeDropped, ({ estate, dropped }) => {
      const fewer = without(estate, (raw) => isVersionId(idOf(raw)) && dropped.includes(idOf(raw)));
      expect(onlyThose(listGrown(lookAround(fewer), lookAround(estate)), UNSEEN_VERSION)).toBe(true);
    });
    checkLaw(property, RUNS);
  });

  it("is more because of a longer memory only where not knowing was the one reason to keep", () => {
    const property = fc.property(arbitraryEstate, (estate) => {
      expect(onlyThose(listGrown(lookAround(estate.slice(1)), lookAround(estate)), NOT_KNOWN)).toBe(true);
    });
    checkLaw(property, RUNS);
  });

  it("does not depend on the order in which resources and memory are read", () => {
    const property = fc.property(arbitraryEstate, fc.infiniteStream(fc.nat(1000)), (estate, dice) => {
      const { graph, resources, known, complete } = lookAround(estate);
      const mixed = toGraph(shuffle(resources, dice), shuffle([...known.values()], dice));
      expect(withoutBy(judge({ graph: mixed }))).toEqual(withoutBy(judge({ graph })));
      expect(listMarkable({ graph: mixed, resources, known, complete })).toEqual(
        listMarkable({ graph, resources, known, complete }),
      );
    });
    checkLaw(property, RUNS);
  });
});

describe("the laws would notice", () => {
  const sample = fc.sample(arbitraryEstate, { numRuns: 300, seed: 1 });

  it("a graph whose consumers were dropped: it lets more be marked", () => {
    expect(sample.filter(freesWithoutConsumers).length).toBeGreaterThan(0);
  });

  it("because in some estates a longer memory does let more be marked, and in some less", () => {
    const views = sample.map((estate) => [lookAround(estate.slice(1)), lookAround(estate)] as const);
    expect(views.filter(([short, long]) => listGrown(short, long).length > 0).length).toBeGreaterThan(0);
    expect(views.filter(([short, long]) => listGrown(long, short).length > 0).length).toBeGreaterThan(0);
  });
});

const withSomeDropped = arbitraryEstate.chain((estate) => {
  const ids = [...new Set(estate.flat().map(idOf).filter(isVersionId))];
  return fc.subarray(ids).map((dropped) => ({ estate, dropped }));
});

function freesWithoutConsumers(estate: Estate): boolean {
  const outlook = lookAround(estate);
  const fewer = outlook.resources.filter(({ kind }) => !isConsumer(kind));
  const spoilt = { ...outlook, graph: toGraph(fewer, outlook.known.values()) };
  return listMarkable(spoilt).length > listMarkable(outlook).length;
}

function shuffle<T>(items: readonly T[], dice: Iterator<number>): readonly T[] {
  const keyed = items.map((item) => ({ item, at: Number(dice.next().value) }));
  return keyed.sort((left, right) => left.at - right.at).map(({ item }) => item);
}

/** Of five consumers that say the same a sample names any: codes and classes are what must not change. */
const withoutBy = (verdicts: ReturnType<typeof judge>): readonly string[] =>
  [...verdicts].map(([key, { class: group, keep }]) =>
    [key, group, ...new Set(keep.map(({ code }) => code))].join(" "),
  );
