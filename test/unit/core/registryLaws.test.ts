import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { planRepository } from "../../../lib/core/planPurge.ts";
import { readEdges } from "../../../lib/core/readEdges.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import { aContext } from "../../fakes/aContext.ts";
import { arbitraryRegistry, type Raw } from "../../fakes/arbitraryRegistries.ts";
import { shuffled } from "../../fakes/arbitraryManifests.ts";
import { aKnown, aManifest, aMark, aRepository, artifactManifestId, aStore } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import { MemoryRegistry } from "../../fakes/memoryRegistry.ts";
import { listDeletable, listHurt, type Judged } from "../../fakes/naiveCleaner.ts";

const NAME = "gone/nginx";
const CONTEXT = aContext({
  resources: [aStore()],
  known: [aKnown({ id: artifactManifestId("gone"), artifacts: [{ name: "nginx", version: "1.0" }] })],
});
const PUSHED_AT = "2026-01-05T10:00:00.0000000Z";
const RUNS = 1500;
const MAX_NIGHTS = 12;

const toManifest = ({ digest, mediaType, text, tags, locked }: Judged): RegistryManifest =>
  aManifest({
    digest,
    mediaType,
    locked,
    createdAt: PUSHED_AT,
    tags: tags.map((name) => ({ name, movedAt: PUSHED_AT })),
    edges: readEdges(mediaType, new TextEncoder().encode(text)),
  });

/** What the rules and a plan of them would delete of a repository whose artifact manifest is gone, all marks being due. */
function planOf(judged: readonly Judged[]): readonly string[] {
  const manifests = judged.map(toManifest);
  const markable = decideVerdicts(CONTEXT, aRepository({ name: NAME, manifests })).filter(
    ({ keep }) => keep.length === 0,
  );
  const due = markable.map(({ digest }) => aMark({ digest, repository: NAME, pushedAt: PUSHED_AT }));
  return planRepository(NAME, manifests, due)
    .items.filter(({ how }) => how === "delete")
    .map(({ digest }) => digest);
}

function fill(raw: readonly Raw[]): MemoryRegistry {
  const registry = new MemoryRegistry();
  for (const one of raw) registry.push(NAME, { ...one, createdAt: PUSHED_AT });
  return registry;
}

const listAll = (registry: MemoryRegistry): readonly Judged[] =>
  registry.list(NAME).map(({ tags, ...held }) => ({ ...held, tags: [...tags.keys()] }));

/** Deletes in the order of the plan, as a registry does, and tells all that went. */
function purge(registry: MemoryRegistry): ReadonlySet<string> {
  const gone = planOf(listAll(registry)).flatMap((digest) => registry.remove(NAME, digest));
  return new Set(gone);
}

const anyRegistry = arbitraryRegistry({ unknown: true, young: false });

describe("every repository, from its raw bytes", () => {
  it("loses in one night exactly what a naive judge of the same bytes finds that nothing needs", () => {
    const property = fc.property(anyRegistry, (raw) => {
      const registry = fill(raw);
      const expected = listDeletable(listAll(registry), () => true);
      expect([...purge(registry)].sort()).toEqual([...expected].sort());
    });
    checkLaw(property, RUNS);
  });

  it("keeps in all nights what is tagged or locked, and nothing that stays misses a child or a subject", () => {
    const property = fc.property(anyRegistry, (raw) => {
      const registry = fill(raw);
      const before = listAll(registry);
      const gone = new Set<string>();
      for (let night = 0; night < MAX_NIGHTS; night += 1) for (const digest of purge(registry)) gone.add(digest);
      expect(before.filter(({ digest, tags, locked }) => gone.has(digest) && (locked || tags.length > 0))).toEqual([]);
      expect(listHurt(before, gone)).toEqual([]);
    });
    checkLaw(property, RUNS);
  });

  it("comes to rest, and then holds nothing that could still go", () => {
    const property = fc.property(anyRegistry, (raw) => {
      const registry = fill(raw);
      for (let night = 0; night < MAX_NIGHTS && purge(registry).size > 0; night += 1);
      expect(purge(registry).size).toBe(0);
      expect([...listDeletable(listAll(registry), () => true)]).toEqual([]);
    });
    checkLaw(property, RUNS);
  });

  it("loses the same in whatever order it is listed", () => {
    const property = fc.property(
      anyRegistry.chain((raw) => fc.record({ raw: fc.constant(raw), other: shuffled(raw) })),
      ({ raw, other }) => {
        expect(planOf(other).toSorted()).toEqual(planOf(raw).toSorted());
      },
    );
    checkLaw(property);
  });
});

describe("the naive judge", () => {
  const all = (raw: readonly Raw[]): number => listDeletable(raw, () => true).size;

  it("finds something to delete in most registries, and something to keep in most", () => {
    const samples = fc.sample(anyRegistry, { numRuns: 300, seed: 1 });
    expect(samples.filter((raw) => all(raw) > 0).length).toBeGreaterThan(150);
    expect(samples.filter((raw) => all(raw) < raw.length).length).toBeGreaterThan(150);
  });
});
