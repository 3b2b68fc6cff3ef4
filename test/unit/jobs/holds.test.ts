import { describe, expect, test } from "@jest/globals";
import type { Hold } from "../../../lib/core/hold.ts";
import type { KnownArtifactManifest } from "../../../lib/core/knowledge.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import type { RegistryPlan } from "../../../lib/jobs/planRegistry.ts";
import { planRegistry, readPolicies } from "../../../lib/jobs/planRegistry.ts";
import { selectEligible } from "../../../lib/jobs/selectEligible.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { aFreshContext } from "../../fakes/aFreshContext.ts";
import { aContext, aStorePolicy } from "../../fakes/aContext.ts";
import {
  aHold,
  aKnown,
  aManifest,
  aMark,
  anArtifactManifest,
  aRepository,
  aStore,
  artifactManifestId,
  digest,
  NOW,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { aHeader, aService, seeSnapshot } from "../functions/aService.ts";
import { aPlanItem } from "./aPlanItem.ts";

const IN_FORCE = { until: "2026-03-02T01:00:01Z", reason: "an audit" };
const OVER = { until: NOW, reason: "an audit" };
const ENDLESS = { until: undefined, reason: "an audit" };

const REPOSITORY = aRepository({ manifests: [aManifest()] });

interface Case {
  readonly name: string;
  readonly store?: Partial<Resource>;
  readonly known?: Partial<KnownArtifactManifest>;
  /** Of people. */
  readonly holds?: readonly Hold[];
  readonly held: boolean;
}

const CASES: readonly Case[] = [
  { name: "nothing is held: it goes", held: false },
  { name: "a hold on its artifact store", store: { hold: IN_FORCE }, held: true },
  { name: "a hold on its artifact store that has just ended: it goes", store: { hold: OVER }, held: false },
  { name: "a hold on its artifact manifest, which is gone", known: { hold: IN_FORCE }, held: true },
  { name: "a hold on its artifact manifest that has just ended: it goes", known: { hold: OVER }, held: false },
  { name: "a hold without a date", known: { endlessHold: ENDLESS }, held: true },
  {
    name: "one hold that is over does not end another",
    store: { hold: IN_FORCE },
    known: { hold: OVER },
    held: true,
  },
  {
    name: "a hold on another artifact manifest: it goes",
    known: { id: artifactManifestId("other"), hold: IN_FORCE },
    held: false,
  },
  { name: "a person's hold of its digest", holds: [aHold()], held: true },
  { name: "a person's hold that has just ended: it goes", holds: [aHold({ until: NOW })], held: false },
  { name: "a person's hold without a date that can be read", holds: [aHold({ until: "soon" })], held: true },
  {
    name: "a person's hold of its repository",
    holds: [aHold({ scope: { of: "repository", registryId: REGISTRY, repository: "cnf/nginx" } })],
    held: true,
  },
  {
    name: "a person's hold of its artifact manifest",
    holds: [aHold({ scope: { of: "artifactManifest", id: artifactManifestId("cnf") } })],
    held: true,
  },
  { name: "a person's hold of its store", holds: [aHold({ scope: { of: "store", id: STORE } })], held: true },
  {
    name: "a person's hold of something else: it goes",
    holds: [aHold({ scope: { of: "digest", digest: digest(2) } })],
    held: false,
  },
  {
    name: "a person's hold that ends before the hold by tag",
    store: { hold: IN_FORCE },
    holds: [aHold({ until: NOW })],
    held: true,
  },
  { name: "a hold by tag that ends before the person's", store: { hold: OVER }, holds: [aHold()], held: true },
];

const aServiceWith = async ({ holds = [] }: Case, mode: "report" | "enforce"): Promise<Deps> => {
  const deps = aService({ MODE: mode });
  for (const hold of holds) await deps.holds.put(hold);
  return deps;
};

const known = ({ known: changes }: Case): readonly KnownArtifactManifest[] => [aKnown(), aKnown(changes)];

/** A due mark, and a snapshot that shows its store. */
async function plan(given: Case): Promise<RegistryPlan> {
  const deps = await aServiceWith(given, "report");
  await seeSnapshot(deps, { resources: [aStore(given.store)], known: known(given), repositories: [REPOSITORY] });
  await deps.marks.put(aMark(), undefined);
  const started = await startRun(deps, { stage: "purge", trigger: "timer", at: new Date(NOW) });
  if ("running" in started) throw new Error(`the run ${started.running} is under way`);
  const { run } = started;
  const header = aHeader();
  const policies = await readPolicies(deps, run, header);
  const counts = { manifests: 1000, bytes: 1_000_000 };
  return planRegistry(deps, { run, header, policies, registryId: REGISTRY, counts, boundTo: undefined });
}

describe("a due mark, when it is planned", () => {
  test.each(CASES)("$name", async (given) => {
    const { items, waiting } = await plan(given);
    expect(items.map((item) => item.digest)).toEqual(given.held ? [] : [digest(1)]);
    expect(waiting.map(({ why }) => why)).toEqual(given.held ? ["held"] : []);
  });
});

const ITEM = aPlanItem();
const HELD: unknown = expect.stringContaining(`cnf/nginx@${digest(1)} kept: a hold is in force until `);

/** The store as ARM has it now, and what is remembered of artifact manifests. */
async function lookAgain(deps: Deps, given: Case): Promise<Awaited<ReturnType<typeof selectEligible>>> {
  await deps.marks.put(aMark(), undefined);
  const store = aStore(given.store);
  const context = aContext({ resources: [store], known: known(given) });
  const fresh = aFreshContext(context, [store]);
  return selectEligible(deps, { items: [ITEM], now: REPOSITORY, fresh });
}

describe("an item of a plan, at the last look", () => {
  test.each(CASES)("$name", async (given) => {
    const selection = await lookAgain(await aServiceWith(given, "enforce"), given);
    expect(selection.eligible).toEqual(given.held ? [] : [ITEM]);
    expect(selection.notes).toEqual(given.held ? [HELD] : []);
    // A hold pauses, it does not begin the grace window anew.
    expect(selection.restarts).toEqual([]);
  });
});

/** Its artifact manifest is there, and its tag has moved on to another digest. */
describe("a superseded item of a plan, at the last look", () => {
  test.each([
    { name: "a hold on its artifact manifest, as ARM has it now", hold: IN_FORCE, held: true },
    { name: "a hold on its artifact manifest that has just ended: it goes", hold: OVER, held: false },
  ])("$name", async ({ hold, held }) => {
    const deps = aService({ MODE: "enforce" });
    await deps.marks.put(aMark({ class: "superseded" }), undefined);
    const resources = [aStore(), anArtifactManifest({ hold })];
    const context = aContext({ resources, policyOf: () => aStorePolicy({ purgeSuperseded: true }) });
    const current = aManifest({ digest: digest(2), tags: [{ name: "1.0", movedAt: "2026-02-01T00:00:00Z" }] });
    const now = aRepository({ manifests: [aManifest(), current] });
    const items = [aPlanItem({ class: "superseded" })];
    const fresh = aFreshContext(context, [aStore()]);
    const { eligible, notes } = await selectEligible(deps, { items, now, fresh });
    expect(eligible).toEqual(held ? [] : items);
    expect(notes).toEqual(held ? [HELD] : []);
  });
});
