import { describe, expect, test } from "@jest/globals";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { planRegistry, readPolicies } from "../../../lib/jobs/planRegistry.ts";
import { selectEligible } from "../../../lib/jobs/selectEligible.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { aFreshContext } from "../../fakes/aFreshContext.ts";
import { aContext } from "../../fakes/aContext.ts";
import { aHold, aKnown, aMark, aNode, aRepository, aStore, digest, NOW, REGISTRY } from "../../fakes/builders.ts";
import { aHeader, aService, seeSnapshot } from "../functions/aService.ts";
import { aPlanItem } from "./aPlanItem.ts";

const OUTER = digest(1);
const INDEX = digest(2);
const CHILD = digest(3);
const SIGNATURE = digest(4);
const ALONE = digest(5);
const NAMES = new Map([
  [OUTER, "outer index"],
  [INDEX, "index"],
  [CHILD, "child"],
  [SIGNATURE, "signature of the child"],
  [ALONE, "another image"],
]);
const toNames = (items: readonly { readonly digest: string }[]): readonly string[] =>
  items.map((item) => NAMES.get(item.digest) ?? "?").sort();

/** outer index → index → child ← signature, and another image; nothing is tagged, and every mark is due. */
const REPOSITORY = aRepository({
  manifests: [
    aNode(OUTER, { children: [INDEX] }),
    aNode(INDEX, { children: [CHILD] }),
    aNode(CHILD),
    aNode(SIGNATURE, { subject: CHILD }),
    aNode(ALONE),
  ],
});

interface Case {
  readonly name: string;
  readonly held: string | undefined;
  readonly goes: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "nothing is held: all go",
    held: undefined,
    goes: ["another image", "child", "index", "outer index", "signature of the child"],
  },
  { name: "a held outer index keeps all that it contains, at any depth", held: OUTER, goes: ["another image"] },
  {
    name: "a held index keeps its child, and not the index around it",
    held: INDEX,
    goes: ["another image", "outer index"],
  },
  {
    name: "a held child keeps its signature, and not the indexes around it",
    held: CHILD,
    goes: ["another image", "index", "outer index"],
  },
  {
    name: "a held signature keeps its subject, which the registry would take along",
    held: SIGNATURE,
    goes: ["another image", "index", "outer index"],
  },
];

async function aServiceThatHolds(held: string | undefined, mode: "report" | "enforce"): Promise<Deps> {
  const deps = aService({ MODE: mode });
  await seeSnapshot(deps, { resources: [aStore()], known: [aKnown()], repositories: [REPOSITORY] });
  for (const name of NAMES.keys()) await deps.marks.put(aMark({ digest: name }), undefined);
  if (held !== undefined) await deps.holds.put(aHold({ scope: { of: "digest", digest: held } }));
  return deps;
}

describe("what hangs on what is held, when it is planned", () => {
  test.each(CASES)("$name", async ({ held, goes }) => {
    const deps = await aServiceThatHolds(held, "report");
    const started = await startRun(deps, { stage: "purge", trigger: "timer", at: new Date(NOW) });
    if ("running" in started) throw new Error(`the run ${started.running} is under way`);
    const { run } = started;
    const policies = await readPolicies(deps, run, aHeader());
    const counts = { manifests: 1000, bytes: 1_000_000 };
    const request = { run, header: aHeader(), policies, registryId: REGISTRY, counts, boundTo: undefined };
    const { items, waiting } = await planRegistry(deps, request);
    expect(toNames(items)).toEqual(goes);
    for (const { digest: waits, why, until } of waiting)
      expect([why, until]).toEqual(waits === held ? ["held", aHold().until] : ["protected", undefined]);
    expect(items.length + waiting.length).toBe(NAMES.size);
  });
});

describe("what hangs on what is held, at the last look", () => {
  test.each(CASES)("$name", async ({ held, goes }) => {
    const deps = await aServiceThatHolds(held, "enforce");
    const fresh = aFreshContext(aContext(), [aStore()]);
    const items = [...NAMES.keys()].map((name) => aPlanItem({ digest: name }));
    const { eligible, restarts } = await selectEligible(deps, { items, now: REPOSITORY, fresh });
    expect(toNames(eligible)).toEqual(goes);
    expect(restarts).toEqual([]);
  });
});
